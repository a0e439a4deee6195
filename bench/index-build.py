"""Builds an index of 20 event-data files and prints its size and the rate beside the disk's own.

    .venv/bin/python bench/index-build.py [--events 1000000] [--files 20] [--hits 50] [--compression zlib] [--formats LIST] [--keep FOLDER]

Writes event data with uproot (tree Event/Rec; flat branches, and some 50 hits an event: time, charge, PMT), builds the index in the
four formats with `sift index build`, and holds every row against what uproot and numpy make of the same files. The disk's rate is that of
reading the same files with large reads: once after the page cache was told to forget them, once from the cache, where the builds find
them too. A build is timed by the clock from the start of its process to its end.
"""

from __future__ import annotations

import argparse
import os
import shutil
import subprocess
import sys
import tempfile
import time
from pathlib import Path

import awkward as ak
import h5py
import numpy as np
import pyarrow as pa
import pyarrow.parquet as pq
import uproot

ROOT = Path(__file__).resolve().parent.parent
SIFT = [ROOT / "node_modules" / ".bin" / "node", ROOT / "kernel" / "sift.mjs"]
START = 1_756_728_000_000_000_000
BASKET = 5_000
RUNS = 2

COLUMNS = """
tree: Event/Rec
units: {energy: MeV, x: mm, y: mm, z: mm, hits.time: ns, hits.charge: pe}
columns:
  t:
  run:
  E: energy
  x:
  y:
  z:
  nhit: {value: count(hits), type: int32}
  early: {value: count(hits where time < 50 ns), type: int32}
  qtot: {value: sum(charge of hits), type: float32}
"""

Columns = dict[str, np.ndarray]


def main() -> None:
    options = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    options.add_argument("--events", type=int, default=1_000_000, help="of all files together")
    options.add_argument("--files", type=int, default=20)
    options.add_argument("--hits", type=int, default=50, help="of an event, on average")
    options.add_argument("--compression", choices=["zlib", "zstd", "lz4", "none"], default="zlib")
    options.add_argument("--formats", default="parquet,arrow,hdf5,root")
    options.add_argument("--keep", type=Path, help="a folder for the files, which stay; event data that is there is used again")
    asked = options.parse_args()
    folder = asked.keep or Path(tempfile.mkdtemp(prefix="sift-bench-"))
    try:
        files = event_data(folder / "esd", asked)
        measure(folder, files, asked)
    finally:
        if asked.keep is None:
            shutil.rmtree(folder)


def event_data(folder: Path, asked: argparse.Namespace) -> list[Path]:
    folder.mkdir(parents=True, exist_ok=True)
    start = time.perf_counter()
    paths = [folder / f"rec_{number:03}.root" for number in range(asked.files)]
    share = asked.events // asked.files
    for number, path in enumerate(paths):
        if not path.exists():
            write(path, number, share, asked)
    print(f"event data: {len(paths)} files written or found, {time.perf_counter() - start:.0f} s", flush=True)
    return paths


def write(path: Path, number: int, events: int, asked: argparse.Namespace) -> None:
    random = np.random.default_rng(number)
    compression = {"zlib": uproot.ZLIB(1), "zstd": uproot.ZSTD(5), "lz4": uproot.LZ4(1), "none": None}[asked.compression]
    flat = {name: "float32" for name in ("energy", "x", "y", "z")}
    hits = "var * {time: float32, charge: float32, pmt: int32}"
    partial = path.with_suffix(".tmp")
    t = START + number * events * 1_000_000 + np.cumsum(random.integers(1, 2_000_000, events))
    # Neighbours change places, as they do where several readouts write in turn.
    t = t[np.argsort(np.arange(events) + random.uniform(-2, 2, events), kind="stable")]
    with uproot.recreate(partial, compression=compression) as file:
        tree = file.mktree("Event/Rec", {"t": "int64", "run": "int32", **flat, "hits": hits})
        for start in range(0, events, BASKET):
            count = min(BASKET, events - start)
            counts = random.poisson(asked.hits, count)
            total = int(counts.sum())
            lists = {
                "time": random.exponential(120, total).astype(np.float32),
                "charge": random.gamma(2, 1, total).astype(np.float32),
                "pmt": random.integers(0, 17_612, total).astype(np.int32),
            }
            columns = {name: random.normal(0, 9000, count).astype(np.float32) for name in "xyz"}
            columns["energy"] = random.exponential(3, count).astype(np.float32)
            columns["t"] = t[start : start + count]
            columns["run"] = np.full(count, 101 + number * RUNS // asked.files, np.int32)
            columns["hits"] = ak.zip({name: ak.unflatten(values, counts) for name, values in lists.items()})
            tree.extend(columns)
    partial.rename(path)


def measure(folder: Path, files: list[Path], asked: argparse.Namespace) -> None:
    (folder / "columns.yaml").write_text(COLUMNS)
    stored = sum(path.stat().st_size for path in files)
    cold, warm = read_all(files, forget=True), read_all(files, forget=False)
    start = time.perf_counter()
    expected = expected_rows(files)
    print(f"uproot and numpy make the same columns in {time.perf_counter() - start:.1f} s")
    rows = sum(len(columns["t"]) for columns in expected.values())
    print(f"{rows:,} events, {asked.hits} hits each, {stored / 1e6:,.0f} MB ({asked.compression}); {os.cpu_count()} processors")
    print(f"the disk: {rate(stored, cold)} where the cache was told to forget, {rate(stored, warm)} from the cache\n")
    print("format     index MB  of the data  B/row  seconds      rows/s  event data  of the cache's rate  rows")
    for name in asked.formats.split(","):
        report(name, build(folder, files, name), expected, stored, warm)


def read_all(files: list[Path], forget: bool) -> float:
    """@returns seconds"""
    buffer = bytearray(1 << 22)
    for path in files:
        with open(path, "rb", buffering=0) as file:
            if forget:
                os.fsync(file)
                os.posix_fadvise(file.fileno(), 0, 0, os.POSIX_FADV_DONTNEED)
    start = time.perf_counter()
    for path in files:
        with open(path, "rb", buffering=0) as file:
            while file.readinto(buffer):
                pass
    return time.perf_counter() - start


def build(folder: Path, files: list[Path], name: str) -> tuple[Path, float]:
    out = folder / f"index-{name}"
    shutil.rmtree(out, ignore_errors=True)
    what = ["--from", files[0].parent / "*.root", "--columns", folder / "columns.yaml", "--out", out, "--format", name]
    start = time.perf_counter()
    subprocess.run([*map(str, SIFT), "index", "build", *map(str, what)], check=True, stdout=subprocess.DEVNULL)
    return out, time.perf_counter() - start


def report(name: str, built: tuple[Path, float], expected: dict[int, Columns], stored: int, warm: float) -> None:
    folder, seconds = built
    rows = sum(len(columns["t"]) for columns in expected.values())
    size = sum(path.stat().st_size for path in folder.iterdir() if path.is_file())
    wrong = [problem for run in expected for problem in differences(run, expected[run], folder)]
    verdict = "all equal" if not wrong else f"WRONG: {'; '.join(wrong)}"
    share, speed = 100 * size / stored, warm / seconds
    print(
        f"{name:<9}{size / 1e6:>10.1f}{share:>11.1f} %{size / rows:>7.1f}{seconds:>9.1f}{rows / seconds:>12,.0f}"
        f"{rate(stored, seconds):>12}{100 * speed:>19.1f} %  {verdict}",
        flush=True,
    )
    if wrong:
        sys.exit(1)


def expected_rows(files: list[Path]) -> dict[int, Columns]:
    """By run, in the order (t, file, entry); files are numbered within a run in the order of their names."""
    by_run: dict[int, list[Columns]] = {}
    for path in files:
        with uproot.open(path) as file:
            part = file["Event/Rec"].arrays(["t", "run", "energy", "x", "y", "z", "hits_time", "hits_charge"])
        run = int(part["run"][0])
        charge, counts = part["hits_charge"], ak.num(part["hits_charge"])
        columns = {name: part[name].to_numpy() for name in ("t", "run", "x", "y", "z")}
        columns |= {"E": part["energy"].to_numpy(), "nhit": counts.to_numpy().astype(np.int32)}
        columns["early"] = ak.sum(part["hits_time"] < 50, axis=1).to_numpy().astype(np.int32)
        # Sums of some 50 float32 of like size in float64 are exact to far less than a float32's half unit.
        columns["qtot"] = ak.sum(ak.values_astype(charge, np.float64), axis=1).to_numpy().astype(np.float32)
        columns["entry"] = np.arange(len(counts))
        columns["file"] = np.full(len(counts), len(by_run.get(run, [])), np.uint32)
        by_run.setdefault(run, []).append(columns)
    return {run: in_order(parts) for run, parts in by_run.items()}


def in_order(parts: list[Columns]) -> Columns:
    joined = {name: np.concatenate([part[name] for part in parts]) for name in parts[0]}
    order = np.lexsort((joined["entry"], joined["file"], joined["t"]))
    return {name: values[order] for name, values in joined.items()}


def differences(run: int, expected: Columns, folder: Path) -> list[str]:
    [path] = folder.glob(f"run{run}.*")
    found = READERS[path.suffix](path, list(expected))
    return [f"{path.name}: {name}" for name in expected if not np.array_equal(expected[name], found[name])]


def from_hdf5(path: Path, names: list[str]) -> Columns:
    with h5py.File(path) as file:
        return {name: file[name][:] for name in names}


def from_table(table: pa.Table, names: list[str]) -> Columns:
    return {name: table[name].to_numpy() for name in names}


READERS = {
    ".parquet": lambda path, names: from_table(pq.read_table(path), names),
    ".arrow": lambda path, names: from_table(pa.ipc.open_file(path).read_all(), names),
    ".h5": from_hdf5,
    ".root": lambda path, names: uproot.open(path)["index"].arrays(names, library="np"),
}


def rate(size: int, seconds: float) -> str:
    return f"{size / 1e6 / seconds:,.0f} MB/s"


if __name__ == "__main__":
    main()
