"""Arrow IPC files as pyarrow writes them: compressions, sizes of record batches, and types that must be converted or skipped."""

import pyarrow as pa

from make import describe
from table import DOCUMENT, UNITS, columns, unrepresentable


def fixtures(folder):
    base = columns()
    plain = _table(base)
    yield _write(folder, "none", plain, rows=777)
    yield _write(folder, "lz4", plain, rows=1_000, compression="lz4")
    yield _write(folder, "zstd", plain, rows=777, compression="zstd")
    yield _write(folder, "single", plain, rows=5_000)
    yield _write(folder, "V4", plain, rows=2_500, metadata_version=pa.MetadataVersion.V4)
    yield _write(folder, "slice", plain.slice(1_003, 2_001), rows=500)
    yield _write(folder, "converted", _table(_converted(base)), rows=640, compression="lz4")
    yield _write(folder, "deltas", _table({"tag": _growing(base["tag"]), "E": base["E"]}), rows=500, deltas=True)
    yield _skipped(folder, base)
    yield _write(folder, "empty", plain.slice(0, 0), rows=10)
    yield _write(folder, "emptyBatches", pa.concat_tables([plain.slice(0, 9), plain.slice(9, 0), plain.slice(9, 4_991)]), rows=None)


def _table(arrays):
    fields = [_field(name, array.type) for name, array in arrays.items()]
    return pa.table(list(arrays.values()), pa.schema(fields, {"sift": DOCUMENT, "other": "x"}))


def _field(name, kind):
    unit = UNITS.get(name)
    return pa.field(name, kind, True, {"unit": unit} if unit else None)


def _converted(base):
    """The same values in other clothes."""
    seconds = pa.array([-(2**33), 0, 1_756_684_800] * 2_000, pa.int64())[:5_000]
    return {
        "tag": base["tag"].dictionary_encode().cast(pa.dictionary(pa.int8(), pa.string())),
        "note": base["note"].cast(pa.large_string()),
        "tag16": pa.DictionaryArray.from_arrays(base["tag"].dictionary_encode().indices.cast(pa.uint16()), _doubled(base["tag"])),
        "tag_null": base["tag_null"].dictionary_encode().cast(pa.dictionary(pa.int16(), pa.large_string())),
        "view": base["note"].cast(pa.string_view()),
        "view_null": base["tag_null"].cast(pa.string_view()),
        "E": base["E"],
        "seconds": seconds.cast(pa.timestamp("s", "UTC")),
        "ms": seconds.cast(pa.timestamp("ms", "Asia/Shanghai")),
        "us_null": pa.array([None if i % 5 == 0 else 10**15 + i for i in range(5_000)], pa.timestamp("us")),
        "wait": pa.array(range(5_000), pa.duration("ms")),
        "hits": base["hits"].cast(pa.large_list(pa.float32())),
        "words": pa.array([["a", "", "µ"][: i % 4] for i in range(5_000)], pa.list_(pa.string())),
        "marks": pa.array([[{"k": "x" if i % 2 else "y", "t": i}] * (i % 3) for i in range(5_000)],
                          pa.list_(pa.struct([("k", pa.dictionary(pa.int8(), pa.string())), ("t", pa.timestamp("ms"))]))),
        "pair": pa.array([[{"a": i, "b": i % 2 == 0}] * 2 for i in range(5_000)], pa.list_(pa.struct([("a", pa.int16()), ("b", pa.bool_())]), 2)),
    }


def _doubled(tags):
    """A dictionary in which every text is there twice."""
    return pa.concat_arrays([tags.dictionary_encode().dictionary] * 2)


def _growing(tags):
    """Chunks whose dictionaries each continue the one before."""
    values, chunks = [], []
    for start in range(0, len(tags), 500):
        part = tags.slice(start, 500).to_pylist()
        part = [f"{text}{start // 1_000}" for text in part]
        values += sorted(set(part) - set(values))
        at = {text: i for i, text in enumerate(values)}
        chunks.append(pa.DictionaryArray.from_arrays(pa.array([at[text] for text in part], pa.int32()), pa.array(values)))
    return pa.chunked_array(chunks)


def _skipped(folder, base):
    """Columns that Sift does not represent stand before and between those that it does."""
    rows = range(5_000)
    before, after = list(unrepresentable().items())[:4], list(unrepresentable().items())[4:]
    arrays = {
        **dict(before),
        "E": base["E"],
        **dict(after),
        "rawView": pa.array([b"a long binary value"] * 5_000, pa.binary_view()),
        "listView": pa.array([[1, 2]] * 5_000, pa.list_view(pa.int32())),
        "runs": pa.RunEndEncodedArray.from_arrays([2_500, 5_000], [1, 2]),
        "either": pa.UnionArray.from_sparse(pa.array([i % 2 for i in rows], pa.int8()), [pa.array(rows), pa.array(["x"] * 5_000)]),
        "codes": pa.array([1.5] * 5_000).dictionary_encode(),
        "tag": base["tag"],
        "x": base["x"],
    }
    read = ("E", "tag", "x")
    fixture = _write(folder, "skipped", _table(arrays), rows=None, read=read)
    return {**fixture, "skipped": [name for name in arrays if name not in read]}


def _write(folder, name, table, rows, compression=None, deltas=False, read=None, metadata_version=pa.MetadataVersion.V5):
    from make import describe

    path = folder / f"{name}.arrow"
    options = pa.ipc.IpcWriteOptions(
        compression=compression, emit_dictionary_deltas=deltas, unify_dictionaries=not deltas, metadata_version=metadata_version
    )
    with pa.OSFile(str(path), "wb") as sink, pa.ipc.new_file(sink, table.schema, options=options) as writer:
        writer.write_table(table, max_chunksize=rows)
    return describe("arrow", name, path, table, read)
