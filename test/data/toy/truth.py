"""What a selection must not see: which process made each row, who caused it, and what was put in on purpose."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pyarrow as pa
import pyarrow.parquet as pq

from .constants import EPOCH_NS, PROCESS, PROCESSES
from .sample import Sample

DELAYED = ("ibd_delayed", "supernova_delayed", "li9_he8_neutron")


def write_truth(folder: Path, sample: Sample) -> None:
    """`rows.parquet`, a row for each of the index in its order; `pairs.parquet`; `defects.parquet`."""
    folder.mkdir()
    for name, table in (("rows", rows_table), ("pairs", pairs_table), ("defects", defects_table)):
        pq.write_table(table(sample), folder / f"{name}.parquet", compression="zstd")


def rows_table(sample: Sample) -> pa.Table:
    """process, parent (a row of this table, -1 none), order in its chain, energy MeV and place mm before measurement, scenario (0 none)."""
    events, columns = sample.events, sample.columns
    return pa.table(
        {
            "file": columns["file"],
            "entry": columns["entry"],
            "t": columns["t"],
            "process": pa.DictionaryArray.from_arrays(pa.array(events.process.astype(np.int32)), pa.array(PROCESSES)),
            "parent": events.parent,
            "order": events.order,
            "energy": events.energy,
            "x": events.x,
            "y": events.y,
            "z": events.z,
            "scenario": events.injected,
        }
    )


def pairs_table(sample: Sample) -> pa.Table:
    """Prompt and delayed of every reactor and supernova neutrino and every 9Li/8He, both of which were recorded."""
    events, columns = sample.events, sample.columns
    delayed = np.flatnonzero(np.isin(events.process, [PROCESS[name] for name in DELAYED]) & (events.parent >= 0))
    prompt = events.parent[delayed]
    kept = np.argsort(prompt, kind="stable")
    prompt, delayed = prompt[kept], delayed[kept]
    kind = np.array(["ibd", "supernova", "li9", "he8"])
    number = np.select(
        [events.process[prompt] == PROCESS[name] for name in ("ibd_prompt", "supernova_prompt", "li9_prompt")], [0, 1, 2], 3
    )
    return pa.table(
        {
            "kind": kind[number],
            "prompt_file": columns["file"][prompt],
            "prompt_entry": columns["entry"][prompt],
            "delayed_file": columns["file"][delayed],
            "delayed_entry": columns["entry"][delayed],
            "prompt_t": columns["t"][prompt],
            "delayed_t": columns["t"][delayed],
            "scenario": events.injected[prompt],
        }
    )


def defects_table(sample: Sample) -> pa.Table:
    """One row for each thing put in: its kind, what the selection S-A makes of it (`found`, `rejected`, `none`), the span of
    time that it covers in ns [start, stop), and how many rows belong to it (those of a scenario have its number in `rows`).
    """
    rows = [scenario_row(sample, number) for number in range(len(sample.placed))]
    rows += [defect("gap", start, stop, 0) for start, stop in sample.timeline.gaps.tolist()]
    changes = np.flatnonzero(np.diff(sample.timeline.run))
    stops, starts = sample.timeline.stop[changes].tolist(), sample.timeline.start[changes + 1].tolist()
    rows += [defect("run_border", stop, start, 0) for stop, start in zip(stops, starts)]
    rows.append(defect("energy_drift", 0, sample.timeline.span, len(sample.events)))
    failed = np.isnan(sample.columns["x"]) & (sample.columns["det"] == 0) & (sample.events.injected == 0)
    rows.append(defect("no_vertex", 0, sample.timeline.span, int(failed.sum())))
    return pa.Table.from_pylist(rows)


def scenario_row(sample: Sample, number: int) -> dict[str, object]:
    placed = sample.placed[number]
    t = sample.events.t[sample.events.injected == placed.number]
    row = defect(placed.scenario.kind, int(t.min()), int(t.max()) + 1, len(t))
    return row | {"scenario": placed.number, "expect": placed.scenario.expect}


def defect(kind: str, start: int, stop: int, rows: int) -> dict[str, object]:
    return {
        "kind": kind,
        "scenario": 0,
        "expect": "none",
        "start": EPOCH_NS + start,
        "stop": EPOCH_NS + stop,
        "rows": rows,
    }
