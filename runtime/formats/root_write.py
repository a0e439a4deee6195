"""Writes the rows of an Arrow file as a ROOT file: `root_write.py FROM.arrow TO.root`.

One tree `index`, one branch per column; a dot in a name becomes `_`. Text becomes `char*`, a list of records `hits` the
arrays `hits_time` … with the counter `nhits`. The document `sift` of the Arrow file becomes a TObjString of that name.
The same rows and document give the same bytes: the UUID comes from them, the dates are those of the newest event file.
"""

from __future__ import annotations

import contextlib
import datetime
import errno
import hashlib
import json
import os
import re
import shutil
import sys
import types
import uuid
from collections import Counter

import awkward as ak
import numpy as np
import pyarrow as pa
import uproot
import uproot.writing._cascade as cascade
import uproot.writing._cascadetree as cascadetree

TREE = "index"
#: Rows of one basket of each branch
BASKET = 32_768


class Unwritable(Exception):
    """What ROOT has no way to say."""


def main(source: str, target: str) -> int:
    try:
        with pa.memory_map(source) as mapped:
            write(pa.ipc.open_file(mapped), digest(source), target)
    except OSError as error:
        full = error.errno in (errno.ENOSPC, errno.EDQUOT)
        print(f"root_write: {'the disk is full' if full else error.strerror or error}", file=sys.stderr)
        return 3
    except Unwritable as error:
        print(f"root_write: {error}", file=sys.stderr)
        return 3
    return 0


def write(reader: pa.ipc.RecordBatchFileReader, own: uuid.UUID, target: str) -> None:
    schema = reader.schema
    document = (schema.metadata or {}).get(b"sift")
    stop_clock(document)
    names = branch_names(schema)
    with named(target) as path, uproot.recreate(path, compression=uproot.ZSTD(3), uuid_function=lambda: own) as file:
        if document is not None:
            file["sift"] = with_counters(document, schema, names)
        tree = file.mktree(TREE, {name: kind(field.type) for name, field in zip(names, schema)})
        for table in baskets(reader):
            tree.extend({name: values(table.column(at)) for at, name in enumerate(names)})


@contextlib.contextmanager
def named(target: str):
    """Where to write, so that the file, which holds its own name, holds the one that it is going to have."""
    name = re.sub(r"^\.(.*)\.\d+-\d+\.part$", r"\1", os.path.basename(target))
    folder = f"{target}.d"
    os.makedirs(folder, exist_ok=True)
    path = os.path.join(folder, name)
    try:
        yield path
        os.replace(path, target)
    finally:
        shutil.rmtree(folder, ignore_errors=True)


def with_counters(document: bytes, schema: pa.Schema, names: list[str]) -> str:
    """The document, which also tells the branches that only count the elements of lists."""
    counters = [f"n{name}" for name, field in zip(names, schema) if pa.types.is_list(field.type)]
    return json.dumps(json.loads(document) | ({"counters": counters} if counters else {}), ensure_ascii=False)


def baskets(reader: pa.ipc.RecordBatchFileReader):
    """The rows as tables of the size of a basket."""
    waiting: list[pa.RecordBatch] = []
    rows = 0
    for number in range(reader.num_record_batches):
        batch = reader.get_batch(number)
        while rows + batch.num_rows >= BASKET:
            yield pa.Table.from_batches([*waiting, batch.slice(0, BASKET - rows)], reader.schema)
            batch = batch.slice(BASKET - rows)
            waiting, rows = [], 0
        waiting.append(batch)
        rows += batch.num_rows
    if rows > 0:
        yield pa.Table.from_batches(waiting, reader.schema)


def branch_names(schema: pa.Schema) -> list[str]:
    names = [name.replace(".", "_") for name in schema.names]
    taken = Counter(names + [f"n{name}" for name, field in zip(names, schema) if pa.types.is_list(field.type)])
    twice = [name for name, count in taken.items() if count > 1]
    if twice:
        raise Unwritable(f"two branches would be called `{twice[0]}`; rename a column")
    return names


def kind(arrow: pa.DataType) -> object:
    """The type of a branch as uproot takes it."""
    if pa.types.is_dictionary(arrow):
        return "string"
    if pa.types.is_fixed_size_list(arrow):
        return np.dtype((scalar(arrow.value_type), (arrow.list_size,)))
    if pa.types.is_list(arrow):
        return ak.from_arrow(pa.array([], arrow)).type.content
    return scalar(arrow)


def scalar(arrow: pa.DataType) -> np.dtype:
    if pa.types.is_dictionary(arrow):
        raise Unwritable("a branch cannot hold lists of texts")
    if pa.types.is_timestamp(arrow):
        return np.dtype(np.int64)
    return np.dtype(arrow.to_pandas_dtype())


def values(column: pa.ChunkedArray) -> object:
    whole = column.combine_chunks()
    if isinstance(whole, pa.ChunkedArray):
        whole = whole.chunk(0) if whole.num_chunks == 1 else pa.concat_arrays(whole.chunks)
    if pa.types.is_dictionary(whole.type):
        texts = ak.from_arrow(whole.dictionary)
        return ak.drop_none(texts)[whole.indices.to_numpy(zero_copy_only=False)] if len(texts) > 0 else texts
    if pa.types.is_fixed_size_list(whole.type):
        return np.asarray(whole.flatten()).reshape(len(whole), -1)
    if pa.types.is_list(whole.type):
        return ak.from_arrow(whole)
    if pa.types.is_timestamp(whole.type):
        whole = whole.cast(pa.int64())
    return whole.to_numpy(zero_copy_only=False)


def digest(source: str) -> uuid.UUID:
    """A UUID that the bytes of a file determine."""
    sum_of_bytes = hashlib.sha256()
    with open(source, "rb") as file:
        while piece := file.read(1 << 20):
            sum_of_bytes.update(piece)
    return uuid.UUID(sum_of_bytes.hexdigest()[:32], version=4)


def stop_clock(document: bytes | None) -> None:
    """Makes uproot date what it writes by the newest event file."""
    files = json.loads(document)["files"] if document is not None else []
    dates = [file["modified"] for file in files if file.get("modified")]
    if not dates:
        return
    moment = datetime.datetime.fromisoformat(max(dates).replace("Z", "+00:00")).replace(tzinfo=None)

    class Stopped(datetime.datetime):
        @classmethod
        def now(cls, tz: datetime.tzinfo | None = None) -> datetime.datetime:
            return moment

    cascade.datetime = cascadetree.datetime = types.SimpleNamespace(datetime=Stopped)


if __name__ == "__main__":
    sys.exit(main(*sys.argv[1:]))
