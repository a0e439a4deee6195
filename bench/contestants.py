"""The Python contestants of `engine.py`: `contestants.py NAME` answers each line `{"query": …, "files": …}` with its time.

NAME is `uproot` (with numpy), `duckdb`, `polars`, or `root` (RDataFrame and GetEntry, which need a Python with ROOT).
"""

from __future__ import annotations

import json
import os
import sys
import time
from concurrent.futures import ThreadPoolExecutor
from glob import glob

LOWEST, HIGHEST, RADIUS2, LIGHT = 0.7, 12.0, 17200.0**2, 1e6
VETO, WINDOW, NEAR2 = 2_000_000, 1_000_000, 1500.0**2
CORES = os.cpu_count() or 1


def uproot_contestant():
    import awkward as ak
    import numpy as np
    import uproot

    # A pool for the interpretation too makes uproot 5.7 wait for itself.
    pool = ThreadPoolExecutor(CORES)

    def read(files, names):
        parts = []
        for path in sorted(glob(files)):
            with uproot.open(path) as file:
                parts.append(file["index"].arrays(names, library="np", decompression_executor=pool))
        return [np.concatenate([part[name] for part in parts]) for name in names]

    def inside(E, x, y, z):
        x, y, z = (part.astype(np.float64) for part in (x, y, z))
        return (E > LOWEST) & (E < HIGHEST) & (x * x + y * y + z * z < RADIUS2)

    def filtered(files):
        E, x, y, z = read(files, ["E", "x", "y", "z"])
        counts, _ = np.histogram(E[inside(E, x, y, z)], bins=120, range=(0, 12))
        return int(counts.sum())

    def pairs(files):
        t, E, x, y, z, qtot = read(files, ["t", "E", "x", "y", "z", "qtot"])
        loud = np.flatnonzero(E > LOWEST)
        muons = t[qtot > LIGHT]
        before = np.searchsorted(muons, t[loud], "right") - 1
        quiet = (before < 0) | (t[loud] - muons[np.maximum(before, 0)] > VETO)
        alone = np.diff(t[loud], prepend=-(2**62)) > WINDOW
        kept = quiet & inside(E[loud], x[loud], y[loud], z[loud])
        prompts = loud[kept & alone]
        delayed = loud[kept & (E[loud] >= 1.9) & (E[loud] <= 2.5)]
        first = np.searchsorted(delayed, prompts, "right")
        end = np.maximum(first, np.searchsorted(t[delayed], t[prompts] + WINDOW, "right"))
        p = np.repeat(prompts, end - first)
        steps = np.arange(len(p)) - np.repeat(np.cumsum(end - first) - (end - first), end - first)
        d = delayed[np.repeat(first, end - first) + steps]
        apart = sum((a[p].astype(np.float64) - a[d]) ** 2 for a in (x, y, z))
        return int((apart < NEAR2).sum())

    def scattered(files, entries):
        with uproot.open(files) as file:
            hits = file["Event/Rec"].arrays(["hits_charge", "hits_time"], decompression_executor=pool)[np.array(entries)]
        return int(ak.sum((hits["hits_charge"] > -1e6) & (hits["hits_time"] > -1e9)))

    return {"filter": filtered, "pairs": pairs, "scattered": scattered}


def duckdb_contestant():
    import duckdb

    connection = duckdb.connect()
    kept = f"E > {LOWEST} and E < {HIGHEST} and x::double*x + y::double*y + z::double*z < {RADIUS2}"

    def one(sql):
        return connection.execute(sql).fetchone()[0]

    def filtered(files):
        sql = f"select floor(E * 10) as bin, count(*) as n from read_parquet('{files}') where {kept} group by bin"
        return int(one(f"select sum(n) from ({sql})"))

    def pairs(files):
        # In one statement the joins are put in an order that takes minutes. NaN is greater than every number here, and in polars.
        def table(name, sql):
            connection.execute(f"create or replace temp table {name} as {sql}")

        table("rows", f"select t, E, x, y, z, qtot from read_parquet('{files}') where (E > {LOWEST} and not isnan(E)) or qtot > {LIGHT}")
        table("muons", f"select t from rows where qtot > {LIGHT}")
        table("kept", f"select *, t // {WINDOW} as slot from rows where {kept}")
        table("quiet", f"select k.* from kept k asof left join muons m on m.t <= k.t where m.t is null or k.t - m.t > {VETO}")
        table("delayed", "select * from quiet where E >= 1.9 and E <= 2.5")
        table("near", f"""select p.t from quiet p
            join (select *, slot as at from delayed union all select *, slot - 1 as at from delayed) d on p.slot = d.at
            where d.t > p.t and d.t - p.t <= {WINDOW}
            and (p.x::double - d.x)**2 + (p.y::double - d.y)**2 + (p.z::double - d.z)**2 < {NEAR2}""")
        sql = f"""select count(*) from near p
            asof left join (select t from rows where E > {LOWEST} and not isnan(E)) o on o.t < p.t
            where o.t is null or p.t - o.t > {WINDOW}"""
        return int(one(sql))

    return {"filter": filtered, "pairs": pairs}


def polars_contestant():
    import polars as pl

    def scan(files):
        return pl.scan_ipc(files) if files.endswith(".arrow") else pl.scan_parquet(files)

    def kept():
        wide = [pl.col(name).cast(pl.Float64) for name in ("x", "y", "z")]
        inside = sum((part * part for part in wide[1:]), wide[0] * wide[0]) < RADIUS2
        return (pl.col("E").cast(pl.Float64) > LOWEST) & (pl.col("E") < HIGHEST) & inside

    def filtered(files):
        bins = scan(files).filter(kept()).group_by((pl.col("E") * 10).floor().alias("bin")).agg(pl.len())
        return int(bins.collect(engine="streaming")["len"].sum())

    def pairs(files):
        loud = (pl.col("E").cast(pl.Float64) > LOWEST) & pl.col("E").is_not_nan()
        rows = scan(files).select("t", "E", "x", "y", "z", "qtot").filter(loud | (pl.col("qtot") > LIGHT)).collect(engine="streaming")
        muons = rows.filter(pl.col("qtot") > LIGHT).select("t", m="t").set_sorted("t")
        louds = rows.filter(loud).with_columns(gap=pl.col("t") - pl.col("t").shift(1)).filter(kept()).set_sorted("t")
        quiet = louds.join_asof(muons, on="t", strategy="backward").filter(pl.col("m").is_null() | (pl.col("t") - pl.col("m") > VETO))
        prompts = quiet.filter(pl.col("gap").is_null() | (pl.col("gap") > WINDOW)).with_columns(slot=pl.col("t") // WINDOW)
        delayed = quiet.filter((pl.col("E") >= 1.9) & (pl.col("E") <= 2.5)).with_columns(slot=pl.col("t") // WINDOW)
        both = pl.concat([delayed, delayed.with_columns(slot=pl.col("slot") - 1)])
        found = prompts.join(both, on="slot", suffix="_d").filter(pl.col("t_d") > pl.col("t"), pl.col("t_d") - pl.col("t") <= WINDOW)
        apart = sum((pl.col(a).cast(pl.Float64) - pl.col(f"{a}_d").cast(pl.Float64)) ** 2 for a in ("x", "y", "z"))
        return found.filter(apart < NEAR2).height

    return {"filter": filtered, "pairs": pairs}


def root_contestant():
    import ROOT

    ROOT.EnableImplicitMT()

    def filtered(files):
        frame = ROOT.RDataFrame("index", files)
        kept = frame.Filter(f"E > {LOWEST} && E < {HIGHEST} && double(x)*x + double(y)*y + double(z)*z < {RADIUS2}")
        return int(kept.Histo1D(("h", "h", 120, 0, 12), "E").Integral())

    def scattered(files, entries):
        file = ROOT.TFile.Open(files)
        tree = file.Get("Event/Rec")
        tree.SetBranchStatus("*", False)
        for name in ("nhits", "hits_charge", "hits_time"):
            tree.SetBranchStatus(name, True)
        total = 0
        for entry in entries:
            tree.GetEntry(entry)
            total += tree.nhits
        file.Close()
        return total

    return {"filter": filtered, "scattered": scattered}


CONTESTANTS = {"uproot": uproot_contestant, "duckdb": duckdb_contestant, "polars": polars_contestant, "root": root_contestant}


def main() -> None:
    queries = CONTESTANTS[sys.argv[1]]()
    print("{}", flush=True)
    for line in sys.stdin:
        question = json.loads(line)
        start = time.perf_counter()
        found = queries[question["query"]](question["files"], *question.get("more", []))
        print(json.dumps({"ms": (time.perf_counter() - start) * 1e3, "found": found}), flush=True)


if __name__ == "__main__":
    main()
