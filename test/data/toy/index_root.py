"""Index files in ROOT: a TTree `index`, text as `char*`, `mu` as arrays `mu_x0` … that share the counter `nmu`."""

from __future__ import annotations

from pathlib import Path
from uuid import NAMESPACE_URL, uuid5

import awkward as ak
import numpy as np
import pyarrow as pa
import uproot
from numpy.typing import NDArray

from .constants import DETECTORS
from .index_arrow import TRACK_FIELDS
from .sample import Sample

Array = NDArray

#: Rows of one basket of each branch
BASKET = 32_768


def write_root(path: Path, sample: Sample, rows: Array, document: str) -> None:
    own = uuid5(NAMESPACE_URL, f"sift-toy/{sample.name}/{sample.seed}/{path.name}")
    kinds = {name: "string" if name == "det" else values.dtype for name, values in sample.columns.items()}
    with uproot.recreate(path, uuid_function=lambda: own) as file:
        file["sift"] = document
        tree = file.mktree("index", kinds | {"mu": track_records(sample, rows[:0]).type.content})
        for start in range(0, len(rows), BASKET):
            part = rows[start : start + BASKET]
            columns = {name: values[part] for name, values in sample.columns.items() if name != "det"}
            tree.extend(columns | {"det": names_of(sample, part), "mu": track_records(sample, part)})


def track_records(sample: Sample, rows: Array) -> ak.Array:
    """Tracks of the given rows as lists of records."""
    tracks = sample.events.tracks.take(rows)
    fields = {name: ak.unflatten(tracks.values[:, i], tracks.counts) for i, name in enumerate(TRACK_FIELDS)}
    return ak.zip(fields)


def names_of(sample: Sample, rows: Array) -> ak.Array:
    """Detector names of the given rows."""
    return ak.from_arrow(pa.array(np.array(DETECTORS)[sample.columns["det"][rows]]))
