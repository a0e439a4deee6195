"""The rows around what was put into a data set on purpose, and what `selection_sa.py` makes of them, as JSON for another evaluator.

    .venv/bin/python test/physics/around.py data/unit
"""

from __future__ import annotations

import json
import sys
from dataclasses import replace
from pathlib import Path

import numpy as np
import pyarrow.parquet as pq
from selection_sa import Index, read_index, references, select

#: Time around each that is kept, ns
MARGIN = 50_000_000
COLUMNS = ("file", "entry", "t", "det", "E", "x", "y", "z", "qtot")


def around(folder: Path) -> Index:
    """The index with the rows near a scenario only."""
    index = read_index(list(folder.glob("*.parquet")))
    kept = np.zeros(len(index.t), bool)
    for row in pq.read_table(folder / "truth" / "defects.parquet").to_pylist():
        if row["scenario"] > 0:
            kept |= (index.t >= row["start"] - MARGIN) & (index.t < row["stop"] + MARGIN)
    return replace(index, **{name: getattr(index, name)[kept] for name in COLUMNS})


def plain(values: np.ndarray) -> list:
    """Integers as text, since JSON numbers are floats; NaN as null."""
    if values.dtype.kind == "f":
        return [None if value != value else value for value in values.tolist()]
    return [str(value) for value in values.tolist()]


def main() -> None:
    index = around(Path(sys.argv[1]))
    selection = select(index)
    text = {
        "columns": {name: plain(getattr(index, name)) for name in COLUMNS},
        "good": [[str(start), str(stop)] for start, stop in index.good],
        "pairs": references(index, selection.pairs),
        "cutflow": selection.cutflow,
        "livetime": str(selection.livetime),
    }
    print(json.dumps(text))


if __name__ == "__main__":
    main()
