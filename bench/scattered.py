"""Reads 2000 scattered events of 20,000 with 500 hits each: Sift's reader beside ROOT's GetEntry in sorted order, and uproot reading all.

    .venv/bin/python bench/scattered.py [--rounds 3] [--compression zstd] [--keep FOLDER]

The file is written by real ROOT (`npm test` installs it): vector<float> time and charge, vector<int> pmt, and two flat branches. Each contender sums
what it reads of the same entries, which must agree; each has one pass to warm up, then five. The rounds are interleaved, so that what else the
machine does hits all alike; the least time of each is told, and the
least processor time, which other work on the machine touches less. `sift` is a whole query of a running session (parse, index rows, join, sums);
`sift reader` is the scan of the event data alone, in one thread, as ROOT and uproot have it.
"""

from __future__ import annotations

import argparse
import json
import shutil
import subprocess
import sys
import tempfile
from pathlib import Path

import numpy as np
import pyarrow as pa
import pyarrow.parquet as pq

PROJECT = Path(__file__).resolve().parent.parent
REAL_ROOT = PROJECT / ".sift" / "root-env" / "bin" / "python"
NODE = PROJECT / "node_modules" / ".bin" / "node"
EVENTS, WANTED = 20_000, 2_000

WRITE = """
import sys, ROOT
path, algorithm, events = sys.argv[1], int(sys.argv[2]), int(sys.argv[3])
ROOT.gInterpreter.Declare('''
#include "TFile.h"
#include "TRandom3.h"
#include "TTree.h"
void writeEvents(const char* path, int compression, int events) {
  TFile file(path, "RECREATE", "", compression);
  TTree tree("Rec", "");
  std::vector<float> time, charge; std::vector<int> pmt; float E; Long64_t id; TRandom3 random(7);
  tree.Branch("time", &time); tree.Branch("charge", &charge); tree.Branch("pmt", &pmt); tree.Branch("E", &E); tree.Branch("id", &id);
  for (int i = 0; i < events; i++) {
    int n = random.Poisson(500); time.resize(n); charge.resize(n); pmt.resize(n);
    for (int k = 0; k < n; k++) { time[k] = random.Exp(120); charge[k] = random.Gaus(1, 0.3); pmt[k] = random.Integer(17612); }
    E = random.Exp(3); id = i; tree.Fill();
  }
  tree.Write();
}''')
ROOT.writeEvents(path, algorithm, events)
"""

GET_ENTRY = """
import sys, json, time, ROOT
ROOT.gInterpreter.Declare('''
#include "TFile.h"
#include "TTree.h"
double getEntries(const char* path, const std::vector<Long64_t>& wanted) {
  TFile file(path); auto* tree = file.Get<TTree>("Rec");
  std::vector<float>*t = nullptr, *q = nullptr; std::vector<int>* p = nullptr; float E; Long64_t id;
  tree->SetBranchAddress("time", &t); tree->SetBranchAddress("charge", &q); tree->SetBranchAddress("pmt", &p);
  tree->SetBranchAddress("E", &E); tree->SetBranchAddress("id", &id);
  double sum = 0;
  for (auto entry : wanted) {
    tree->GetEntry(entry);
    for (float v : *t) sum += v;
    for (float v : *q) sum += v;
    for (int v : *p) sum += v;
    sum += (double) E + id;
  }
  return sum;
}''')
wanted = ROOT.std.vector["Long64_t"](json.load(open(sys.argv[2])))
best, work = [], []
for turn in range(6):
    start, used = time.perf_counter(), time.process_time()
    total = ROOT.getEntries(sys.argv[1], wanted)
    best.append(time.perf_counter() - start); work.append(time.process_time() - used)
print(json.dumps([min(best[1:]) * 1e3, min(work[1:]) * 1e3, total]))
"""

READ_ALL = """
import sys, json, time, uproot, awkward as ak, numpy as np
wanted = np.array(json.load(open(sys.argv[2])))
best, work = [], []
for turn in range(6):
    start, used = time.perf_counter(), time.process_time()
    with uproot.open(sys.argv[1]) as file:
        rows = file["Rec"].arrays()[wanted]
    total = sum(float(ak.sum(rows[n], axis=None, mask_identity=False) if n == "pmt" else ak.sum(ak.values_astype(rows[n], "float64"))) for n in rows.fields)
    best.append(time.perf_counter() - start); work.append(time.process_time() - used)
print(json.dumps([min(best[1:]) * 1e3, min(work[1:]) * 1e3, total]))
"""


def main() -> None:
    options = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    options.add_argument("--rounds", type=int, default=3)
    options.add_argument("--compression", choices=["none", "zlib", "lz4", "zstd"], default="zstd")
    options.add_argument("--keep", type=Path, help="a folder for the files, which stay")
    asked = options.parse_args()
    folder = asked.keep or Path(tempfile.mkdtemp(prefix="sift-bench-"))
    try:
        compare(folder, asked)
    finally:
        if asked.keep is None:
            shutil.rmtree(folder)


def compare(folder: Path, asked: argparse.Namespace) -> None:
    folder.mkdir(parents=True, exist_ok=True)
    path, wanted = folder / f"{asked.compression}.root", folder / "wanted.json"
    if not path.exists():
        setting = {"none": 0, "zlib": 101, "lz4": 404, "zstd": 505}[asked.compression]
        subprocess.run([REAL_ROOT, "-W", "ignore", "-c", WRITE, path, str(setting), str(EVENTS)], check=True)
    entries = np.sort(np.random.default_rng(3).choice(EVENTS, WANTED, replace=False))
    wanted.write_text(json.dumps(entries.tolist()))
    index(folder / "wanted.parquet", path, entries)
    contenders = {
        "ROOT GetEntry, sorted": [REAL_ROOT, "-W", "ignore", "-c", GET_ENTRY, path, wanted],
        "uproot, all of it": [sys.executable, "-c", READ_ALL, path, wanted],
        "sift reader": [NODE, PROJECT / "bench" / "scattered.ts", "reader", path, wanted],
        "sift": [NODE, PROJECT / "bench" / "scattered.ts", "query", path, folder / "wanted.parquet"],
    }
    best: dict[str, tuple[float, float]] = {}
    sums: dict[str, float] = {}
    for _ in range(asked.rounds):
        for name, command in contenders.items():
            out = subprocess.run(list(map(str, command)), check=True, capture_output=True, text=True).stdout
            ms, work, sums[name] = json.loads(out.strip().split("\n")[-1])
            known = best.get(name, (ms, work))
            best[name] = (min(ms, known[0]), min(work, known[1]))
    print(f"{WANTED} of {EVENTS} events, {path.stat().st_size / 1e6:.0f} MB ({asked.compression}), {asked.rounds} interleaved rounds")
    reference = best["ROOT GetEntry, sorted"]
    print(f"{'':<24}{'time, ms':>10}{'× GetEntry':>12}{'processor, ms':>16}{'× GetEntry':>12}")
    for name, (ms, work) in best.items():
        print(f"{name:<24}{ms:>10.0f}{ms / reference[0]:>12.2f}{work:>16.0f}{work / reference[1]:>12.2f}")
    if not np.allclose(list(sums.values()), sums["ROOT GetEntry, sorted"], rtol=1e-12):
        sys.exit(f"the sums differ: {sums}")


def index(path: Path, events: Path, entries: np.ndarray) -> None:
    table = pa.table({"t": 1_756_684_800_000_000_000 + entries, "file": np.zeros(len(entries), np.uint32), "entry": entries})
    document = json.dumps({"version": 1, "files": [{"id": 0, "path": str(events)}]})
    pq.write_table(table.replace_schema_metadata({"sift": document}), path)


if __name__ == "__main__":
    main()
