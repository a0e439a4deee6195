"""What muons leave behind: spallation neutrons, 12B, 9Li and 8He."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from .constants import (
    B12_HZ,
    HE8_SHARE,
    IBD_SPREAD,
    LI9_FROM_SHOWERS,
    LI9_HE8_HZ,
    NEUTRON_FROM_TRACK,
    SECOND,
    SHOWER_NEUTRONS,
    TAU_B12,
    TAU_HE8,
    TAU_LI9,
    TAU_NEUTRON,
)
from .events import EventStore, make_events
from .muons import CdMuons, Lines
from .sampling import Random, beta_spectrum, capture_energy, delays, directions, inside_ls, near

Array = NDArray


def near_track(random: Random, lines: Lines) -> Array:
    """A point along each chord, at an exponential distance from it. mm [n, 3]."""
    count = len(lines.half)
    along = random.uniform(-1.0, 1.0, count) * lines.half
    side = np.cross(lines.direction, directions(random, count))
    side /= np.linalg.norm(side, axis=1, keepdims=True)
    lateral = random.exponential(NEUTRON_FROM_TRACK, count)
    return inside_ls(lines.centre + along[:, None] * lines.direction + lateral[:, None] * side)


def neutron_counts(random: Random, showers: int) -> Array:
    """Neutrons per shower: two geometric laws, the wide one reaches beyond 100 [showers]."""
    wide = random.random(showers) < SHOWER_NEUTRONS[1][0]
    return random.geometric(1.0 / np.where(wide, SHOWER_NEUTRONS[1][1], SHOWER_NEUTRONS[0][1]))


def add_neutrons(store: EventStore, random: Random, muons: CdMuons) -> None:
    """Spallation neutrons, captured 216 us after their muon on average."""
    showers = np.flatnonzero(muons.showers)
    counts = neutron_counts(random, len(showers))
    owner = np.repeat(showers, counts)
    order = np.arange(len(owner)) - np.repeat(np.cumsum(counts) - counts, counts) + 1
    store.add(
        make_events(
            "spallation_neutron",
            muons.t[owner] + delays(random, TAU_NEUTRON, len(owner)),
            capture_energy(random, len(owner)),
            near_track(random, muons.lines.take(owner)),
            parent=muons.first + owner,
            order=order,
        )
    )


def add_b12(store: EventStore, random: Random, muons: CdMuons, span_ns: int) -> None:
    """12B beta decays near the track of any CD muon."""
    count = random.poisson(B12_HZ * span_ns / SECOND)
    owner = random.integers(0, len(muons.t), count)
    t = muons.t[owner] + delays(random, TAU_B12, count)
    place = near_track(random, muons.lines.take(owner))
    store.add(make_events("b12", t, beta_spectrum(random, count, 13.4), place, parent=muons.first + owner, order=1))


def add_li9_he8(store: EventStore, random: Random, muons: CdMuons, span_ns: int) -> None:
    """9Li and 8He: a beta and a neutron, 90 % of them after a muon with neutrons."""
    count = random.poisson(LI9_HE8_HZ * span_ns / SECOND)
    showers = np.flatnonzero(muons.showers)
    from_shower = random.random(count) < LI9_FROM_SHOWERS
    owner = np.where(from_shower, random.choice(showers, count), random.integers(0, len(muons.t), count))
    helium = random.random(count) < HE8_SHARE
    for name, chosen, tau in (("li9_prompt", ~helium, TAU_LI9), ("he8_prompt", helium, TAU_HE8)):
        rows = owner[chosen]
        t = muons.t[rows] + delays(random, tau, len(rows))
        place = near_track(random, muons.lines.take(rows))
        energy = beta_spectrum(random, len(rows), 11.0)
        first = store.add(make_events(name, t, energy, place, parent=muons.first + rows, order=1))
        neutron_t = t + delays(random, TAU_NEUTRON, len(rows))
        neutron_place = near(random, place, IBD_SPREAD)
        energy = capture_energy(random, len(rows))
        parent = first + np.arange(len(rows))
        store.add(make_events("li9_he8_neutron", neutron_t, energy, neutron_place, parent=parent, order=2))
