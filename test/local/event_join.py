"""Writes event data with some 500 hits an event, an index of it, and prints what joins of the two must give.

python event_join.py FOLDER: writes below it `events/*.root` (tree Event/Rec), `index/*.parquet`. uproot, awkward and numpy are the reference: each
value is computed from what uproot reads back, event by event.
python event_join.py --spoil FILE: overwrites most baskets of the file's hits.
"""

from __future__ import annotations

import json
import math
import sys
from pathlib import Path

import awkward as ak
import numpy as np
import pyarrow as pa
import pyarrow.parquet as pq
import uproot

FILES, EVENTS, BASKET = 3, 1400, 90
START = 1_756_684_800_000_000_000
PROMPT, DELAYED = 1, 2
WINDOW = 4_000_000


def write_events(path: Path, random: np.random.Generator) -> str:
    """@returns the UUID"""
    with uproot.recreate(path) as out:
        out.mktree(
            "Event/Rec",
            {"E": "float32", "run": "int32", "hits": "var * {time: float32, charge: float32, pmt: int32}", "x": "var * float64"},
        )
        for first in range(0, EVENTS, BASKET):
            events = min(BASKET, EVENTS - first)
            counts = random.poisson(500, events) * (random.random(events) > 0.01)
            lengths = random.integers(0, 4, events)
            hits = {
                "time": random.exponential(120, counts.sum()).astype(np.float32),
                "charge": random.gamma(2, 1, counts.sum()).astype(np.float32),
                "pmt": random.integers(0, 17612, counts.sum()).astype(np.int32),
            }
            out["Event/Rec"].extend(
                {
                    "E": random.exponential(3, events).astype(np.float32),
                    "run": random.integers(1, 9, events).astype(np.int32),
                    "hits": ak.zip({name: ak.unflatten(values, counts) for name, values in hits.items()}),
                    "x": ak.unflatten(random.standard_normal(lengths.sum()), lengths),
                }
            )
    with uproot.open(path) as file:
        return str(file.file.uuid)


def write_index(folder: Path, uuids: list[str], random: np.random.Generator) -> dict[str, np.ndarray]:
    """Two files of rows that refer to all event-data files, out of their order. @returns the columns in order of time"""
    order = random.permutation(FILES * EVENTS)
    columns = {
        "t": START + np.cumsum(random.integers(500_000, 1_500_000, len(order))),
        "file": (order // EVENTS).astype(np.uint32),
        "entry": order % EVENTS,
        "kind": random.choice([0, PROMPT, DELAYED], len(order), p=[0.5, 0.25, 0.25]).astype(np.int32),
    }
    files = [{"id": at, "path": f"../events/rec_{at}.root", "uuid": uuid, "entries": EVENTS} for at, uuid in enumerate(uuids)]
    half = len(order) // 2
    for at, rows in enumerate((slice(0, half), slice(half, None))):
        span = {"run": 1, "start": str(columns["t"][rows][0]), "stop": str(columns["t"][rows][-1] + 1)}
        document = json.dumps({"version": 1, "files": files, "goodTime": [span]})
        table = pa.table({name: values[rows] for name, values in columns.items()})
        pq.write_table(table.replace_schema_metadata({"sift": document}), folder / f"index_{at}.parquet")
    return columns


class Events:
    """The event data, as uproot reads it."""

    def __init__(self, folder: Path) -> None:
        names = ["E", "run", "hits_time", "hits_charge", "x"]
        self.files = [uproot.open(f"{folder}/rec_{at}.root:Event/Rec").arrays(names) for at in range(FILES)]

    def row(self, file: int, entry: int) -> dict[str, float | int]:
        event = self.files[file][entry]
        time = np.asarray(event["hits_time"])
        return {
            "E": float(event["E"]),
            "run": int(event["run"]),
            "early": int((time < 50).sum()),
            "charge": math.fsum(float(value) for value in np.asarray(event["hits_charge"])),
            "x": math.fsum(np.asarray(event["x"])),
        }


def main(folder: Path) -> None:
    random = np.random.default_rng(5)
    (folder / "events").mkdir()
    (folder / "index").mkdir()
    uuids = [write_events(folder / "events" / f"rec_{at}.root", random) for at in range(FILES)]
    index = write_index(folder / "index", uuids, random)
    events = Events(folder / "events")
    t, file, entry, kind = (index[name] for name in ("t", "file", "entry", "kind"))
    singles = [events.row(int(file[row]), int(entry[row])) for row in np.flatnonzero(kind > 0)]
    pairs = []
    for prompt in np.flatnonzero(kind == PROMPT):
        for delayed in range(prompt + 1, int(np.searchsorted(t, t[prompt] + WINDOW, "right"))):
            if kind[delayed] == DELAYED:
                sides = [events.row(int(file[row]), int(entry[row])) for row in (prompt, delayed)]
                pairs.append({"early": sides[0]["early"], "charge": sides[1]["charge"], "E": sides[0]["E"], "x": sides[1]["x"]})
    early = sum(events.row(0, row)["early"] for row in range(BASKET))
    times = [np.asarray(events.files[file[row]][int(entry[row])]["hits_time"]) for row in np.flatnonzero(kind > 0)]
    spectrum = np.histogram(np.concatenate(times).astype(np.float64), bins=[10 * edge for edge in range(51)])[0]
    # numpy's last bin holds its upper edge, too.
    spectrum[-1] -= sum(int((values == 500).sum()) for values in times)
    print(json.dumps({"spectrum": spectrum.tolist(), "singles": singles, "pairs": pairs, "early": early}))


def spoil(path: Path) -> None:
    """Overwrites the baskets of the times after the first, and all of the charges."""
    with uproot.open(path) as file:
        tree = file["Event/Rec"]
        places = [(tree[name], at) for name in ("hits_time", "hits_charge") for at in range(tree[name].num_baskets)]
        spans = [
            (int(branch.member("fBasketSeek")[at]), int(branch.member("fBasketBytes")[at]))
            for branch, at in places
            if at > 0 or branch.name == "hits_charge"
        ]
    with path.open("r+b") as out:
        for start, length in spans:
            out.seek(start)
            out.write(b"\0" * length)


if __name__ == "__main__":
    if sys.argv[1] == "--spoil":
        spoil(Path(sys.argv[2]))
    else:
        main(Path(sys.argv[1]))
