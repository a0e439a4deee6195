"""Makes toy data of a JUNO-like detector: `.venv/bin/python test/data/make.py SIZE [SIZE …] [options]`.

SIZE is `unit` (10^5 rows, 35 minutes), `demo` (2 x 10^6, 11 hours), `large` (10^7) or `full` (2 x 10^7 at the trigger
rate of 1 kHz, most of it noise), or `faults`. `toy/dataset.py` says what lies where, `toy/scenarios.py` what is put in on purpose. The same size,
seed and options give the same arrays. What is already there is not made again.
"""

from __future__ import annotations

import argparse
import signal
import sys
import time
from pathlib import Path

from toy.dataset import PARTS, Order, made, make_dataset
from toy.faults import FAULTS
from toy.timeline import SIZES

NAMES = (*SIZES, FAULTS)
ROOT = Path(__file__).resolve().parents[2]


def arguments() -> argparse.Namespace:
    parser = argparse.ArgumentParser(prog="make.py", description="Makes toy data of a JUNO-like detector.")
    parser.add_argument("sizes", nargs="+", choices=NAMES, metavar="SIZE", help=" ".join(NAMES))
    parser.add_argument("--out", type=Path, default=ROOT / "data", help="folder of the data sets (data)")
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--parts", default="parquet", help=f"any of {','.join(PARTS)}, or all (parquet)")
    parser.add_argument("--supernova", action="store_true", help="5000 neutrinos in 10 s besides")
    return parser.parse_args()


def main() -> int:
    given = arguments()
    parts = PARTS if given.parts == "all" else tuple(given.parts.split(","))
    unknown = sorted(set(parts) - set(PARTS))
    if unknown:
        print(f"make.py: no such part: {', '.join(unknown)}; there are {', '.join(PARTS)}", file=sys.stderr)
        return 2
    signal.signal(signal.SIGTERM, lambda *_: sys.exit(143))
    try:
        make(given, parts)
    except KeyboardInterrupt:
        return 130
    except OSError as error:
        print(f"make.py: {error}", file=sys.stderr)
        return 3
    return 0


def make(given: argparse.Namespace, parts: tuple[str, ...]) -> None:
    """Makes each data set and says so in a line. A failure leaves what was there before, and nothing half done."""
    for name in given.sizes:
        start = time.perf_counter()
        kept = tuple(made(given.out / name).get("parts", ()))
        done = make_dataset(given.out, Order(name, given.seed, (*kept, *parts), given.supernova))
        print(f"{given.out / name}: {f'made in {time.perf_counter() - start:.1f} s' if done else 'up to date'}")


if __name__ == "__main__":
    sys.exit(main())
