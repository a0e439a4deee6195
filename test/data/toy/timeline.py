"""When the detector ran: sizes of data sets, runs, event-data files, gaps. Times in ns since the start of the data set."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from . import constants as c
from .sampling import random_for

Array = NDArray

#: Index files of a data set where runs begin, as fractions of their number
RUN_STARTS = (0.0, 0.4, 0.7)
FIRST_RUN = 10_001
#: The pause before each later run: shorter, then longer, than the 1.2 s of a veto
PAUSES = (300 * c.MS, 20 * c.SECOND)
SHORTEST_GAP = 60 * c.MS
LONGEST_GAP = 500 * c.MS


@dataclass(frozen=True)
class Size:
    """What makes a data set: its length in rows, its files, and how much is boosted or added."""

    rows: int
    index_files: int
    events_per_index: int  # event-data files that one index file covers
    boost: float = 200.0  # reactor neutrinos
    trigger_hz: float = 0.0  # filled up with noise to this rate
    hit_files: int = 2  # event-data files that are written out, from the first on

    @property
    def files(self) -> int:
        return self.index_files * self.events_per_index


SIZES = {
    "unit": Size(100_000, 20, 1),
    "demo": Size(2_000_000, 24, 9),
    "large": Size(10_000_000, 24, 15),
    "full": Size(20_000_000, 24, 6, trigger_hz=c.TRIGGER_HZ, hit_files=0),
}


def natural_hz(boost: float) -> float:
    """Rows per second without noise."""
    muons = c.CD_MUON_HZ * (2.0 - c.NO_WP_SHARE) + c.WP_MUON_HZ
    neutrons = c.CD_MUON_HZ * c.SHOWER_SHARE * sum(share * mean for share, mean in c.SHOWER_NEUTRONS)
    decays = c.B12_HZ + 2.0 * c.LI9_HE8_HZ + 2.0 * c.BIPO214_HZ + 1.5 * c.BIPO212_HZ
    return muons + neutrons + decays + c.EDGE_HZ + c.INTERNAL_HZ + c.FLASHER_HZ + 2.0 * boost * c.IBD_HZ


@dataclass(frozen=True)
class Timeline:
    """Event-data files in time order: `start`, `stop`, `run` [files]; `index` the index file of each [files].
    `gaps` [gaps, 2]: dead time inside runs. All half open."""

    start: Array
    stop: Array
    run: Array
    index: Array
    gaps: Array

    @property
    def span(self) -> int:
        return int(self.stop[-1])

    def spans(self, files: Array) -> list[tuple[int, int, int]]:
        """Good time of the given files in time order: (run, start, stop), the gaps cut out and touching pieces joined."""
        pieces: list[tuple[int, int, int]] = []
        for f in files:
            start, stop = int(self.start[f]), int(self.stop[f])
            inside = self.gaps[(self.gaps[:, 0] < stop) & (self.gaps[:, 1] > start)]
            edges = [start, *(int(t) for t in inside.ravel()), stop]
            for a, b in zip(edges[::2], edges[1::2]):
                if pieces and pieces[-1][0] == int(self.run[f]) and pieces[-1][2] == a:
                    a = pieces.pop()[1]
                pieces.append((int(self.run[f]), a, b))
        return pieces

    def is_live(self, t: Array) -> Array:
        """Whether the detector ran at each time [n]."""
        spans = self.spans(np.arange(len(self.start)))
        starts = np.array([s for _, s, _ in spans])
        stops = np.array([s for _, _, s in spans])
        at = np.searchsorted(starts, t, side="right") - 1
        return (at >= 0) & (t < stops[np.maximum(at, 0)])


def make_timeline(size: Size, seed: int) -> Timeline:
    """Files of equal length, three runs, and gaps in the middle of some files."""
    rate = max(natural_hz(size.boost), size.trigger_hz)
    length = int(size.rows / rate / size.files * c.SECOND)
    index = np.arange(size.files) // size.events_per_index
    first_index = [int(share * size.index_files) for share in RUN_STARTS]
    run_number = np.searchsorted(first_index, index, side="right") - 1
    paused = np.concatenate([[0], np.cumsum(PAUSES)])[run_number]
    start = np.arange(size.files) * length + paused
    stop = start + length
    return Timeline(start, stop, FIRST_RUN + run_number, index, make_gaps(start, stop, seed))


def make_gaps(start: Array, stop: Array, seed: int) -> Array:
    """Dead time of 60-500 ms in every fourth file, between 40 % and 60 % of it; the first two have the limits [gaps, 2]."""
    random = random_for(seed, "gaps")
    files = np.arange(1, len(start), 4)
    length = np.exp(random.uniform(np.log(SHORTEST_GAP), np.log(LONGEST_GAP), len(files))).astype(np.int64)
    length[:2] = (SHORTEST_GAP, LONGEST_GAP)
    begin = (start[files] + random.uniform(0.4, 0.6, len(files)) * (stop - start)[files]).astype(np.int64)
    return np.stack([begin, begin + length], axis=1)
