"""Writes an index of 3 files, its event data in ROOT and a list of spans; prints what the selections of the test must find.

60,000 events a file, ties in time among them; the last two files overlap in time. numpy, awkward and uproot are the reference.
"""

from __future__ import annotations

import json
import sys

import awkward as ak
import numpy as np
import pyarrow as pa
import pyarrow.parquet as pq
import uproot

folder, rows, data = sys.argv[1], 300_000, 2_000
rng = np.random.default_rng(11)
start = 1_756_684_800_000_000_000
steps = start + np.cumsum(rng.integers(0, 2_000_000, 3 * rows))
times = [steps[:rows], steps[rows::2], steps[rows + 1 :: 2]]

kept = []
for number, t in enumerate(times):
    counts = rng.integers(0, 6, data)
    time, charge = (rng.random(counts.sum()).astype(np.float32) * scale for scale in (np.float32(300), np.float32(1)))
    hits = ak.zip({"time": ak.unflatten(time, counts), "charge": ak.unflatten(charge, counts)})
    with uproot.recreate(f"{folder}/esd_{number}.root") as out:
        out.mktree("hits", {"hits": "var * {time: float32, charge: float32}"})
        out["hits"].extend({"hits": hits})
    entry = rng.permutation(rows)
    E = np.round(rng.random(rows) * 10, 3)
    document = {
        "version": 1,
        "files": [{"id": 5, "path": f"esd_{number}.root"}],
        "units": {"E": "MeV"},
        "goodTime": [{"run": number, "start": str(t[0]), "stop": str(t[-1] + 1)}],
    }
    columns = {"t": t, "file": np.full(rows, 5, np.uint32), "entry": entry, "run": np.full(rows, number, np.int32), "E": E}
    table = pa.table(columns).replace_schema_metadata({"sift": json.dumps(document)})
    pq.write_table(table, f"{folder}/idx_{number}.parquet", row_group_size=8_000)
    kept.append({**columns, "hits": hits})

t = np.concatenate([file["t"] for file in kept])
E = np.concatenate([file["E"] for file in kept])
order = np.argsort(t, kind="stable")

spans = start + rng.integers(0, int(steps[-1] - start), (20, 1)) + np.array([[0, 900_000_000]])
with open(f"{folder}/good.csv", "w") as out:
    out.write("start,stop\n" + "".join(f"{a},{b}\n" for a, b in spans))
inside = ((t[:, None] >= spans[:, 0]) & (t[:, None] < spans[:, 1])).any(axis=1)

# A burst: at least 12 events above 5 MeV within 9 ms. Membership by the definition, windows by the two ends of each event.
hot = np.sort(t[E > 5])
held = np.searchsorted(hot, hot + 9_000_000, "right") - np.searchsorted(hot, hot, "left")
begins = np.unique(hot[held >= 12])
member = np.zeros(len(hot), bool)
for begin in begins:
    member |= (hot >= begin) & (hot <= begin + 9_000_000)
bursts = 1 + int((np.diff(begins) > 9_000_000).sum()) if len(begins) else 0

early, energy, joined = 0, 0.0, 0
for file in kept:
    chosen = (file["entry"] < data) & (file["E"] > 2)
    found = file["hits"][file["entry"][chosen]]
    joined += int(chosen.sum())
    early += int(ak.sum(found["time"] < 50))
print(
    json.dumps(
        {
            "inside": int(inside.sum()),
            "in bursts": int(member.sum()),
            "bursts": bursts,
            "joined": joined,
            "early hits": early,
            "events": len(t),
        }
    )
)
