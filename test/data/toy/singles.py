"""Uncorrelated events: edge gammas, internal radioactivity, flashers, noise."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from .constants import (
    EDGE_DEPTH,
    EDGE_HZ,
    FLASHER_BURST_SHARE,
    FLASHER_BURST_SIZE,
    FLASHER_HZ,
    FLASHER_RING,
    INTERNAL_HZ,
    INTERNAL_SLOPE,
    LS_RADIUS,
    MS,
)
from .events import EventStore, make_events
from .sampling import Random, directions, poisson_times, uniform_in_sphere

Array = NDArray


def edge_energy(random: Random, count: int) -> Array:
    """The lines at 2.61 and 1.46 MeV over a falling continuum from 0.7 to 3.1 MeV; 40 % above 2 MeV [count]."""
    kind = random.random(count)
    continuum = 3.1 - 2.4 * np.sqrt(random.random(count))
    return np.where(kind < 0.295, 2.61, np.where(kind < 0.495, 1.46, continuum))


def add_edge_gammas(store: EventStore, random: Random, span_ns: int) -> None:
    """Gammas from outside, within a few 0.25 m of the edge."""
    t = poisson_times(random, EDGE_HZ, span_ns)
    count = len(t)
    radius = np.maximum(0.0, LS_RADIUS - random.exponential(EDGE_DEPTH, count))
    store.add(make_events("edge_gamma", t, edge_energy(random, count), directions(random, count) * radius[:, None]))


def add_internal(store: EventStore, random: Random, span_ns: int) -> None:
    """Radioactivity in the scintillator, falling from 0.7 MeV."""
    t = poisson_times(random, INTERNAL_HZ, span_ns)
    energy = np.minimum(0.7 + random.exponential(INTERNAL_SLOPE, len(t)), 10.0)
    store.add(make_events("internal", t, energy, uniform_in_sphere(random, len(t))))


def add_flashers(store: EventStore, random: Random, span_ns: int) -> None:
    """Discharging PMTs on a ring; some come in bursts of about 8 within 50 ms."""
    per_start = 1.0 + FLASHER_BURST_SHARE * FLASHER_BURST_SIZE
    start = poisson_times(random, FLASHER_HZ / per_start, span_ns)
    extra = np.where(random.random(len(start)) < FLASHER_BURST_SHARE, random.poisson(FLASHER_BURST_SIZE, len(start)), 0)
    owner = np.repeat(np.arange(len(start)), extra)
    first = len(store)
    rho, z = FLASHER_RING
    phi = random.uniform(0.0, 2 * np.pi, len(start))
    ring = np.stack([rho * np.cos(phi), rho * np.sin(phi), np.full(len(start), z)], axis=1)
    store.add(make_events("flasher", start, random.uniform(1.0, 10.0, len(start)), ring))
    t = start[owner] + random.integers(1, 50 * MS, len(owner))
    store.add(make_events("flasher", t, random.uniform(1.0, 10.0, len(owner)), ring[owner], parent=first + owner, order=1))


def add_noise(store: EventStore, random: Random, span_ns: int, rate_hz: float) -> None:
    """Dark noise and 14C below 0.7 MeV."""
    t = poisson_times(random, rate_hz, span_ns)
    energy = 0.05 + 0.65 * random.beta(1.0, 4.0, len(t))
    store.add(make_events("noise", t, energy, uniform_in_sphere(random, len(t))))
