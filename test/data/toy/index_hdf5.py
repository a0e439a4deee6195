"""Index files in HDF5: one dataset per column, text as variable-length UTF-8, `mu` as a group with `offsets` and its fields."""

from __future__ import annotations

from pathlib import Path

import h5py
import numpy as np
from numpy.typing import NDArray

from .constants import DETECTORS
from .index_arrow import TRACK_FIELDS
from .sample import Sample

Array = NDArray

CHUNK = 32_768


def write_hdf5(path: Path, sample: Sample, rows: Array, document: str) -> None:
    tracks = sample.events.tracks.take(rows)
    with h5py.File(path, "w") as file:
        file.attrs["sift"] = document
        for name, values in sample.columns.items():
            if name == "det":
                names = np.array(DETECTORS, dtype=object)[values[rows]]
                write_column(file, name, names, h5py.string_dtype())
            else:
                write_column(file, name, values[rows])
        group = file.create_group("mu")
        offsets = np.zeros(len(rows) + 1, np.int64)
        np.cumsum(tracks.counts, out=offsets[1:])
        write_column(group, "offsets", offsets)
        for i, name in enumerate(TRACK_FIELDS):
            write_column(group, name, tracks.values[:, i])


def write_column(group: h5py.Group, name: str, values: Array, kind: np.dtype | None = None) -> None:
    chunk = (max(1, min(CHUNK, len(values))),)
    group.create_dataset(name, data=values, dtype=kind, chunks=chunk, shuffle=kind is None, compression="gzip", compression_opts=1)
