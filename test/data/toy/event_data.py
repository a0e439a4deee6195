"""Event data: what the index points into. ROOT files with a tree `Event/Rec`, one entry per record in the order of writing.

Flat branches `run t det E x y z qtot nhit stdt chi2 ndf`; arrays `hits_time` (ns), `hits_charge` (pe), `hits_pmt` with their
counter `nhits`, about 500 hits per event; tracks `mu_x0` … with `nmu`.
"""

from __future__ import annotations

from pathlib import Path

import awkward as ak
import numpy as np
import uproot
from numpy.typing import NDArray

from .constants import CD, CD_PMTS, WP_PMTS
from .document import event_file_name, event_file_uuid
from .index_root import names_of, track_records
from .sample import Sample
from .sampling import random_for

Array = NDArray

TREE = "Event/Rec"
#: Entries of one basket of each branch
BASKET = 500
#: One of so many fired PMTs is written out
HIT_SHARE = 8
NDF = 32
MOST_EVENTS = 20_000


def write_event_data(folder: Path, sample: Sample, files: int) -> None:
    """The first `files` event-data files whole, but no more than 20,000 events in all."""
    folder.mkdir()
    entries = np.bincount(sample.columns["file"], minlength=files)[:files]
    for file in np.flatnonzero(np.cumsum(entries) <= MOST_EVENTS):
        write_event_file(folder / event_file_name(sample, file), sample, int(file))


def write_event_file(path: Path, sample: Sample, file: int) -> None:
    rows = np.flatnonzero(sample.columns["file"] == file)
    rows = rows[np.argsort(sample.columns["entry"][rows])]
    columns, text, lists = event_columns(sample, rows, file)
    kinds = {name: values.dtype for name, values in columns.items()} | {"det": "string"}
    kinds |= {name: values.type.content for name, values in lists.items()}
    with uproot.recreate(path, uuid_function=lambda: event_file_uuid(sample, file)) as out:
        tree = out.mktree(TREE, kinds)
        for start in range(0, len(rows), BASKET):
            part = slice(start, start + BASKET)
            flat = {name: values[part] for name, values in columns.items()}
            tree.extend(flat | {"det": text[part]} | {name: values[part] for name, values in lists.items()})


def event_columns(sample: Sample, rows: Array, file: int) -> tuple[dict[str, Array], ak.Array, dict[str, ak.Array]]:
    """Flat branches, detector names and lists of the given rows of one file."""
    random = random_for(sample.seed, f"event data {file}")
    names = ("run", "t", "E", "x", "y", "z", "qtot", "nhit", "stdt")
    columns = {name: sample.columns[name][rows] for name in names}
    columns["chi2"] = random.chisquare(NDF, len(rows)).astype(np.float32)
    columns["ndf"] = np.full(len(rows), NDF, np.int32)
    lists = {"hits": hit_lists(random, sample, rows), "mu": track_records(sample, rows)}
    return columns, names_of(sample, rows), lists


def hit_lists(random: np.random.Generator, sample: Sample, rows: Array) -> ak.Array:
    """Hits of each record: scintillation times over some noise, charges that add up to the light. Rounded as electronics do."""
    fired = sample.columns["nhit"][rows]
    counts = np.where(fired > 0, np.maximum(1, fired // HIT_SHARE), 0)
    total = int(counts.sum())
    late = random.random(total) < 0.1
    time = 20.0 + 5.0 * random.standard_normal(total) + random.exponential(np.where(late, 200.0, 30.0))
    share = np.repeat(sample.columns["qtot"][rows] / np.maximum(fired, 1), counts)
    charge = share * random.gamma(6.0, 1.0 / 6.0, total)
    pmts = np.where(sample.columns["det"][rows] == CD, CD_PMTS, WP_PMTS)
    hits = {
        "time": ak.unflatten((np.rint(8.0 * time) / 8.0).astype(np.float32), counts),
        "charge": ak.unflatten((np.rint(64.0 * charge) / 64.0).astype(np.float32), counts),
        "pmt": ak.unflatten((random.random(total) * np.repeat(pmts, counts)).astype(np.int32), counts),
    }
    return ak.zip(hits)
