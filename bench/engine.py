"""Sift beside its peers on 10^7 rows, in turn: a ratio is the median over rounds in which one ran right after the other.

    .venv/bin/python test/data/make.py large --parts parquet,arrow,root --out DIR
    .venv/bin/python test/data/make.py unit --parts parquet,events --out DIR
    .venv/bin/python bench/engine.py DIR [--rounds 7] [--root none,zstd] [--only WORD]

Every other round takes the other order. All contestants of a line must find the same. A line whose peer is not installed says so.
"""

from __future__ import annotations

import argparse
import json
import os
import platform
import random
import shutil
import statistics
import subprocess
import sys
from collections.abc import Callable
from glob import glob
from pathlib import Path
from tempfile import mkdtemp

ROOT = Path(__file__).resolve().parents[1]
NODE = ROOT / "node_modules" / ".bin" / "node"
SCRATCH = Path(mkdtemp(prefix="sift-bench-"))
COLUMNS = {"t": "i64", "E": "f32", "x": "f32", "y": "f32", "z": "f32", "qtot": "f32"}

INSIDE = "E > 0.7 MeV and E < 12 MeV and x^2 + y^2 + z^2 < 295.84 m^2"
FILTER = 'from "{files}"\n  where ' + INSIDE + "\n  hist E over 0 .. 12 MeV bins 120"
PAIRS = """events = from "{files}"
muons = from events where qtot > 1e6 pe
pairs = from events
  where """ + INSIDE + """
  veto within 2 ms after muons
  match p
    with d where E in 1.9 .. 2.5 MeV and dist(p, d) < 1.5 m within 1 ms after p
    without o in events where E > 0.7 MeV within 1 ms before p
show count(pairs)"""
SCATTERED = """rec = from "DATA:Event/Rec" units hits.charge: pe, hits.time: ns
chosen = from "{files}"
  join rec in rec by event
  define n = count(rec.hits where charge > -1000000 pe and time > -1 s)
show sum(n of chosen)"""


class Contestant:
    """A process that answers each question, a line of JSON, with its milliseconds and what it found."""

    def __init__(self, name: str, command: list[str | Path], greets: bool = False) -> None:
        self.name = name
        self.process = subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True, cwd=ROOT)
        if greets:
            self.read()

    def ask(self, question: object) -> tuple[float, object]:
        self.process.stdin.write(json.dumps(question) + "\n")
        self.process.stdin.flush()
        answer = self.read()
        return answer["ms"], answer["found"]

    def read(self) -> dict:
        line = self.process.stdout.readline()
        if line == "":
            raise RuntimeError(f"{self.name} has gone")
        return json.loads(line)

    def end(self) -> None:
        self.process.stdin.close()
        self.process.wait()


Ask = Callable[[], tuple[float, object]]


class Table:
    def __init__(self, rounds: int, only: str) -> None:
        self.rounds, self.only = rounds, only
        print(f"{'':34}{'sift ms':>9}  {'against':10}{'ms':>9}{'ratio':>8}{'goal':>7}", flush=True)

    def line(self, name: str, goal: float, sift: Ask, peers: dict[str, Ask]) -> None:
        """Measures Sift and its peers in turn, once more than it counts, and prints a line for each peer."""
        if self.only not in name:
            return
        asks = {"sift": sift, **peers}
        found = {who: [] for who in asks}
        for at in range(self.rounds + 1):
            answers = {who: asks[who]() for who in (asks if at % 2 == 0 else reversed(asks))}
            if len({answer for _, answer in answers.values()}) > 1:
                raise RuntimeError(f"{name}: not the same is found: { {who: answer for who, (_, answer) in answers.items()} }")
            for who, (ms, _) in answers.items():
                found[who].append(ms)
        for who in peers:
            ratio = statistics.median(a / b for a, b in zip(found["sift"][1:], found[who][1:]))
            own, other = (statistics.median(found[each][1:]) for each in ("sift", who))
            print(f"{name:34}{own:9.1f}  {who:10}{other:9.1f}{ratio:8.2f}{goal:7.2f}{'' if ratio <= goal else '  missed'}", flush=True)

    def lacking(self, name: str, why: str) -> None:
        if self.only in name:
            print(f"{name:34}{'':9}  {why}", flush=True)


def available() -> dict[str, Contestant]:
    """The contestants that this machine has."""
    here = Path(__file__).parent
    found = {"sift": Contestant("sift", [NODE, here / "sift.ts"])}
    for name in ("uproot", "duckdb", "polars"):
        if subprocess.run([sys.executable, "-c", f"import {name}"], capture_output=True).returncode == 0:
            found[name] = Contestant(name, [sys.executable, here / "contestants.py", name], greets=True)
    real = os.environ.get("SIFT_ROOT_PYTHON", "")
    if real != "":
        found["root"] = Contestant("root", [real, here / "contestants.py", "root"], greets=True)
    return found


def compiled(folder: Path) -> Contestant | None:
    """The C++ contestant with the columns of the Arrow files as raw bytes; None without a compiler."""
    compiler = shutil.which("g++") or shutil.which("c++")
    if compiler is None:
        return None
    import numpy as np
    import pyarrow as pa

    for name, kind in COLUMNS.items():
        with open(SCRATCH / f"{name}.{kind}", "wb") as out:
            for path in sorted(glob(str(folder / "arrow" / "*.arrow"))):
                for chunk in pa.ipc.open_file(pa.memory_map(path)).read_all()[name].chunks:
                    out.write(np.ascontiguousarray(chunk.to_numpy()).tobytes())
    program = SCRATCH / "kernels"
    subprocess.run([compiler, "-O3", "-o", program, Path(__file__).parent / "kernels.cpp"], check=True)
    return Contestant("C++", [program, SCRATCH])


def root_files(folder: Path, compression: str) -> str:
    """The ROOT files with the columns of the queries in another compression, made once."""
    import uproot

    target = folder / f"root-{compression}"
    kinds = {"none": None, "zlib": uproot.ZLIB(1), "zstd": uproot.ZSTD(5), "lz4": uproot.LZ4(4)}
    if not target.exists():
        work = target.with_suffix(".part")
        shutil.rmtree(work, ignore_errors=True)
        work.mkdir()
        for path in sorted(glob(str(folder / "root" / "*.root"))):
            with uproot.open(path) as file, uproot.recreate(work / Path(path).name, compression=kinds[compression]) as out:
                arrays = file["index"].arrays([*COLUMNS, "file", "entry", "run"], library="np")
                out["sift"] = str(file["sift"])
                tree = out.mktree("index", {name: values.dtype for name, values in arrays.items()})
                for start in range(0, len(arrays["t"]), 32_768):
                    tree.extend({name: values[start : start + 32_768] for name, values in arrays.items()})
        work.rename(target)
    return str(target / "*.root")


class Bench:
    def __init__(self, given: argparse.Namespace) -> None:
        self.folder = Path(given.folder).resolve()
        self.given = given
        self.contestants = available()
        self.table = Table(given.rounds, given.only)

    def sift(self, files: str, *cells: str, threads: int | None = None) -> Ask:
        question = {"cells": [cell.format(files=files) for cell in cells], "threads": threads}
        return lambda: self.contestants["sift"].ask(question)

    def fresh(self, files: str, cell: str) -> Ask:
        """The first query of files that have just been opened: what Sift keeps of a file belongs to its time of change."""

        def ask() -> tuple[float, object]:
            for path in glob(files):
                os.utime(path)
            return self.sift(files, 'opened = from "{files}"', cell)()

        return ask

    def opening(self, format: str, files: str) -> None:
        """Opening reads what orders the rows, once in the life of a kernel."""
        times = []
        for _ in range(2):
            for path in glob(files):
                os.utime(path)
            times.append(self.sift(files, 'opened = from "{files}"')()[0])
        self.table.lacking(f"opening {len(glob(files))} files, {format}", f"{min(times):.0f} ms")

    def peers(self, names: tuple[str, ...], query: str, files: str, *more: object) -> dict[str, Ask]:
        def ask(name: str) -> Ask:
            return lambda: self.contestants[name].ask({"query": query, "files": files, "more": more})

        return {name: ask(name) for name in names if name in self.contestants}

    def in_memory(self) -> None:
        peer = compiled(self.folder / "large")
        files = str(self.folder / "large" / "arrow" / "*.arrow")
        for query, cell, goal in (("filter", FILTER, 1.15), ("pairs", PAIRS, 1.5)):
            name = f"{query} in memory, 1 thread"
            if peer is None:
                self.table.lacking(name, "no C++ compiler")
                continue
            self.table.line(name, goal, self.sift(files, cell, threads=1), {"C++": lambda query=query: peer.ask(query)})
        if peer is not None:
            peer.end()

    def from_disk(self) -> None:
        large = self.folder / "large"
        formats = [("Parquet", str(large / "*.parquet"), ("duckdb", "polars"), (1.0, 0.8)), ("Arrow", str(large / "arrow" / "*.arrow"), ("polars",), (0.8, 0.8))]
        for compression in filter(None, self.given.root.split(",")):
            formats.append((f"TTree {compression}", root_files(large, compression), ("uproot",), (0.4, 0.4)))
        for format, files, names, goals in formats:
            self.opening(format, files)
            for (query, cell), goal in zip((("filter", FILTER), ("pairs", PAIRS)), goals):
                name = f"{query}, {format}"
                peers = self.peers(names, query, files)
                if len(peers) < len(names):
                    self.table.lacking(name, f"without {', '.join(set(names) - set(peers))}")
                if peers:
                    self.table.line(name, goal, self.fresh(files, cell), peers)
            if format.startswith("TTree") and "root" in self.contestants:
                self.table.line(f"filter, {format}, as strings", 0.25, self.fresh(files, FILTER), self.peers(("root",), "filter", files))

    def again(self) -> None:
        files = str(self.folder / "large" / "*.parquet")
        for query, cell in (("filter", FILTER), ("pairs", PAIRS)):
            first = self.fresh(files, cell)
            results: dict[str, tuple[float, object]] = {}

            def ask(first=first, cell=cell) -> tuple[float, object]:
                results["first"] = first()
                return self.sift(files, cell)()

            # The second run asks for the first one, whose time is told afterwards: this line has but one order.
            self.table.line(f"{query} again, Parquet", 0.2, ask, {"first run": lambda: results.get("first") or first()})

    def scattered(self) -> None:
        """2000 entries here and there of a file of event data: two branches with a value for each hit."""
        import pyarrow as pa
        import pyarrow.parquet as pq

        data = str(self.folder / "unit" / "events" / "run10001_0000.root")
        table = pq.read_table(self.folder / "unit" / "run10001_000.parquet")
        rows = [row for row, file in enumerate(table["file"].to_pylist()) if file == 0]
        chosen = table.take(pa.array(sorted(random.Random(1).sample(rows, 2000))))
        index = SCRATCH / "chosen.parquet"
        pq.write_table(chosen, index)
        entries = sorted(chosen["entry"].to_pylist())
        sift = self.fresh(str(index), SCATTERED.replace("DATA", data))
        peers = {**self.peers(("uproot",), "scattered", data, entries), **self.peers(("root",), "scattered", data, entries)}
        self.table.line("2000 scattered entries", 1.0, sift, peers)

    def compilation(self) -> None:
        answer = json.loads(subprocess.run([NODE, "bench/compile.ts"], cwd=ROOT, check=True, capture_output=True, text=True).stdout)
        ms = answer["ms"]
        print(f"{'slowest cell to plan, ms':34}{ms:9.1f}{'':29}{5:7.2f}{'' if ms <= 5 else '  missed'}")

    def run(self) -> None:
        self.in_memory()
        self.from_disk()
        self.again()
        self.scattered()
        self.compilation()
        for contestant in self.contestants.values():
            contestant.end()


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("folder", help="where the samples `large` and `unit` are")
    parser.add_argument("--rounds", type=int, default=7)
    parser.add_argument("--root", default="none,zstd", help="compressions of the TTrees: none, zlib, zstd, lz4")
    parser.add_argument("--only", default="", help="only the lines with this word")
    given = parser.parse_args()
    commit = subprocess.run(["git", "rev-parse", "--short", "HEAD"], cwd=ROOT, capture_output=True, text=True).stdout.strip()
    print(f"{platform.system()} {platform.machine()}, {os.cpu_count()} cores, commit {commit}, {given.rounds} rounds")
    Bench(given).run()


if __name__ == "__main__":
    try:
        main()
    finally:
        shutil.rmtree(SCRATCH, ignore_errors=True)
