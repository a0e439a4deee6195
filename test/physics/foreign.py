"""What four queries over ROOT files of other people give, by uproot and numpy alone: `foreign.py` prints them as JSON.

The files are those of scikit-hep-testdata. Arithmetic is float64 in the order in which the queries write it.
"""

from __future__ import annotations

import json
import math
import sys
from fractions import Fraction
from pathlib import Path

import numpy as np
import skhep_testdata
import uproot

FOLDER = Path(skhep_testdata.__file__).parent / "data"
MUONS = ["", "-uncompressed", "-zlib", "-lzma", "-lz4", "-zstd"]


def main() -> int:
    muons = {f"uproot-Zmumu{kind}.root": dimuons(f"uproot-Zmumu{kind}.root") for kind in MUONS}
    answers = {"folder": str(FOLDER), "muons": muons, "tracks": tracks(), "momenta": momenta(), "strips": strips()}
    json.dump(answers, sys.stdout, allow_nan=False)
    return 0


def dimuons(name: str) -> dict:
    """Opposite charges, both muons above 10: the invariant mass of the pair."""
    of = columns(name, "events")
    energy, x, y, z = (of[f"{part}1"] + of[f"{part}2"] for part in ("E", "px", "py", "pz"))
    square = energy * energy - x * x - y * y - z * z
    cut = (of["pt1"] > 10) & (of["pt2"] > 10) & (of["Q1"] * of["Q2"] < 0) & (square > 0)
    mass = np.sqrt(square[cut])
    rows = {key: of[key][cut].tolist() for key in ("Type", "Run", "Event", "E1", "phi2", "M")}
    rows = {"entry": np.flatnonzero(cut).tolist(), **rows, "mass": mass.tolist()}
    return {"rows": rows, "hist": filled(mass, 0, 120, 90)}


def tracks() -> dict:
    """Columns of 32 bits, computed with in 64."""
    of = columns("uproot-from-geant4.root", "GeneratedTracks")
    wide = {key: of[key].astype(np.float64) for key in ("p", "cot", "z")}
    cut = (wide["p"] >= 2.5) & (np.abs(wide["z"]) < 5)
    transverse = wide["p"] / np.sqrt(1 + wide["cot"] * wide["cot"])
    pz = (transverse * wide["cot"])[cut]
    rows = {"entry": np.flatnonzero(cut).tolist(), "p": wide["p"][cut].tolist(), "raynum": of["raynum"][cut].tolist()}
    return {"rows": {**rows, "pz": pz.tolist()}, "hist": filled(pz, -8, 8, 48)}


def momenta() -> dict:
    """75,000 rows of 32 bits: the length of a vector, its histogram and its mean."""
    of = columns("uproot-hepdata-example.root", "ntuple")
    x, y, z = (of[key].astype(np.float64) for key in ("px", "py", "pz"))
    length = np.sqrt(x * x + y * y + z * z)
    cut = z > 0.1
    mean = math.fsum(length[cut]) / int(cut.sum())
    return {"count": int(cut.sum()), "mean": mean, "hist": filled(length[cut], 0, 5, 50)}


def strips() -> dict:
    """Energies summed by event, each sum correctly rounded."""
    of = columns("uproot-from-geant4.root", "HitStrips")
    numbers = np.unique(of["Event"])
    members = [of["Energy"][of["Event"] == number].astype(np.float64) for number in numbers]
    return {
        "Event": numbers.tolist(),
        "n": [len(energies) for energies in members],
        "total": [math.fsum(energies) for energies in members],
        "most": [float(energies.max()) for energies in members],
    }


def columns(name: str, tree: str) -> dict[str, np.ndarray]:
    with uproot.open(FOLDER / name) as file:
        branches = file[tree]
        return {key: branches[key].array(library="np") for key in branches.keys()}


def filled(values: np.ndarray, low: int, high: int, bins: int) -> dict:
    """Bins [edge, next edge) whose edges are the float64 nearest to low + k (high - low) / bins."""
    edges = np.array([float(low + Fraction(k * (high - low), bins)) for k in range(bins + 1)])
    place = np.searchsorted(edges, values, side="right")
    counts = np.bincount(place, minlength=bins + 2)
    return {
        "edges": edges.tolist(),
        "counts": counts[1:-1].tolist(),
        "underflow": int(counts[0]),
        "overflow": int(counts[-1]),
    }


if __name__ == "__main__":
    sys.exit(main())
