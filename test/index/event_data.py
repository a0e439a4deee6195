"""Event-data ROOT files for the tests of the index: `event_data.py FOLDER SPEC`, SPEC a list of files as JSON.

`{"name": …, "events": N, "runs": [101, 102], "t0": ns, "step": ns, "seed": S}`: a tree `Event/Rec` with N entries, not in
the order of time, the first half of them of the first run. `flat: true` leaves out the hits, `energy: "float64"` changes
a type, `uuid` states the file's own, `pause: [entry, ns]` lets the events from an entry on come later.
"""

from __future__ import annotations

import json
import sys
from pathlib import Path
from uuid import NAMESPACE_URL, UUID, uuid5

import awkward as ak
import numpy as np
import uproot


def main(folder: str, specs: str) -> None:
    for spec in json.loads(specs):
        write(Path(folder) / spec["name"], spec)


def write(path: Path, spec: dict) -> None:
    path.parent.mkdir(parents=True, exist_ok=True)
    random = np.random.default_rng(spec["seed"])
    count = spec["events"]
    own = UUID(spec["uuid"]) if "uuid" in spec else uuid5(NAMESPACE_URL, f"sift-test/{path.name}/{spec['seed']}")
    columns = flat_columns(random, spec, count)
    kinds = {name: values.dtype for name, values in columns.items()} | {"det": "string"}
    lists: dict[str, ak.Array] = {}
    if not spec.get("flat", False):
        lists = {"hits": hits(random, count), "weights": ragged(random, count)}
        kinds |= {name: values.type.content for name, values in lists.items()}
    with uproot.recreate(path, uuid_function=lambda: own) as file:
        tree = file.mktree("Event/Rec", kinds)
        for start in range(0, count, 500):
            part = slice(start, start + 500)
            det = ak.Array(["CD" if number % 3 else "WP" for number in range(start, min(start + 500, count))])
            tree.extend({name: values[part] for name, values in (columns | lists).items()} | {"det": det})


def flat_columns(random: np.random.Generator, spec: dict, count: int) -> dict[str, np.ndarray]:
    steps = random.integers(1, 2 * spec["step"], count)
    # Some events have the same time as the one before them.
    steps[random.random(count) < 0.05] = 0
    t = spec["t0"] + np.cumsum(steps)
    if "pause" in spec:
        entry, pause = spec["pause"]
        t[entry:] += pause
    runs = np.repeat(spec["runs"], -(-count // len(spec["runs"])))[:count] if count else np.zeros(0, int)
    # Neighbours change places, as they do where several readouts write in turn.
    order = np.argsort(np.arange(count) + random.uniform(-3, 3, count), kind="stable")
    order = order[np.argsort(runs[order], kind="stable")]
    energy = (8 * random.random(count)).astype(spec.get("energy", "float32"))
    energy[random.random(count) < 0.01] = np.nan
    return {
        "t": t[order],
        "run": runs.astype(np.int32),
        "energy": energy,
        "x": random.normal(0, 9000, count).astype(np.float32),
        "y": random.normal(0, 9000, count).astype(np.float32),
        "good": random.random(count) < 0.5,
    }


def hits(random: np.random.Generator, count: int) -> ak.Array:
    counts = random.integers(0, 9, count)
    total = int(counts.sum())
    return ak.zip(
        {
            "time": ak.unflatten(random.normal(50, 40, total).astype(np.float32), counts),
            "charge": ak.unflatten(random.gamma(2, 1, total).astype(np.float32), counts),
            "pmt": ak.unflatten(random.integers(0, 17_612, total).astype(np.int32), counts),
        }
    )


def ragged(random: np.random.Generator, count: int) -> ak.Array:
    counts = random.integers(0, 4, count)
    return ak.unflatten(random.random(int(counts.sum())), counts)


if __name__ == "__main__":
    main(*sys.argv[1:])
