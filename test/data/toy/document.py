"""The `sift` document that every index file carries: file table, good time, units."""

from __future__ import annotations

import json
from dataclasses import dataclass
from datetime import datetime, timezone
from pathlib import Path
from uuid import NAMESPACE_URL, UUID, uuid5

import numpy as np

from .constants import EPOCH_NS
from .sample import Sample

UNITS = {
    "t": "ns",
    "E": "MeV",
    "x": "mm",
    "y": "mm",
    "z": "mm",
    "qtot": "pe",
    "stdt": "ns",
    "mu.x0": "mm",
    "mu.y0": "mm",
    "mu.z0": "mm",
}


def index_name(sample: Sample, index: int) -> str:
    """Name of an index file without its ending; their order is that of time."""
    first = np.flatnonzero(sample.timeline.index == index)[0]
    return f"run{sample.timeline.run[first]}_{index:03d}"


def event_file_name(sample: Sample, file: int) -> str:
    return f"run{sample.timeline.run[file]}_{file:04d}.root"


def event_file_uuid(sample: Sample, file: int) -> UUID:
    """The same for the same data set, seed and file."""
    return uuid5(NAMESPACE_URL, f"sift-toy/{sample.name}/{sample.seed}/{file}")


@dataclass(frozen=True)
class EventFiles:
    """What the file table says: `entries`, `first`, `last` row time in ns [files], and the folder of those that were written."""

    sample: Sample
    entries: np.ndarray
    first: np.ndarray
    last: np.ndarray
    folder: Path

    @staticmethod
    def of(sample: Sample, folder: Path) -> EventFiles:
        file = sample.columns["file"]
        entries = np.bincount(file)
        t = sample.columns["t"][np.argsort(file, kind="stable")]
        stop = np.cumsum(entries)
        return EventFiles(sample, entries, t[stop - entries], t[stop - 1], folder)

    def row(self, file: int, prefix: str) -> dict[str, object]:
        """One row of the file table; `prefix` leads from the index file to the event data. Unwritten files have no size."""
        name = event_file_name(self.sample, file)
        row: dict[str, object] = {
            "id": file,
            "path": prefix + name,
            "uuid": str(event_file_uuid(self.sample, file)),
            "entries": int(self.entries[file]),
            "tFirst": str(self.first[file]),
            "tLast": str(self.last[file]),
        }
        if (self.folder / name).exists():
            status = (self.folder / name).stat()
            written = datetime.fromtimestamp(int(status.st_mtime), timezone.utc)
            row |= {"bytes": status.st_size, "modified": written.strftime("%Y-%m-%dT%H:%M:%SZ")}
        return row

    def document(self, files: np.ndarray, prefix: str) -> str:
        """The document of an index file that covers the event-data files of the given numbers."""
        text = {
            "version": 1,
            "files": [self.row(int(file), prefix) for file in files],
            "goodTime": [
                {"run": run, "start": str(EPOCH_NS + start), "stop": str(EPOCH_NS + stop)}
                for run, start, stop in self.sample.timeline.spans(files)
            ],
            "units": UNITS,
            "producer": "sift toy",
            "producerVersion": "1",
            "stream": "events",
        }
        return json.dumps(text)
