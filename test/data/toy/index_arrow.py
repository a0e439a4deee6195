"""Index files in Parquet and Arrow IPC."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pyarrow as pa
import pyarrow.parquet as pq
from numpy.typing import NDArray

from .constants import DETECTORS
from .sample import Sample

Array = NDArray

ROW_GROUP = 131_072
TRACK_FIELDS = ("x0", "y0", "z0", "dx", "dy", "dz")


def index_table(sample: Sample, rows: Array, document: str) -> pa.Table:
    """The given rows of the index with the document as metadata `sift`."""
    columns = {name: pa.array(values[rows]) for name, values in sample.columns.items() if name != "det"}
    columns["det"] = pa.DictionaryArray.from_arrays(pa.array(sample.columns["det"][rows]), pa.array(DETECTORS))
    columns["mu"] = track_lists(sample, rows)
    order = ("file", "entry", "run", "t", "det", "E", "x", "y", "z", "qtot", "nhit", "stdt", "mu")
    fields = [pa.field(name, columns[name].type, nullable=False) for name in order]
    schema = pa.schema(fields, metadata={"sift": document})
    return pa.Table.from_arrays([columns[name] for name in order], schema=schema)


def track_lists(sample: Sample, rows: Array) -> pa.ListArray:
    """The column `mu`: a list of tracks per row, empty for all but muons."""
    tracks = sample.events.tracks.take(rows)
    offsets = np.zeros(len(rows) + 1, np.int32)
    np.cumsum(tracks.counts, out=offsets[1:])
    fields = [pa.field(name, pa.float32(), nullable=False) for name in TRACK_FIELDS]
    values = [pa.array(np.ascontiguousarray(tracks.values[:, i])) for i in range(len(fields))]
    track = pa.StructArray.from_arrays(values, fields=fields)
    kind = pa.list_(pa.field("element", track.type, nullable=False))
    return pa.ListArray.from_arrays(pa.array(offsets), track, type=kind)


def write_parquet(path: Path, sample: Sample, rows: Array, document: str) -> None:
    table = index_table(sample, rows, document)
    pq.write_table(table, path, compression="zstd", row_group_size=ROW_GROUP)


def write_arrow(path: Path, sample: Sample, rows: Array, document: str) -> None:
    table = index_table(sample, rows, document)
    with pa.ipc.new_file(path, table.schema) as file:
        file.write_table(table, max_chunksize=ROW_GROUP)
