"""A whole data set in memory: every stream merged by time, cut into files, measured."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from . import constants as c
from .cosmogenic import add_b12, add_li9_he8, add_neutrons
from .detector import reconstruct
from .events import Events, EventStore
from .muons import add_cd_muons, add_wp_muons
from .pairs import add_bipo212, add_bipo214, add_ibd, add_supernova
from .sampling import random_for
from .scenarios import Placed, disturbs, place_scenarios
from .singles import add_edge_gammas, add_flashers, add_internal, add_noise
from .timeline import SIZES, Timeline, make_timeline, natural_hz

Array = NDArray


@dataclass(frozen=True)
class Sample:
    """A data set, all arrays [rows] in the order of the index: by (t, file, entry).

    `columns` of the index but `mu`, which is `events.tracks` · `events` the truth, with `t` still from the start of the
    data set and `parent` as a row, -1 where there is none or it was not recorded · `index` the index file of each row.
    """

    name: str
    seed: int
    timeline: Timeline
    columns: dict[str, Array]
    events: Events
    index: Array
    placed: list[Placed]


def make_sample(name: str, seed: int, supernova: bool = False) -> Sample:
    """The data set of that name: the same for the same name, seed and options, to the bit."""
    size = SIZES[name]
    timeline = make_timeline(size, seed)
    store = EventStore()
    noise_hz = size.trigger_hz - natural_hz(size.boost) if size.trigger_hz else 0.0
    add_streams(store, seed, timeline.span, size.boost, noise_hz)
    if supernova:
        add_supernova(store, random_for(seed, "supernova"), timeline.span)
    placed = place_scenarios(store, timeline, seed)
    events, columns = record(store.all(), timeline, placed)
    columns |= reconstruct(events, seed)
    return Sample(name, seed, timeline, columns, events, timeline.index[columns["file"]], placed)


def add_streams(store: EventStore, seed: int, span: int, boost: float, noise_hz: float) -> None:
    """Every process of the table in physics, each from its own random numbers."""
    add_ibd(store, random_for(seed, "ibd"), span, boost)
    muons = add_cd_muons(store, random_for(seed, "cd_muon"), span)
    add_wp_muons(store, random_for(seed, "wp_muon"), span)
    add_neutrons(store, random_for(seed, "neutron"), muons)
    add_b12(store, random_for(seed, "b12"), muons, span)
    add_li9_he8(store, random_for(seed, "li9_he8"), muons, span)
    add_edge_gammas(store, random_for(seed, "edge"), span)
    add_internal(store, random_for(seed, "internal"), span)
    add_bipo214(store, random_for(seed, "bipo214"), span)
    add_bipo212(store, random_for(seed, "bipo212"), span)
    add_flashers(store, random_for(seed, "flasher"), span)
    if noise_hz > 0.0:
        add_noise(store, random_for(seed, "noise"), span, noise_hz)


def record(events: Events, timeline: Timeline, placed: list[Placed]) -> tuple[Events, dict[str, Array]]:
    """What is recorded of the events, in index order, with the columns file entry run t det.

    A file holds the records written while it was open, in that order, in which a WP record may stand after a CD record
    that is up to 1 us later; the index is sorted by time.
    """
    written = events.t + events.written
    file = np.searchsorted(timeline.stop, written - events.early, side="right").astype(np.uint32)
    kept = timeline.is_live(events.t) & timeline.is_live(written) & ~disturbs(events, placed)
    rows = np.flatnonzero(kept)
    rows = rows[np.lexsort((written[rows], file[rows]))]
    first_of_file = np.searchsorted(file[rows], np.arange(len(timeline.start)))
    entry = np.arange(len(rows)) - first_of_file[file[rows]]
    by_time = np.lexsort((entry, file[rows], events.t[rows]))
    rows, entry = rows[by_time], entry[by_time]
    columns = {
        "file": file[rows],
        "entry": entry.astype(np.int64),
        "run": timeline.run[file[rows]].astype(np.int32),
        "t": c.EPOCH_NS + events.t[rows],
        "det": events.detector[rows].astype(np.int32),
    }
    return renumbered(events, rows), columns


def renumbered(events: Events, rows: Array) -> Events:
    """The given events in that order, `parent` counted among them."""
    new = np.full(len(events) + 1, -1, np.int64)
    new[rows] = np.arange(len(rows))
    taken = events.take(rows)
    taken.parent[:] = new[taken.parent]
    return taken
