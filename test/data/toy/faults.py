"""Small data sets with something wrong with each: what must be noticed when they are opened.

    data/faults/good/*.parquet arrow/ hdf5/ root/ events/   two index files, nothing wrong
    data/faults/truncated/good.parquet .arrow .h5 .root     cut off at two thirds
    data/faults/truncated_events/…                         an index whose second event-data file is cut off
    data/faults/missing_events/…                           … is not there
    data/faults/other_events/…                             … has the UUID of another
    data/faults/unsorted/…                                 the second file has two rows in the wrong order
    data/faults/duplicate/…                                a third file that is the second again
    data/faults/drift/…                                    the second file has no column `qtot`
    data/faults/empty/empty.parquet                        no byte at all
    data/faults/no_rows/…                                  the second file has no rows
    data/faults/local/…                                    nothing wrong, but every file counts its event-data files from 0
    data/faults/faults.json                                what is wrong where: {fault: {file, row, …}}
"""

from __future__ import annotations

import json
import shutil
from dataclasses import replace
from pathlib import Path

import numpy as np
import pyarrow as pa
import pyarrow.parquet as pq
from numpy.typing import NDArray

from .document import event_file_name, index_name
from .event_data import write_event_file
from .sample import Sample
from .timeline import Timeline

Array = NDArray

FAULTS = "faults"
#: Rows of each of the two files
ROWS = 400
FILES = np.arange(2)


def shortened(sample: Sample) -> Sample:
    """The last rows of the first event-data file and the first of the second, entries counted from 0."""
    file, entry = sample.columns["file"], sample.columns["entry"]
    skipped = int((file == 0).sum()) - ROWS
    kept = np.flatnonzero(((file == 0) & (entry >= skipped)) | ((file == 1) & (entry < ROWS)))
    columns = {name: values[kept] for name, values in sample.columns.items()}
    columns["entry"] = np.where(columns["file"] == 0, columns["entry"] - skipped, columns["entry"])
    events = sample.events.take(kept)
    border, stop = sample.timeline.stop[0], events.t[-1] + 1
    timeline = Timeline(
        start=np.array([events.t[0], border]),
        stop=np.array([border, stop]),
        run=sample.timeline.run[FILES],
        index=FILES,
        gaps=np.zeros((0, 2), np.int64),
    )
    return replace(sample, name=FAULTS, timeline=timeline, columns=columns, events=events, index=sample.index[kept])


def write_faults(folder: Path, sample: Sample) -> None:
    """Spoils copies of `folder/good`, each in its own way."""
    Faults(folder, sample).write()


class Faults:
    """Writes the faulty data sets into `folder` and notes what is wrong with each."""

    def __init__(self, folder: Path, sample: Sample) -> None:
        self.folder = folder
        self.sample = sample
        self.notes: dict[str, dict[str, object]] = {}

    def write(self) -> None:
        self.truncated()
        self.events()
        self.unsorted()
        self.lists_of_files()
        self.numbered_locally()
        (self.folder / "faults.json").write_text(json.dumps(self.notes, indent=1) + "\n")

    def names(self) -> list[str]:
        return [index_name(self.sample, int(file)) + ".parquet" for file in FILES]

    def copy(self, fault: str, **note: object) -> Path:
        """A copy of the good index and its event data, to be spoiled."""
        shutil.copytree(self.folder / "good", self.folder / fault, ignore=shutil.ignore_patterns("arrow", "hdf5", "root", "one"))
        self.notes[fault] = note
        return self.folder / fault

    def table(self, file: int) -> pa.Table:
        return pq.read_table(self.folder / "good" / self.names()[file])

    def truncated(self) -> None:
        folder = self.folder / "truncated"
        folder.mkdir()
        for path in (self.folder / "good" / "one").iterdir():
            whole = path.read_bytes()
            (folder / f"good{path.suffix}").write_bytes(whole[: len(whole) * 2 // 3])
        self.notes["truncated"] = {"files": sorted(path.name for path in folder.iterdir())}

    def events(self) -> None:
        """Faults of the event data, seen when rows are joined with it."""
        name = event_file_name(self.sample, 1)
        cut = self.copy("truncated_events", file=name) / "events" / name
        cut.write_bytes(cut.read_bytes()[: cut.stat().st_size * 2 // 3])
        (self.copy("missing_events", file=name) / "events" / name).unlink()
        other = self.copy("other_events", file=name) / "events" / name
        write_event_file(other, replace(self.sample, name="another"), 1)

    def unsorted(self) -> None:
        table = self.table(1)
        order = np.arange(len(table))
        bad = len(table) // 2
        order[[bad - 1, bad]] = order[[bad, bad - 1]]
        name = self.names()[1]
        pq.write_table(table.take(pa.array(order)), self.copy("unsorted", file=name, row=bad) / name)

    def lists_of_files(self) -> None:
        first, second = self.names()
        third = "run10001_002.parquet"
        folder = self.copy("duplicate", file=third, same_as=second)
        shutil.copy(folder / second, folder / third)
        without = self.table(1).drop_columns(["qtot"])
        pq.write_table(without, self.copy("drift", file=second, column="qtot") / second)
        pq.write_table(self.table(1).slice(0, 0), self.copy("no_rows", file=second) / second)
        (self.folder / "empty").mkdir()
        (self.folder / "empty" / "empty.parquet").touch()
        self.notes["empty"] = {"file": "empty.parquet"}

    def numbered_locally(self) -> None:
        folder = self.copy("local")
        name = self.names()[1]
        table = self.table(1)
        document = json.loads(table.schema.metadata[b"sift"])
        document["files"][0]["id"] = 0
        own = table.set_column(0, table.schema.field(0), pa.array(np.zeros(len(table), np.uint32)))
        pq.write_table(own.replace_schema_metadata({"sift": json.dumps(document)}), folder / name)
