"""Parquet files as pyarrow writes them: compressions, encodings, page versions, small row groups, columns with and without nulls."""

import pyarrow as pa
import pyarrow.parquet as pq

from make import describe
from table import DOCUMENT, UNITS, columns, unrepresentable


def fixtures(folder):
    base = {name: array for name, array in columns().items() if name != "half"}
    # A fixed-size list comes back as a list: Parquet has no type of its own for it.
    base["pos"] = base["pos"].cast(pa.list_(pa.float64()))
    plain = _table(base)
    for compression in ("none", "snappy", "zstd", "gzip", "brotli", "lz4"):
        yield _write(folder, compression, plain, compression=compression, row_group_size=777, data_page_size=1_500)
    yield _write(folder, "oneGroup", plain, row_group_size=5_000)
    yield _write(folder, "pagesV2", plain, row_group_size=1_300, data_page_version="2.0", compression="zstd", data_page_size=2_000)
    yield _write(folder, "plainEncoding", plain, row_group_size=2_000, use_dictionary=False)
    yield _write(folder, "required", _table(base, required=True), row_group_size=1_000, compression="zstd")
    yield _write(folder, "noStatistics", plain, row_group_size=1_000, write_statistics=False)
    yield _write(folder, "encodings", _table(_encodable(base)), row_group_size=900, use_dictionary=False, column_encoding=_encodings)
    yield _write(folder, "times", _table(_times()), row_group_size=1_000)
    yield _skipped(folder, base)
    yield _write(folder, "empty", plain.slice(0, 0))


_encodings = {
    "E": "BYTE_STREAM_SPLIT",
    "x": "BYTE_STREAM_SPLIT",
    "entry": "DELTA_BINARY_PACKED",
    "run": "DELTA_BINARY_PACKED",
    "tag": "DELTA_BYTE_ARRAY",
    "note": "DELTA_LENGTH_BYTE_ARRAY",
    "i32_null": "DELTA_BINARY_PACKED",
    "ok": "RLE",
}


def _encodable(base):
    return {name: base[name] for name in _encodings}


def _times():
    seconds = pa.array([-(2**33), 0, 1_756_684_800] * 2_000, pa.int64())[:5_000]
    return {
        "ms": seconds.cast(pa.timestamp("s")).cast(pa.timestamp("ms", "UTC")),
        "us": seconds.cast(pa.timestamp("s")).cast(pa.timestamp("us")),
        "us_null": pa.array([None if i % 5 == 0 else 10**15 + i for i in range(5_000)], pa.timestamp("us")),
    }


def _table(arrays, required=False):
    fields = []
    for name, array in arrays.items():
        unit = UNITS.get(name)
        nullable = not required or array.null_count > 0
        fields.append(pa.field(name, array.type, nullable, {"unit": unit} if unit else None))
    return pa.table(list(arrays.values()), pa.schema(fields, {"sift": DOCUMENT}))


def _skipped(folder, base):
    # A column of Arrow's null type becomes one of integers that are all null.
    others = {name: array for name, array in unrepresentable().items() if name != "nothing"}
    fixture = _write(folder, "skipped", _table({**others, "tag": base["tag"], "x": base["x"]}), read=("tag", "x"), row_group_size=1_000)
    return {**fixture, "skipped": list(others)}


def _write(folder, name, table, read=None, **options):
    path = folder / f"{name}.parquet"
    pq.write_table(table, path, **options)
    return describe("parquet", name, path, table, read)
