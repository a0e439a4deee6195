"""Correlated pairs: reactor and supernova neutrinos (IBD), and the decays of 214Bi and 212Bi."""

from __future__ import annotations

import numpy as np

from .constants import (
    BIPO212_HZ,
    BIPO212_MERGE,
    BIPO214_HZ,
    BIPO_SPREAD,
    IBD_HZ,
    IBD_SPREAD,
    SECOND,
    SUPERNOVA_EVENTS,
    SUPERNOVA_SECONDS,
    TAU_NEUTRON,
    TAU_PO212,
    TAU_PO214,
)
from .events import EventStore, make_events
from .sampling import Random, capture_energy, delays, near, poisson_times, truncated_gamma, uniform_in_sphere


def add_ibd(store: EventStore, random: Random, span_ns: int, boost: float) -> None:
    """Reactor neutrinos, `boost` times as many as in the detector."""
    t = poisson_times(random, IBD_HZ * boost, span_ns)
    count = len(t)
    place = uniform_in_sphere(random, count)
    energy = truncated_gamma(random, count, 5.0, 0.765, 0.9, 9.0)
    first = store.add(make_events("ibd_prompt", t, energy, place))
    later = t + delays(random, TAU_NEUTRON, count)
    parent = first + np.arange(count)
    place = near(random, place, IBD_SPREAD)
    store.add(make_events("ibd_delayed", later, capture_energy(random, count), place, parent=parent, order=1))


def add_supernova(store: EventStore, random: Random, span_ns: int) -> None:
    """5000 neutrinos of 10-50 MeV in 10 s, from 40 % of the span on."""
    start = int(0.4 * span_ns)
    seconds = random.exponential(3.0, 4 * SUPERNOVA_EVENTS)
    seconds = np.sort(seconds[seconds < SUPERNOVA_SECONDS][:SUPERNOVA_EVENTS])
    t = start + (seconds * SECOND).astype(np.int64)
    count = len(t)
    place = uniform_in_sphere(random, count)
    first = store.add(make_events("supernova_prompt", t, random.uniform(10.0, 50.0, count), place))
    later = t + delays(random, TAU_NEUTRON, count)
    parent = first + np.arange(count)
    place = near(random, place, IBD_SPREAD)
    store.add(make_events("supernova_delayed", later, capture_energy(random, count), place, parent=parent, order=1))


def add_bipo214(store: EventStore, random: Random, span_ns: int) -> None:
    """214Bi beta, then 214Po alpha."""
    t = poisson_times(random, BIPO214_HZ, span_ns)
    count = len(t)
    place = uniform_in_sphere(random, count)
    first = store.add(make_events("bi214", t, random.uniform(0.4, 3.3, count), place))
    later = t + delays(random, TAU_PO214, count)
    parent = first + np.arange(count)
    store.add(make_events("po214", later, 0.93, near(random, place, BIPO_SPREAD), parent=parent, order=1))


def add_bipo212(store: EventStore, random: Random, span_ns: int) -> None:
    """212Bi beta, then 212Po alpha; closer than 300 ns they are one record with both energies."""
    t = poisson_times(random, BIPO212_HZ, span_ns)
    count = len(t)
    place = uniform_in_sphere(random, count)
    energy = random.uniform(0.3, 2.2, count)
    wait = delays(random, TAU_PO212, count)
    after = near(random, place, BIPO_SPREAD)
    one = wait < BIPO212_MERGE
    store.add(make_events("bipo212_merged", t[one], energy[one] + 1.0, place[one]))
    first = store.add(make_events("bi212", t[~one], energy[~one], place[~one]))
    parent = first + np.arange(np.count_nonzero(~one))
    store.add(make_events("po212", (t + wait)[~one], 1.0, after[~one], parent=parent, order=1))
