"""Sift's kernel beside ipykernel, interleaved, so that what else the machine does hits both alike.

    .venv/bin/python bench/kernel.py [ROUNDS]

Each round starts both kernels, and measures the time from the start of the process to the first kernel_info_reply, the time
from a trivial cell to its reply (median of 50, after 5), and the resident memory of a kernel that has been started, and that has
run those cells, when idle. Medians over the rounds, and Sift's share of ipykernel's.
"""

from __future__ import annotations

import os
import platform
import shutil
import statistics
import subprocess
import sys
import time
from pathlib import Path
from tempfile import mkdtemp

import psutil
from jupyter_client.manager import KernelManager

ROOT = Path(__file__).resolve().parents[1]
FOLDER = Path(mkdtemp(prefix="sift-bench-"))
CELLS = {"sift": "show 1 + 1", "python3": "1 + 1"}
FIGURES: dict[str, float | None] = {"start to kernel_info [ms]": 0.6, "trivial cell to reply [ms]": 0.25, "idle memory, started [MB]": 1.5, "idle memory, used [MB]": None}
TIMEOUT = 60


def measure(name: str) -> list[float]:
    """One life of a kernel. @returns the figures, in their order"""
    manager = KernelManager(kernel_name=name)
    before = time.perf_counter()
    manager.start_kernel(cwd=str(FOLDER), stderr=subprocess.DEVNULL)
    client = manager.client()
    client.start_channels()
    client.kernel_info(reply=True, timeout=TIMEOUT)
    started = (time.perf_counter() - before) * 1e3
    process = psutil.Process(manager.provisioner.process.pid)
    client.wait_for_ready(timeout=TIMEOUT)
    time.sleep(1)
    idle = process.memory_info().rss / 1e6
    cells = []
    for _ in range(55):
        before = time.perf_counter()
        client.execute(CELLS[name], reply=True, timeout=TIMEOUT)
        cells.append((time.perf_counter() - before) * 1e3)
    time.sleep(1)
    used = process.memory_info().rss / 1e6
    client.stop_channels()
    manager.shutdown_kernel(now=True)
    return [started, statistics.median(cells[5:]), idle, used]


def main() -> None:
    rounds = int(sys.argv[1]) if len(sys.argv) > 1 else 5
    os.environ["JUPYTER_PATH"] = str(FOLDER / "share" / "jupyter")
    os.environ["JUPYTER_RUNTIME_DIR"] = str(FOLDER / "runtime")
    node = ROOT / "node_modules" / ".bin" / "node"
    subprocess.run([node, ROOT / "kernel" / "cli.ts", "install", "--prefix", FOLDER], check=True, capture_output=True)
    for name in CELLS:
        measure(name)
    found = {name: [] for name in CELLS}
    for at in range(rounds):
        for name in sorted(CELLS, reverse=at % 2 == 1):
            found[name].append(measure(name))
    commit = subprocess.run(["git", "rev-parse", "--short", "HEAD"], cwd=ROOT, capture_output=True, text=True).stdout.strip()
    print(f"{platform.system()} {platform.machine()}, {os.cpu_count()} cores, commit {commit}, {rounds} rounds")
    print(f"{'':28}{'sift':>10}{'ipykernel':>11}{'ratio':>8}{'target':>8}")
    for at, (figure, target) in enumerate(FIGURES.items()):
        sift, ipykernel = (statistics.median(values[at] for values in found[name]) for name in CELLS)
        print(f"{figure:28}{sift:10.1f}{ipykernel:11.1f}{sift / ipykernel:8.2f}{target or '-':>8}")


if __name__ == "__main__":
    try:
        main()
    finally:
        shutil.rmtree(FOLDER, ignore_errors=True)
