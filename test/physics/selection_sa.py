"""The selection S-A as an independent program: the slow, plain reading of its text, to compare Sift with.

    .venv/bin/python test/physics/selection_sa.py INDEX.parquet … [--truth FOLDER] [--json]

It reads an index with pyarrow and shares no code with Sift or with what made the data. The selection, bounds inclusive:

1. prompt 0.7-12.0 MeV, delayed 2.0-2.5 MeV
2. prompt at R < 16.5 m and not (|z| > 15.5 m and rho < 2 m); the delayed position is free
3. 5 us <= t_d - t_p <= 1 ms, distance < 1.5 m
4. no other event of 2-12 MeV, wherever it is, in [t_p - 1 ms, t_d + 1 ms]
5. neither of the two within 5 ms after a muon: a CD record of more than 30000 p.e. or a WP record of more than 400 p.e.
6. neither of the two less than 4 m from a spallation neutron (1.5-20 MeV, 20 us-2 ms after a muon) and 20 us-1.2 s after it

Energies and lengths are the float32 values of the index, computed with as float64; a length is the root of the sum of squares
from left to right; NaN passes no cut. The live time is the good time of the index less the 5 ms after each muon, both ends
included, overlaps counted once; item 6 is a matter of place and costs none.
"""

from __future__ import annotations

import argparse
import json
import math
from collections import Counter
from dataclasses import dataclass
from pathlib import Path

import numpy as np
import pyarrow as pa
import pyarrow.parquet as pq

US = 1_000
MS = 1_000_000
MUON_VETO = 5 * MS
NEUTRON_VETO = (20 * US, 1_200 * MS)
NEUTRON_AFTER_MUON = (20 * US, 2 * MS)
PAIR_WAIT = (5 * US, MS)
QUIET = MS


@dataclass(frozen=True)
class Index:
    """The rows in the order (t, file, entry), and the good time as half-open spans in ns."""

    file: np.ndarray
    entry: np.ndarray
    t: np.ndarray
    det: np.ndarray
    E: np.ndarray
    x: np.ndarray
    y: np.ndarray
    z: np.ndarray
    qtot: np.ndarray
    good: list[tuple[int, int]]


@dataclass(frozen=True)
class Selection:
    """`pairs` rows (prompt, delayed) of the index; `cutflow` one dict per cut; `livetime` ns; and for each row whether
    it could be a prompt and whether a muon or a neutron vetoes it."""

    index: Index
    pairs: list[tuple[int, int]]
    cutflow: list[dict[str, object]]
    livetime: int
    prompt: np.ndarray
    by_muon: np.ndarray
    by_neutron: np.ndarray


def read_index(paths: list[Path]) -> Index:
    """All files as one; event-data files are numbered anew, in the order of the index files and of their own tables."""
    numbers: dict[str, int] = {}
    good: list[tuple[int, int]] = []
    tables = []
    for path in sorted(paths):
        table = pq.read_table(path, columns=["file", "entry", "t", "det", "E", "x", "y", "z", "qtot"])
        document = json.loads(table.schema.metadata[b"sift"])
        own = {row["id"]: numbers.setdefault(row["uuid"], len(numbers)) for row in document["files"]}
        file = np.array([own[number] for number in table["file"].to_numpy().tolist()], np.int64)
        table = table.set_column(0, "file", pa.array(file))
        tables.append(table.set_column(3, "det", table["det"].cast(pa.string())).replace_schema_metadata(None))
        good += [(int(span["start"]), int(span["stop"])) for span in document["goodTime"]]
    rows = pa.concat_tables(tables)
    columns = {name: rows[name].to_numpy() for name in rows.column_names}
    order = np.lexsort((columns["entry"], columns["file"], columns["t"]))
    for name in ("E", "x", "y", "z", "qtot"):
        columns[name] = columns[name].astype(np.float64)
    return Index(**{name: values[order] for name, values in columns.items()}, good=good)


def find_muons(index: Index) -> np.ndarray:
    """Rows of muons."""
    cd = (index.det == "CD") & (index.qtot > 3e4)
    wp = (index.det == "WP") & (index.qtot > 400.0)
    return np.flatnonzero(cd | wp)


def find_neutrons(index: Index, muons: np.ndarray) -> list[int]:
    """Rows of 1.5-20 MeV with a muon 20 us to 2 ms before them."""
    muon_t = index.t[muons]
    nearest, farthest = NEUTRON_AFTER_MUON
    rows = np.flatnonzero((index.E >= 1.5) & (index.E <= 20.0))
    first = np.searchsorted(muon_t, index.t[rows] - farthest, side="left")
    after_last = np.searchsorted(muon_t, index.t[rows] - nearest, side="right")
    return rows[after_last > first].tolist()


def vetoed_by_muons(index: Index, muons: np.ndarray) -> np.ndarray:
    """Rows in [t, t + 5 ms] of a muon, the muon's own among them [rows]."""
    vetoed = np.zeros(len(index.t), bool)
    first = np.searchsorted(index.t, index.t[muons], side="left")
    after_last = np.searchsorted(index.t, index.t[muons] + MUON_VETO, side="right")
    for start, end in zip(first.tolist(), after_last.tolist()):
        vetoed[start:end] = True
    return vetoed


def vetoed_by_neutrons(index: Index, neutrons: list[int]) -> np.ndarray:
    """Rows less than 4 m from a spallation neutron that came 20 us to 1.2 s before them [rows]."""
    vetoed = np.zeros(len(index.t), bool)
    nearest, farthest = NEUTRON_VETO
    first = np.searchsorted(index.t, index.t[neutrons] + nearest, side="left")
    after_last = np.searchsorted(index.t, index.t[neutrons] + farthest, side="right")
    for n, start, end in zip(neutrons, first.tolist(), after_last.tolist()):
        dx = index.x[start:end] - index.x[n]
        dy = index.y[start:end] - index.y[n]
        dz = index.z[start:end] - index.z[n]
        vetoed[start:end] |= np.sqrt(dx * dx + dy * dy + dz * dz) < 4_000.0
    return vetoed


def is_prompt(index: Index) -> np.ndarray:
    """Energy and place of a prompt [rows]."""
    rho2 = index.x * index.x + index.y * index.y
    inside = np.sqrt(rho2 + index.z * index.z) < 16_500.0
    chimney = (np.abs(index.z) > 15_500.0) & (np.sqrt(rho2) < 2_000.0)
    return (index.E >= 0.7) & (index.E <= 12.0) & inside & ~chimney


def distance(index: Index, a: int, b: int) -> float:
    dx, dy, dz = index.x[a] - index.x[b], index.y[a] - index.y[b], index.z[a] - index.z[b]
    return math.sqrt(dx * dx + dy * dy + dz * dz)


def find_coincidences(index: Index, prompt: np.ndarray, delayed: np.ndarray) -> list[tuple[int, int]]:
    """Pairs in time and space, in the order of prompt, then delayed. For each delayed every earlier row is looked at."""
    t = index.t.tolist()
    pairs = []
    for d in np.flatnonzero(delayed).tolist():
        p = d - 1
        while p >= 0 and t[d] - t[p] <= PAIR_WAIT[1]:
            if prompt[p] and t[d] - t[p] >= PAIR_WAIT[0] and distance(index, p, d) < 1_500.0:
                pairs.append((p, d))
            p -= 1
    return sorted(pairs)


def has_other(index: Index, p: int, d: int) -> bool:
    """Whether a third event of 2-12 MeV is in [t_p - 1 ms, t_d + 1 ms]."""
    start = int(np.searchsorted(index.t, index.t[p] - QUIET, side="left"))
    end = int(np.searchsorted(index.t, index.t[d] + QUIET, side="right"))
    return any(2.0 <= index.E[row] <= 12.0 for row in range(start, end) if row not in (p, d))


def live_time(good: list[tuple[int, int]], muon_t: list[int]) -> int:
    """The good time outside [t, t + 5 ms] of every muon, in whole ns."""
    live = 0
    at = 0
    for start, stop in sorted(good):
        while at < len(muon_t) and muon_t[at] + MUON_VETO < start:
            at += 1
        reached = start
        for muon in muon_t[at:]:
            if muon >= stop:
                break
            live += max(0, muon - reached)
            reached = max(reached, muon + MUON_VETO + 1)
        live += max(0, stop - reached)
    return live


def select(index: Index) -> Selection:
    muons = find_muons(index)
    by_muon = vetoed_by_muons(index, muons)
    by_neutron = vetoed_by_neutrons(index, find_neutrons(index, muons))
    clean = ~by_muon & ~by_neutron
    promptlike = is_prompt(index)
    prompt = clean & promptlike
    delayed = clean & (index.E >= 2.0) & (index.E <= 2.5)
    coincidences = find_coincidences(index, prompt, delayed)
    pairs = [(p, d) for p, d in coincidences if not has_other(index, p, d)]
    cutflow = [
        cut("muon", (~by_muon).sum(), (~by_muon).sum(), (~by_neutron).sum()),
        cut("neutron", clean.sum(), (~by_neutron).sum(), (~by_muon).sum()),
        cut("prompt", prompt.sum()),
        cut("delayed", len(coincidences)),
        cut("other", len(pairs), len(pairs), len(coincidences)),
    ]
    livetime = live_time(index.good, index.t[muons].tolist())
    return Selection(index, pairs, cutflow, livetime, promptlike, by_muon, by_neutron)


def cut(name: str, sequential: int, alone: int | None = None, others: int | None = None) -> dict[str, object]:
    """A line of the cutflow: rows that pass it and all before, it alone, and all but it; None where that has no meaning."""
    known = [None if count is None else int(count) for count in (sequential, alone, others)]
    return {"cut": name, "sequential": known[0], "alone": known[1], "nMinus1": known[2]}


def failures(selection: Selection, p: int, d: int) -> list[str]:
    """What turns a true pair away, in the order of the items."""
    index = selection.index
    wait = int(index.t[d] - index.t[p])
    checks = {
        "energy of the prompt": 0.7 <= index.E[p] <= 12.0,
        "energy of the delayed": 2.0 <= index.E[d] <= 2.5,
        "place of the prompt": selection.prompt[p],
        "wait": PAIR_WAIT[0] <= wait <= PAIR_WAIT[1],
        "distance": distance(index, p, d) < 1_500.0,
        "muon": not (selection.by_muon[p] or selection.by_muon[d]),
        "neutron": not (selection.by_neutron[p] or selection.by_neutron[d]),
        "other": not has_other(index, p, d),
    }
    return [name for name, passed in checks.items() if not passed]


def compare(selection: Selection, truth: Path) -> dict[str, object]:
    """Found and missed true reactor pairs, with the reason of each miss, and what the false ones are made of."""
    index = selection.index
    row_of = {reference: row for row, reference in enumerate(zip(index.file.tolist(), index.entry.tolist()))}
    true = {}
    for pair in pq.read_table(truth / "pairs.parquet").to_pylist():
        p = row_of[pair["prompt_file"], pair["prompt_entry"]]
        d = row_of[pair["delayed_file"], pair["delayed_entry"]]
        true[p, d] = pair
    process = pq.read_table(truth / "rows.parquet", columns=["process"])["process"].to_pylist()
    chosen = set(selection.pairs)
    false = [f"{process[p]} + {process[d]}" for p, d in selection.pairs if true.get((p, d), {}).get("kind") != "ibd"]
    natural = [key for key, pair in true.items() if pair["kind"] == "ibd" and pair["scenario"] == 0]
    failed = [failures(selection, *key) for key in natural]
    if [key in chosen for key in natural] != [not names for names in failed]:
        raise AssertionError("a pair is selected and fails a cut, or passes all and is not selected")
    return {
        "true": len(natural),
        "found": sum(not names for names in failed),
        "missed": dict(Counter(names[0] for names in failed if names).most_common()),
        "false": dict(Counter(false).most_common()),
        "efficiency": efficiencies(failed),
        "scenarios": scenarios(true, index, chosen, truth),
    }


def efficiencies(failed: list[list[str]]) -> dict[str, float]:
    """Of the true pairs the selected; and of those that pass all else, what multiplicity and the vetoes leave."""
    found = sum(not names for names in failed)
    by_other = sum(names == ["other"] for names in failed)
    by_veto = sum(bool(names) and set(names) <= {"muon", "neutron"} for names in failed)
    return {
        "total": found / len(failed),
        "multiplicity": found / (found + by_other),
        "veto": found / (found + by_veto),
    }


def scenarios(true: dict, index: Index, chosen: set, truth: Path) -> list[dict[str, object]]:
    """What was put in on purpose with a pair in it: expected and seen, and the references of the pairs."""
    pairs: dict[int, list[tuple[int, int]]] = {}
    for key, pair in true.items():
        pairs.setdefault(pair["scenario"], []).append(key)
    rows = [row for row in pq.read_table(truth / "defects.parquet").to_pylist() if row["expect"] != "none"]
    return [
        {
            "kind": row["kind"],
            "expect": row["expect"],
            "seen": "found" if chosen.intersection(pairs[row["scenario"]]) else "rejected",
            "pairs": references(index, pairs[row["scenario"]]),
        }
        for row in rows
    ]


def references(index: Index, pairs: list[tuple[int, int]]) -> list[tuple[int, int, int, int]]:
    """(file, entry) of prompt and delayed for each pair."""
    return [(int(index.file[p]), int(index.entry[p]), int(index.file[d]), int(index.entry[d])) for p, d in pairs]


def report(selection: Selection, comparison: dict[str, object] | None) -> None:
    good = sum(stop - start for start, stop in selection.index.good)
    print(f"{len(selection.index.t)} rows, {len(selection.pairs)} pairs")
    print(f"good time {good / 1e9:.3f} s, live time {selection.livetime / 1e9:.9f} s = {selection.livetime / good:.4f}")
    for line in selection.cutflow:
        print(f"  {line['cut']:10}{line['sequential']:>10}{line['alone'] or '-':>10}{line['nMinus1'] or '-':>10}")
    if comparison is not None:
        for key in ("true", "found", "missed", "false", "efficiency"):
            print(f"{key}: {comparison[key]}")
        for row in comparison["scenarios"]:
            print(f"  {row['kind']:28}{row['expect']:10}{row['seen']:10}{'' if row['expect'] == row['seen'] else '  <<<'}")


def main() -> None:
    parser = argparse.ArgumentParser(description="The selection S-A, read plainly.")
    parser.add_argument("index", nargs="+", type=Path)
    parser.add_argument("--truth", type=Path)
    parser.add_argument("--json", action="store_true")
    given = parser.parse_args()
    selection = select(read_index(given.index))
    comparison = None if given.truth is None else compare(selection, given.truth)
    if not given.json:
        return report(selection, comparison)
    text = {
        "pairs": references(selection.index, selection.pairs),
        "cutflow": selection.cutflow,
        "livetime": str(selection.livetime),
        "truth": comparison,
    }
    print(json.dumps(text))


if __name__ == "__main__":
    main()
