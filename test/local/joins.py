"""Writes event data, an index of it, and what people join with an index; prints what the joins must give.

python joins.py FOLDER: below it `events/*.root` (trees Event/Rec, flat, and Event/Hits, jagged), `index/*.parquet`, a friend index
`psd.parquet` whose file table has another order, two lists of pairs, and tables of calibration. pandas and numpy are the reference; event data
are what uproot reads back.
"""

from __future__ import annotations

import json
import math
import sys
from pathlib import Path

import awkward as ak
import numpy as np
import pandas as pd
import pyarrow as pa
import pyarrow.parquet as pq
import uproot

FILES, EVENTS, BASKET = 3, 10_000, 700
START = 1_756_684_800_000_000_000


def write_events(path: Path, random: np.random.Generator) -> str:
    """@returns the UUID"""
    with uproot.recreate(path) as out:
        rec = out.mktree("Event/Rec", {"E": "float32", "chi2": "float64", "ndf": "int32"})
        hits = out.mktree("Event/Hits", {"hits": "var * {time: float32, charge: float32}", "pmt": "var * int32"})
        for first in range(0, EVENTS, BASKET):
            events = min(BASKET, EVENTS - first)
            counts, others = random.integers(0, 20, events), random.integers(0, 3, events)
            lists = {
                "time": random.exponential(120, counts.sum()).astype(np.float32),
                "charge": random.gamma(2, 1, counts.sum()).astype(np.float32),
            }
            rec.extend(
                {
                    "E": random.exponential(3, events).astype(np.float32),
                    "chi2": random.chisquare(5, events),
                    "ndf": random.integers(1, 9, events).astype(np.int32),
                }
            )
            hits.extend(
                {
                    "hits": ak.zip({name: ak.unflatten(values, counts) for name, values in lists.items()}),
                    "pmt": ak.unflatten(random.integers(0, 17612, others.sum()).astype(np.int32), others),
                }
            )
    with uproot.open(path) as file:
        return str(file.file.uuid)


def document(order: list[int], uuids: list[str], above: str, **more: object) -> dict[bytes, bytes]:
    """A document whose file number n is event-data file `order[n]`."""
    files = [
        {"id": number, "path": f"{above}events/rec_{at}.root", "uuid": uuids[at], "entries": EVENTS}
        for number, at in enumerate(order)
    ]
    return {b"sift": json.dumps({"version": 1, "files": files, **more}).encode()}


def write(path: Path, columns: dict[str, np.ndarray], metadata: dict[bytes, bytes]) -> None:
    pq.write_table(pa.table(columns).replace_schema_metadata(metadata), path)


def index_of(folder: Path, uuids: list[str], random: np.random.Generator) -> pd.DataFrame:
    order = random.permutation(FILES * EVENTS)
    index = pd.DataFrame(
        {
            "t": START + np.cumsum(random.integers(500_000, 1_500_000, len(order))),
            "file": (order // EVENTS).astype(np.uint32),
            "entry": order % EVENTS,
            "run": np.sort(random.integers(101, 106, len(order))).astype(np.int32),
            "det": random.choice(["CD", "WP"], len(order)),
        }
    )
    for at, rows in enumerate(np.array_split(np.arange(len(index)), 3)):
        columns = {name: index[name].to_numpy()[rows] for name in index.columns}
        write(folder / "index" / f"index_{at}.parquet", columns, document([0, 1, 2], uuids, "../"))
    return index


def friend(folder: Path, index: pd.DataFrame, uuids: list[str], random: np.random.Generator) -> pd.DataFrame:
    """Scores of most events, in a file of their own that numbers the event-data files from behind."""
    psd = index[random.random(len(index)) < 0.7][["t", "file", "entry"]].assign(score=lambda rows: random.random(len(rows)))
    own = psd.assign(file=(FILES - 1 - psd["file"].astype(int)).astype(np.uint32))
    write(folder / "psd.parquet", {name: own[name].to_numpy() for name in own}, document([2, 1, 0], uuids, ""))
    return psd


def lists(folder: Path, index: pd.DataFrame, uuids: list[str], random: np.random.Generator) -> tuple[pd.DataFrame, pd.DataFrame]:
    """Two lists of pairs that share most: both as a saved match, `theirs` also as a plain list of its prompts."""
    prompts = np.sort(random.choice(len(index) - 5, 400, replace=False))
    delayed = prompts + random.integers(1, 5, len(prompts))
    mine, theirs = (np.flatnonzero(random.random(len(prompts)) < share) for share in (0.9, 0.8))
    for name, rows, order in (("mine", mine, [0, 1, 2]), ("theirs", theirs, [1, 2, 0])):
        numbers = np.argsort(order)
        columns = {"t": index["t"].to_numpy()[prompts[rows]]}
        for role, at in (("prompt", prompts[rows]), ("delayed", delayed[rows])):
            columns[f"{role}.t"] = index["t"].to_numpy()[at]
            columns[f"{role}.file"] = numbers[index["file"].to_numpy()[at]].astype(np.uint32)
            columns[f"{role}.entry"] = index["entry"].to_numpy()[at]
        write(folder / f"{name}.parquet", columns, document(order, uuids, "", stream="match", roles=["prompt", "delayed"]))
    events = {"t": index["t"].to_numpy()[prompts[theirs]], "file": index["file"].to_numpy()[prompts[theirs]], "entry": index["entry"].to_numpy()[prompts[theirs]]}
    write(folder / "theirs_events.parquet", events, document([0, 1, 2], uuids, ""))
    return index.iloc[prompts[mine]], index.iloc[prompts[theirs]]


def calibrations(folder: Path, index: pd.DataFrame, random: np.random.Generator) -> tuple[pd.DataFrame, pd.DataFrame]:
    """By time: some at the very time of an event, the first after many events. By run and detector: some are missing."""
    last = int(index["t"].iloc[-1])
    times = np.unique(np.concatenate([random.integers(START + 2_000_000_000, last, 40), index["t"].to_numpy()[5000::4000]]))
    by_time = pd.DataFrame({"t": times, "scale": random.normal(1, 0.02, len(times))})
    write(folder / "scale.parquet", {name: by_time[name].to_numpy() for name in by_time}, {})
    keys = [(run, det) for run in range(101, 106) for det in ("CD", "WP") if (run, det) != (103, "WP")]
    by_key = pd.DataFrame(keys, columns=["run", "det"]).assign(gain=random.normal(1, 0.1, len(keys)))
    table = pa.table({"run": pa.array(by_key["run"], pa.int32()), "det": by_key["det"], "gain": by_key["gain"]})
    pq.write_table(table, folder / "gain.parquet")
    return by_time, by_key


def joined_events(folder: Path, index: pd.DataFrame) -> list[dict[str, float | int]]:
    """Of each event of the index what its two trees say, in the order of the index."""
    parts = []
    for at in range(FILES):
        with uproot.open(folder / "events" / f"rec_{at}.root") as file:
            rec = file["Event/Rec"].arrays(library="pd")
            hits = file["Event/Hits"].arrays()
        rec["early"] = ak.sum(hits["hits_time"] < 50, axis=1).to_numpy()
        rec["charge"] = [math.fsum(values) for values in hits["hits_charge"].to_list()]
        rec["pmts"] = ak.num(hits["pmt"]).to_numpy()
        parts.append(rec.assign(file=at, entry=np.arange(EVENTS)))
    found = index.merge(pd.concat(parts), on=["file", "entry"], how="left").sort_values("t")
    rows = found[["E", "chi2", "ndf", "early", "charge", "pmts"]]
    return rows.astype({"E": float}).to_dict("records")


def main(folder: Path) -> None:
    random = np.random.default_rng(11)
    for name in ("events", "index"):
        (folder / name).mkdir()
    uuids = [write_events(folder / "events" / f"rec_{at}.root", random) for at in range(FILES)]
    index = index_of(folder, uuids, random)
    psd = friend(folder, index, uuids, random)
    mine, theirs = lists(folder, index, uuids, random)
    by_time, by_key = calibrations(folder, index, random)
    scores = index.merge(psd[["file", "entry", "score"]], on=["file", "entry"], how="left")["score"]
    common = set(zip(theirs["file"], theirs["entry"]))
    unshared = [str(t) for t, event in zip(mine["t"], zip(mine["file"], mine["entry"])) if event not in common]
    scales = {
        name: pd.merge_asof(index, by_time, on="t", allow_exact_matches=exact)["scale"]
        for name, exact in (("before", False), ("until", True))
    }
    gain = index.merge(by_key, on=["run", "det"], how="left")["gain"]
    rows = joined_events(folder, index)
    print(
        json.dumps(
            {
                "rows": rows,
                "scores": [None if math.isnan(value) else value for value in scores],
                "mine": len(mine),
                "unshared": unshared,
                "scale": {name: scale.fillna(1.0).tolist() for name, scale in scales.items()},
                "withoutScale": int(scales["until"].isna().sum()),
                "gain": [None if math.isnan(value) else value for value in gain],
            }
        )
    )


if __name__ == "__main__":
    main(Path(sys.argv[1]))
