"""True events as columns, before reconstruction, and the tracks that belong to some of them."""

from __future__ import annotations

from dataclasses import dataclass, fields, replace
from typing import Sequence

import numpy as np
from numpy.typing import NDArray

from .constants import CD, PROCESS

Array = NDArray


@dataclass(frozen=True)
class Tracks:
    """Lists of tracks. `counts` [events], `values` [sum of counts, 6]: x0 y0 z0 in mm, dx dy dz."""

    counts: Array
    values: Array

    @staticmethod
    def none(events: int) -> Tracks:
        return Tracks(np.zeros(events, np.int32), np.zeros((0, 6), np.float32))

    def take(self, rows: Array) -> Tracks:
        """The lists of the given events, in their order."""
        counts = self.counts[rows]
        starts = (np.cumsum(self.counts, dtype=np.int64) - self.counts)[rows]
        within = np.arange(counts.sum(), dtype=np.int64) - np.repeat(np.cumsum(counts, dtype=np.int64) - counts, counts)
        return Tracks(counts, self.values[np.repeat(starts, counts) + within])


@dataclass(frozen=True)
class Events:
    """Columns of true events, all [events].

    t ns since the epoch · process number · parent position of the causing event, -1 none · order 0 first in its chain ·
    energy MeV (NaN in the pool) · x y z mm · detector · light p.e. in the pool · written ns to add to `t` for the order
    in the event data · injected number of the scenario that put it there, 0 none · early belongs to the file that ends at `t`.
    """

    t: Array
    process: Array
    parent: Array
    order: Array
    energy: Array
    x: Array
    y: Array
    z: Array
    detector: Array
    light: Array
    written: Array
    injected: Array
    early: Array
    tracks: Tracks

    def __len__(self) -> int:
        return len(self.t)

    @property
    def position(self) -> Array:
        """[events, 3] in mm."""
        return np.stack([self.x, self.y, self.z], axis=1)

    def take(self, rows: Array) -> Events:
        columns = {f.name: getattr(self, f.name)[rows] for f in fields(self) if f.name != "tracks"}
        return Events(**columns, tracks=self.tracks.take(rows))


def make_events(
    process: str,
    t: Array,
    energy: Array | float,
    position: Array,
    *,
    parent: Array | int = -1,
    order: int | Array = 0,
    detector: int = CD,
    light: Array | float = 0.0,
    tracks: Tracks | None = None,
    injected: int = 0,
    early: bool = False,
) -> Events:
    """A block of events of one process. `t` ns [n], `energy` MeV, `position` [n, 3] in mm."""
    count = len(t)

    def column(value: object, kind: type) -> Array:
        return np.array(np.broadcast_to(np.asarray(value, kind), count))

    return Events(
        t=np.asarray(t, np.int64),
        process=column(PROCESS[process], np.uint8),
        parent=column(parent, np.int64),
        order=column(order, np.int32),
        energy=column(energy, np.float32),
        x=column(position[:, 0], np.float32),
        y=column(position[:, 1], np.float32),
        z=column(position[:, 2], np.float32),
        detector=column(detector, np.uint8),
        light=column(light, np.float32),
        written=column(0, np.int32),
        injected=column(injected, np.int16),
        early=column(early, np.bool_),
        tracks=tracks or Tracks.none(count),
    )


def set_written(events: Events, written: Array) -> Events:
    """The same events, recorded `written` ns after their time."""
    return replace(events, written=np.asarray(written, np.int32))


def concat(blocks: Sequence[Events]) -> Events:
    """All blocks after one another; `parent` must already count from the start of the whole."""
    columns = {f.name: np.concatenate([getattr(b, f.name) for b in blocks]) for f in fields(Events) if f.name != "tracks"}
    tracks = Tracks(
        np.concatenate([b.tracks.counts for b in blocks]),
        np.concatenate([b.tracks.values for b in blocks]),
    )
    return Events(**columns, tracks=tracks)


class EventStore:
    """Collects blocks and says at which position each one starts, so that children can name their parents."""

    def __init__(self) -> None:
        self._blocks: list[Events] = []
        self._count = 0

    def add(self, block: Events) -> int:
        """Appends a block and returns the position of its first event."""
        first = self._count
        self._blocks.append(block)
        self._count += len(block)
        return first

    def __len__(self) -> int:
        return self._count

    def all(self) -> Events:
        self._blocks = [concat(self._blocks)]
        return self._blocks[0]
