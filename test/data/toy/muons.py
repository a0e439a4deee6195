"""Muons through the scintillator (a CD and a WP record) and through the pool alone (a WP record)."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from .constants import BUNDLE_SHARES, CD_MUON_HZ, DEDX, LS_RADIUS, MUON_MAX, NO_WP_SHARE, POOL_RADIUS, SHOWER_SHARE, WP, WP_MUON_HZ
from .events import Events, EventStore, Tracks, make_events, set_written
from .sampling import Random, poisson_times

Array = NDArray


@dataclass(frozen=True)
class Lines:
    """Straight lines: `centre` is the point nearest to the origin, `half` half the chord, both in mm; `direction` is a unit vector."""

    centre: Array
    direction: Array
    half: Array

    def take(self, rows: Array) -> Lines:
        return Lines(self.centre[rows], self.direction[rows], self.half[rows])

    def values(self) -> Array:
        """Entry point and direction [n, 6]."""
        return np.hstack([self.centre - self.half[:, None] * self.direction, self.direction]).astype(np.float32)


@dataclass(frozen=True)
class CdMuons:
    """The CD records of muons: position of the first in the store, times in ns, one line each, which of them shower."""

    first: int
    t: Array
    lines: Lines
    showers: Array


def downward(random: Random, count: int) -> Array:
    """Unit vectors pointing down, cos^2 of the zenith angle [count, 3]."""
    cos = np.cbrt(random.uniform(0.1**3, 1.0, count))
    sin = np.sqrt(1.0 - cos * cos)
    phi = random.uniform(0.0, 2 * np.pi, count)
    return np.stack([sin * np.cos(phi), sin * np.sin(phi), -cos], axis=1)


def lines_through(random: Random, direction: Array, inner: float, outer: float) -> Lines:
    """Lines whose distance from the centre lies between two radii, with their chord in the outer sphere. mm."""
    count = len(direction)
    side = np.cross(direction, [1.0, 0.0, 0.0])
    side /= np.linalg.norm(side, axis=1, keepdims=True)
    other = np.cross(direction, side)
    distance = np.sqrt(random.uniform(inner**2, outer**2, count))
    phi = random.uniform(0.0, 2 * np.pi, count)
    centre = distance[:, None] * (np.cos(phi)[:, None] * side + np.sin(phi)[:, None] * other)
    return Lines(centre, direction, np.sqrt(outer**2 - distance**2))


def pool_light(random: Random, count: int, least: float) -> Array:
    """Light of a muon in the pool, p.e. [count]."""
    return least + random.lognormal(np.log(2_500.0), 0.6, count)


def add_cd_muons(store: EventStore, random: Random, span_ns: int) -> CdMuons:
    """Muon bundles through the scintillator; one CD record each, and a WP record within 1 us of it."""
    t = poisson_times(random, CD_MUON_HZ, span_ns)
    count = len(t)
    bundle = random.choice([1, 2, 3], count, p=BUNDLE_SHARES).astype(np.int32)
    owner = np.repeat(np.arange(count), bundle)
    lines = lines_through(random, downward(random, count)[owner], 0.0, LS_RADIUS)
    showers = random.random(count) < SHOWER_SHARE
    deposit = np.bincount(owner, DEDX * 2.0 * lines.half, count)
    deposit *= 1.0 + random.exponential(0.1, count) + np.where(showers, random.pareto(1.5, count), 0.0)
    main = lines.take(np.cumsum(bundle) - bundle)
    tracks = Tracks(bundle, lines.values())
    block = make_events("cd_muon", t, np.minimum(deposit, MUON_MAX), main.centre, tracks=tracks)
    first = store.add(block)
    store.add(pool_records(random, block, first, random.random(count) >= NO_WP_SHARE))
    return CdMuons(first, t, main, showers)


def pool_records(random: Random, muons: Events, first: int, has_pool: Array) -> Events:
    """The WP records of CD muons: up to 0.9 us before or after, but always written after the CD record."""
    rows = np.flatnonzero(has_pool)
    shift = random.integers(-900, 901, len(rows))
    block = make_events(
        "cd_muon_wp",
        muons.t[rows] + shift,
        np.nan,
        np.full((len(rows), 3), np.nan),
        parent=first + rows,
        order=1,
        detector=WP,
        light=pool_light(random, len(rows), 100.0),
        tracks=muons.tracks.take(rows),
    )
    return set_written(block, -shift)


def add_wp_muons(store: EventStore, random: Random, span_ns: int) -> None:
    """Muons that cross the pool and miss the scintillator."""
    t = poisson_times(random, WP_MUON_HZ, span_ns)
    count = len(t)
    lines = lines_through(random, downward(random, count), LS_RADIUS, POOL_RADIUS)
    nowhere = np.full((count, 3), np.nan)
    tracks = Tracks(np.ones(count, np.int32), lines.values())
    store.add(make_events("wp_muon", t, np.nan, nowhere, detector=WP, light=pool_light(random, count, 700.0), tracks=tracks))
