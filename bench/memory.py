"""The most resident memory of `sift run`, held against `--memory`: the IBD selection, a filter with a histogram, and a save.

    .venv/bin/python test/data/make.py large --parts parquet --out DIR
    .venv/bin/python bench/memory.py "DIR/large/*.parquet" [BUDGET…] [--threads N]

BUDGET is a size in MB, `default`, or `least`: the number that the refusal of a budget of 1 MB names, which must do.
"""

from __future__ import annotations

import argparse
import re
import sys
from pathlib import Path
from tempfile import TemporaryDirectory

ROOT = Path(__file__).resolve().parents[1]
sys.path.insert(0, str(ROOT / "test" / "support"))

from peak import run  # noqa: E402

NODE = ROOT / "node_modules" / ".bin" / "node"
DEMO = '"data/demo/*.parquet"'


def queries(data: str, folder: str) -> dict[str, str]:
    """The cells of each, over files given by a glob."""
    events = f'events = from "{data}"\n'
    cut = "from events where E > 0.7 MeV and hypot(x, y, z) < 16 m"
    return {
        "selection": (ROOT / "notebooks" / "ibd.sift").read_text().replace(DEMO, f'"{data}"'),
        "histogram": f"{events}{cut} hist E over 0 .. 12 MeV bins 100\n",
        "save": f'{events}save ({cut}) to "{folder}/saved.parquet"\n',
    }


def measure(file: Path, memory: str, threads: int) -> dict[str, object]:
    size = [] if memory == "default" else ["--memory", memory]
    return run([str(NODE), str(ROOT / "kernel" / "cli.ts"), "run", "--threads", str(threads), *size, str(file)])


def least(file: Path, threads: int) -> str:
    told = re.search(r"--memory (\d+MB)", str(measure(file, "1MB", threads)["err"]))
    if told is None:
        raise RuntimeError("1 MB is not refused")
    return told[1]


def main() -> None:
    parser = argparse.ArgumentParser()
    parser.add_argument("data")
    parser.add_argument("budgets", nargs="*", default=["least", "500", "600", "1000", "default"])
    parser.add_argument("--threads", type=int, default=2)
    options = parser.parse_args()
    with TemporaryDirectory(prefix="sift-bench-") as folder:
        print(f"{'query':<10} {'--memory':>10} {'peak':>8} {'seconds':>8}  status")
        for name, cells in queries(options.data, folder).items():
            file = Path(folder) / f"{name}.sift"
            file.write_text(cells)
            for budget in options.budgets:
                memory = least(file, options.threads) if budget == "least" else f"{budget}MB" if budget.isdigit() else budget
                result = measure(file, memory, options.threads)
                line = str(result["err"]).strip().splitlines()
                why = "" if result["status"] == 0 else f"  {line[3].strip() if len(line) > 3 else line}"
                print(f"{name:<10} {memory:>10} {result['peak'] / 1e6:>5.0f} MB {result['seconds']:>8.1f}  {result['status']}{why}", flush=True)


if __name__ == "__main__":
    main()
