"""Writes the index that the tests of the command line know by heart: `tiny.py FOLDER` makes FOLDER/tiny.arrow, bare.arrow (the same without its document) and nulls.arrow."""

import json
import sys
from pathlib import Path

import numpy as np
import pyarrow as pa

START = 1_756_684_800_000_000_000
NAN = float("nan")

#: t after the start [ns], detector, E [MeV], x, y, z [mm], fired PMTs
ROWS = (
    (0, "CD", 1.0, 0.0, 0.0, 0.0, 100),
    (1_000_000, "WP", NAN, NAN, NAN, NAN, 900),
    (2_000_000, "CD", 3.5, 1000.0, 0.0, 0.0, 350),
    (2_200_000, "CD", 2.25, 1000.0, 500.0, 0.0, 222),
    (10_000_000, "CD", 8.0, NAN, NAN, NAN, 800),
    (20_000_000, "CD", 2.25, 0.0, 0.0, 17_000.0, 220),
)


def document() -> bytes:
    files = [{"id": 0, "path": "tiny.root", "uuid": None, "bytes": None, "entries": len(ROWS), "tFirst": None, "tLast": None}]
    good = [{"run": 7, "start": str(START), "stop": str(START + 1_000_000_000)}]
    units = {"E": "MeV", "x": "mm", "y": "mm", "z": "mm"}
    return json.dumps({"version": 1, "files": files, "goodTime": good, "units": units}).encode()


def tiny() -> pa.Table:
    t, det, energy, x, y, z, nhit = zip(*ROWS)
    return pa.table(
        {
            "t": pa.array([START + ns for ns in t], pa.int64()),
            "file": pa.array(np.zeros(len(t)), pa.uint32()),
            "entry": pa.array(range(len(t)), pa.int64()),
            "run": pa.array([7] * len(t), pa.int32()),
            "det": pa.array(det).dictionary_encode(),
            "E": pa.array(energy, pa.float32()),
            "x": pa.array(x, pa.float32()),
            "y": pa.array(y, pa.float32()),
            "z": pa.array(z, pa.float32()),
            "nhit": pa.array(nhit, pa.int32()),
        }
    ).replace_schema_metadata({"sift": document()})


def nulls() -> pa.Table:
    hits = pa.list_(pa.struct({"time": pa.float32(), "pmt": pa.int32()}))
    return pa.table(
        {
            "score": pa.array([0.5, None, float("inf")], pa.float64()),
            "big": pa.array([2**53 + 1, -(2**60), 5], pa.int64()),
            "good": pa.array([True, False, True]),
            "hits": pa.array([[{"time": 1.5, "pmt": 3}], [], [{"time": 2.0, "pmt": 4}, {"time": NAN, "pmt": 5}]], hits),
        }
    )


def write(path: Path, table: pa.Table) -> None:
    with pa.OSFile(str(path), "wb") as sink, pa.ipc.new_file(sink, table.schema) as writer:
        writer.write_table(table)


if __name__ == "__main__":
    folder = Path(sys.argv[1])
    write(folder / "tiny.arrow", tiny())
    write(folder / "bare.arrow", tiny().replace_schema_metadata())
    write(folder / "nulls.arrow", nulls())
