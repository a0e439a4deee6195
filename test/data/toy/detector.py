"""What the detector makes of true events: smeared energies and vertices, light, hits; the columns of the index."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from . import constants as c
from .events import Events
from .sampling import random_for

Array = NDArray

MUON_SIGMA = 500.0  # mm, of the middle of a track


def energy_scale(t: Array) -> Array:
    """The slowly drifting energy scale at times in ns since the start [n]."""
    return 1.0 + c.SCALE_DRIFT * (t / c.SCALE_DRIFT_NS)


def fired(random: np.random.Generator, light: Array, pmts: int) -> Array:
    """PMTs with at least one photoelectron [n], of `pmts` that share the light equally."""
    share = -np.expm1(-light / pmts)
    spread = np.sqrt(pmts * share * (1.0 - share)) * random.standard_normal(len(light))
    return np.clip(np.rint(pmts * share + spread), 0, pmts).astype(np.int32)


def reconstruct(events: Events, seed: int) -> dict[str, Array]:
    """The measured columns of the events, in their order: E x y z qtot nhit stdt."""
    random = random_for(seed, "reconstruct")
    count = len(events)
    pool = events.detector == c.WP
    energy = np.where(pool, 1.0, events.energy).astype(np.float64)
    resolution = c.ENERGY_SIGMA / np.sqrt(energy)
    visible = energy * energy_scale(events.t) * np.maximum(0.1, 1.0 + resolution * random.standard_normal(count))
    light = np.where(pool, events.light, c.LIGHT_YIELD * visible)
    hits = np.where(pool, fired(random, light, c.WP_PMTS), fired(random, light, c.CD_PMTS))
    columns = {"E": np.where(pool, np.nan, visible).astype(np.float32)}
    columns |= vertex(random, events, energy)
    columns["qtot"] = light.astype(np.float32)
    columns["nhit"] = hits.astype(np.int32)
    columns["stdt"] = hit_time_width(random, events)
    return columns


def vertex(random: np.random.Generator, events: Events, energy: Array) -> dict[str, Array]:
    """x y z in mm; NaN in the pool, for the share of reconstructions that fail, and where the true one is NaN."""
    failed = random.random(len(events)) < c.VERTEX_FAILS
    failed &= events.injected == 0
    lost = failed | (events.detector == c.WP)
    sigma = np.where(events.process == c.PROCESS["cd_muon"], MUON_SIGMA, c.VERTEX_SIGMA / np.sqrt(energy))
    columns = {}
    for axis in ("x", "y", "z"):
        smeared = getattr(events, axis) + sigma * random.standard_normal(len(events))
        columns[axis] = np.where(lost, np.nan, smeared).astype(np.float32)
    return columns


def hit_time_width(random: np.random.Generator, events: Events) -> Array:
    """Width of the hit times in ns: about 120, wide for flashers, NaN in the pool [n]."""
    flasher = events.process == c.PROCESS["flasher"]
    width = np.where(flasher, 320.0, 120.0) + np.where(flasher, 50.0, 12.0) * random.standard_normal(len(events))
    return np.where(events.detector == c.WP, np.nan, np.maximum(width, 20.0)).astype(np.float32)
