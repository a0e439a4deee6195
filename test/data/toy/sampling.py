"""Random numbers: independent streams by name, Poisson times, directions and spectra."""

from __future__ import annotations

from zlib import crc32

import numpy as np
from numpy.typing import NDArray

from .constants import CAPTURE_C, CAPTURE_C_SHARE, CAPTURE_H, LS_RADIUS, SECOND

Array = NDArray
Random = np.random.Generator


def random_for(seed: int, name: str) -> Random:
    """A stream that depends on seed and name alone, so that one process never shifts another."""
    return np.random.default_rng([seed, crc32(name.encode())])


def poisson_times(random: Random, rate_hz: float, span_ns: int) -> Array:
    """Sorted times in ns in [0, span_ns) at a constant rate."""
    count = random.poisson(rate_hz * span_ns / SECOND)
    return np.sort(random.integers(0, span_ns, count, dtype=np.int64))


def delays(random: Random, tau_ns: float | Array, count: int) -> Array:
    """Exponential delays in whole ns, at least 1 [count]."""
    return np.maximum(1, np.rint(random.exponential(tau_ns, count))).astype(np.int64)


def directions(random: Random, count: int) -> Array:
    """Isotropic unit vectors [count, 3]."""
    vectors = random.standard_normal((count, 3))
    return vectors / np.linalg.norm(vectors, axis=1, keepdims=True)


def uniform_in_sphere(random: Random, count: int, radius: float = LS_RADIUS) -> Array:
    """Points in mm [count, 3]."""
    return directions(random, count) * (radius * np.cbrt(random.random(count)))[:, None]


def inside_ls(points: Array) -> Array:
    """The points, those beyond the scintillator drawn back to its edge. mm [n, 3]."""
    radius = np.linalg.norm(points, axis=1, keepdims=True)
    return points * np.minimum(1.0, (LS_RADIUS - 10.0) / np.maximum(radius, 1.0))


def near(random: Random, points: Array, sigma: float) -> Array:
    """Points a 3D Gaussian away, within the scintillator. mm [n, 3]."""
    return inside_ls(points + random.normal(0.0, sigma, points.shape))


def truncated_gamma(random: Random, count: int, shape: float, scale: float, low: float, high: float) -> Array:
    """Gamma-distributed energies within [low, high] in MeV [count]."""
    values = random.gamma(shape, scale, count)
    bad = np.flatnonzero((values < low) | (values > high))
    while len(bad):
        values[bad] = random.gamma(shape, scale, len(bad))
        bad = bad[(values[bad] < low) | (values[bad] > high)]
    return values


def beta_spectrum(random: Random, count: int, end_point: float) -> Array:
    """A beta-like spectrum E^2 (Q - E)^2 up to `end_point` MeV [count]."""
    return end_point * random.beta(3.0, 3.0, count)


def capture_energy(random: Random, count: int) -> Array:
    """Neutron capture: 99 % on hydrogen, 1 % on carbon. MeV [count]."""
    return np.where(random.random(count) < CAPTURE_C_SHARE, CAPTURE_C, CAPTURE_H)
