"""Writes a data set as a folder: whole or not at all, and only when it is not there yet.

    data/<name>/run10001_000.parquet …   the index, one file for `events_per_index` event-data files
    data/<name>/arrow/*.arrow  hdf5/*.h5  root/*.root   the same files in the other formats
    data/<name>/one/<name>.parquet .arrow .h5 .root      all rows in one file
    data/<name>/events/run10001_0000.root …              event data of the first files: what the index points into
    data/<name>/truth/rows.parquet pairs.parquet defects.parquet
    data/<name>/toy.json                                 what made it: the stamp
    data/faults/…                                        see `faults.py`
"""

from __future__ import annotations

import fcntl
import json
import os
import shutil
from collections.abc import Callable
from dataclasses import dataclass
from hashlib import sha256
from pathlib import Path
from tempfile import mkdtemp

import numpy as np
from numpy.typing import NDArray

from .document import EventFiles, index_name
from .event_data import write_event_data
from .faults import FAULTS, FILES, shortened, write_faults
from .index_arrow import write_arrow, write_parquet
from .index_hdf5 import write_hdf5
from .index_root import write_root
from .sample import Sample, make_sample
from .timeline import SIZES
from .truth import write_truth

Array = NDArray
Writer = Callable[[Path, Sample, Array, str], None]

#: Format: its folder in the data set, ending, writer
WRITERS: dict[str, tuple[str, str, Writer]] = {
    "parquet": ("", ".parquet", write_parquet),
    "arrow": ("arrow", ".arrow", write_arrow),
    "hdf5": ("hdf5", ".h5", write_hdf5),
    "root": ("root", ".root", write_root),
}
PARTS = (*WRITERS, "one", "events")
STAMP = "toy.json"


@dataclass(frozen=True)
class Order:
    """A data set that someone wants: `parts` of PARTS, the truth always."""

    name: str
    seed: int = 1
    parts: tuple[str, ...] = ("parquet",)
    supernova: bool = False

    def stamp(self) -> dict[str, object]:
        parts = [part for part in PARTS if part in self.parts]
        return {
            "generator": generator_hash(),
            "name": self.name,
            "seed": self.seed,
            "supernova": self.supernova,
            "parts": parts,
        }


def generator_hash() -> str:
    """A hash of the generator's own text."""
    digest = sha256()
    for path in sorted(Path(__file__).parent.glob("*.py")):
        digest.update(path.read_bytes())
    return digest.hexdigest()


def made(folder: Path) -> dict[str, object]:
    """The stamp of a folder; empty when there is none."""
    try:
        return json.loads((folder / STAMP).read_text())
    except (OSError, ValueError):
        return {}


def is_made(folder: Path, order: Order) -> bool:
    there, wanted = made(folder), order.stamp()
    return set(wanted["parts"]) <= set(there.get("parts", ())) and all(
        there.get(key) == value for key, value in wanted.items() if key != "parts"
    )


def make_dataset(out: Path, order: Order) -> bool:
    """Makes `out/<name>` unless it is there. Whether anything was done. Others that make it at the same time wait."""
    folder = out / order.name
    if is_made(folder, order):
        return False
    out.mkdir(parents=True, exist_ok=True)
    with open(out / f".{order.name}.lock", "w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        if is_made(folder, order):
            return False
        for left in out.glob(f".{order.name}-*"):
            shutil.rmtree(left, ignore_errors=True)
        work = Path(mkdtemp(prefix=f".{order.name}-", dir=out))
        try:
            write_dataset(work, order)
            work.chmod(0o755)
            put_in_place(work, folder)
        finally:
            shutil.rmtree(work, ignore_errors=True)
    return True


def put_in_place(work: Path, folder: Path) -> None:
    """Swaps the finished folder in; the one it replaces goes last."""
    old = work.with_name(work.name + "-old")
    if folder.exists():
        os.rename(folder, old)
    os.rename(work, folder)
    shutil.rmtree(old, ignore_errors=True)


def write_dataset(folder: Path, order: Order) -> None:
    if order.name == FAULTS:
        sample = shortened(make_sample("unit", order.seed))
        write_parts(folder / "good", sample, PARTS, len(FILES))
        write_faults(folder, sample)
    else:
        sample = make_sample(order.name, order.seed, order.supernova)
        write_parts(folder, sample, order.parts, SIZES[order.name].hit_files)
        write_truth(folder / "truth", sample)
    (folder / STAMP).write_text(json.dumps(order.stamp(), indent=1) + "\n")


def write_parts(folder: Path, sample: Sample, parts: tuple[str, ...], hit_files: int) -> None:
    """Event data first, since the file table of the index tells its size."""
    folder.mkdir(exist_ok=True)
    if "events" in parts:
        write_event_data(folder / "events", sample, hit_files)
    files = EventFiles.of(sample, folder / "events")
    formats = [part for part in WRITERS if part in parts]
    for part in formats:
        write_index(folder, sample, files, part)
    if "one" in parts:
        write_one(folder / "one", sample, files, formats)


def write_index(folder: Path, sample: Sample, files: EventFiles, part: str) -> None:
    """One index file after the other, rows in the order (t, file, entry)."""
    sub, ending, write = WRITERS[part]
    (folder / sub).mkdir(exist_ok=True)
    by_index = np.argsort(sample.index, kind="stable")
    edges = np.searchsorted(sample.index[by_index], np.arange(sample.timeline.index[-1] + 2))
    for index, (start, stop) in enumerate(zip(edges, edges[1:])):
        covered = np.flatnonzero(sample.timeline.index == index)
        text = files.document(covered, "../events/" if sub else "events/")
        write(folder / sub / (index_name(sample, index) + ending), sample, by_index[start:stop], text)


def write_one(folder: Path, sample: Sample, files: EventFiles, parts: list[str]) -> None:
    """All rows in one file of each format."""
    folder.mkdir()
    text = files.document(np.arange(len(sample.timeline.start)), "../events/")
    for part in parts:
        _, ending, write = WRITERS[part]
        write(folder / (sample.name + ending), sample, np.arange(len(sample.index)), text)
