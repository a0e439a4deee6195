"""Holds index files against the event data, with uproot and numpy: `expected.py INDEX-FOLDER EVENT-FILE…`.

Reads the index with the usual library of its format, and prints as JSON how many rows are equal and what differs.
"""

from __future__ import annotations

import json
import math
import sys
from pathlib import Path

import awkward as ak
import h5py
import numpy as np
import pyarrow as pa
import pyarrow.parquet as pq
import uproot

Columns = dict[str, np.ndarray]


def main(folder: str, *files: str) -> None:
    rows = [event_rows(path) for path in files]
    problems: list[str] = []
    total = 0
    runs = sorted({int(run) for part in rows for run in np.unique(part["run"])})
    names = {f"run{run}" for run in runs}
    for path in sorted(Path(folder).iterdir()):
        if path.stem not in names:
            problems.append(f"there is also {path.name}")
    for run in runs:
        [path] = Path(folder).glob(f"run{run}.*")
        found, document = READERS[path.suffix](path)
        expected = expected_rows(run, rows, files, document)
        total += len(expected["t"])
        problems += [f"{path.name}: {problem}" for problem in differences(expected, found)]
    print(json.dumps({"rows": total, "problems": problems}))


def event_rows(path: str) -> Columns:
    with uproot.open(path) as file:
        tree = file["Event/Rec"]
        values = tree.arrays()
        charge, time = values["hits_charge"], values["hits_time"]
        x, y = (values[name].to_numpy().astype(float) for name in "xy")
        first = ak.fill_none(ak.firsts(time), np.nan).to_numpy()
        return {
            "t": values["t"].to_numpy(),
            "run": values["run"].to_numpy(),
            "entry": np.arange(tree.num_entries),
            "det": np.array(values["det"].to_list(), object),
            "good": values["good"].to_numpy(),
            "E": values["energy"].to_numpy(),
            "r": np.sqrt(x * x + y * y).astype(np.float32),
            "nhit": ak.num(time).to_numpy(),
            "late": ak.sum(time > 100, axis=1).to_numpy(),
            "q": np.array([math.fsum(charges) for charges in charge.to_list()]),
            "first": np.where(np.isnan(first), np.float32(-1), first).astype(np.float32),
            "weights": np.array([np.array(row) for row in values["weights"].to_list()] + [None], object)[:-1],
        }


def expected_rows(run: int, parts: list[Columns], files: tuple[str, ...], document: dict) -> Columns:
    """The rows of a run in the order (t, file, entry), files numbered as the document numbers them."""
    numbers = {row["path"]: row["id"] for row in document["files"]}
    chosen: list[Columns] = []
    for path, part in zip(files, parts):
        mask = part["run"] == run
        if mask.any():
            own = {name: values[mask] for name, values in part.items()}
            chosen.append(own | {"file": np.full(int(mask.sum()), numbers[str(Path(path).resolve())])})
    joined = {name: np.concatenate([part[name] for part in chosen]) for name in chosen[0]}
    order = np.lexsort((joined["entry"], joined["file"], joined["t"]))
    return {name: values[order] for name, values in joined.items()}


def differences(expected: Columns, found: Columns) -> list[str]:
    problems = [f"no column {name}" for name in expected if name not in found]
    for name in expected.keys() & found.keys():
        left, right = expected[name], found[name]
        if len(left) != len(right):
            problems.append(f"{name}: {len(right)} rows, expected {len(left)}")
        elif name == "weights":
            problems += [f"{name}: row {row}" for row, pair in enumerate(zip(left, right)) if not np.array_equal(*pair)][:1]
        elif not np.array_equal(left, right, equal_nan=left.dtype.kind == "f"):
            problems.append(f"{name}: differs")
    return problems


def from_arrow(table: pa.Table) -> tuple[Columns, dict]:
    columns = {name: table[name].to_pandas().to_numpy() for name in table.column_names}
    return columns, json.loads(table.schema.metadata[b"sift"])


def from_hdf5(path: Path) -> tuple[Columns, dict]:
    with h5py.File(path) as file:
        columns = {}
        for name, item in file.items():
            if isinstance(item, h5py.Group):
                pieces = np.split(item["values"][:], item["offsets"][1:-1])
                columns[name] = np.array([*pieces, None], object)[:-1]
            else:
                columns[name] = item.asstr()[:] if h5py.check_string_dtype(item.dtype) else item[:]
        columns["good"] = columns["good"].astype(bool)
        return columns, json.loads(file.attrs["sift"])


def from_root(path: Path) -> tuple[Columns, dict]:
    with uproot.open(path) as file:
        columns = file["index"].arrays(library="np")
        columns["det"] = columns["det"].astype(str).astype(object)
        return columns, json.loads(str(file["sift"]))


READERS = {
    ".parquet": lambda path: from_arrow(pq.read_table(path)),
    ".arrow": lambda path: from_arrow(pa.ipc.open_file(path).read_all()),
    ".h5": from_hdf5,
    ".root": from_root,
}

if __name__ == "__main__":
    main(*sys.argv[1:])
