"""The table that every fixture file holds, and what a reader must give for it.

`columns()` has all columns that any format can hold; a format writes those that it can. Units and the `sift` document are part of it.
"""

import datetime
import decimal
import json

import numpy as np
import pyarrow as pa

ROWS = 5_000
DOCUMENT = json.dumps({"version": 1, "files": [{"id": 0, "path": "esd/ä.root", "entries": ROWS}], "producer": "test"})
UNITS = {"t": "ns", "E": "MeV", "x": "mm", "hits": "ns", "pos": "mm"}
TAGS = ["", "µ-like", "prompt", "中微子", "delayed", "🎯", "a" * 40]


def columns(rows=ROWS):
    """Arrow arrays by name, none of them with a null unless its name ends in `_null`."""
    random = np.random.default_rng(20250901)
    t = 1_756_684_800_000_000_000 + np.cumsum(random.integers(0, 2_000_000, rows))
    energy = random.exponential(2.0, rows).astype("f4")
    energy[5::97], energy[6::97], energy[7::97] = np.nan, np.inf, -np.inf
    energy[8::97] = -0.0
    lengths = random.integers(0, 5, rows)
    lengths[1::50] = 60
    offsets = np.concatenate([[0], np.cumsum(lengths)]).astype("i4")
    inner = int(offsets[-1])
    tags = np.array(TAGS, dtype=object)[random.integers(0, len(TAGS), rows)]
    missing = random.random(rows) < 0.2
    elements = {
        "e": random.normal(size=inner).astype("f4"),
        "good": random.random(inner) < 0.5,
        "n": random.integers(-9, 9, inner).astype("i4"),
    }
    return {
        "file": pa.array(random.integers(0, 3, rows).astype("u4")),
        "entry": pa.array(9_007_199_254_740_993 + np.arange(rows, dtype="i8")),
        "t": pa.array(t, pa.timestamp("ns")),
        "run": pa.array(np.repeat(np.arange(101, 101 + rows // 100 + 1), 100)[:rows].astype("i4")),
        "i8": pa.array(random.integers(-128, 128, rows).astype("i1")),
        "i16": pa.array(random.integers(-32768, 32768, rows).astype("i2")),
        "u8": pa.array(random.integers(0, 256, rows).astype("u1")),
        "u16": pa.array(random.integers(0, 65536, rows).astype("u2")),
        "u64": pa.array(random.integers(2**63, 2**64, rows, dtype="u8")),
        "E": pa.array(energy),
        "x": pa.array(random.normal(scale=1e4, size=rows)),
        "half": pa.array(random.normal(size=rows).astype("f2")),
        "ok": pa.array(random.random(rows) < 0.3),
        "tag": pa.array(tags, pa.string()),
        "note": pa.array([f"Ereignis {i} ✓" if i % 7 else "" for i in range(rows)], pa.string()),
        "hits": pa.ListArray.from_arrays(offsets, pa.array(random.normal(size=inner).astype("f4"))),
        "mu": pa.ListArray.from_arrays(
            offsets, pa.StructArray.from_arrays([pa.array(values) for values in elements.values()], list(elements))
        ),
        "pos": pa.FixedSizeListArray.from_arrays(pa.array(random.normal(size=3 * rows)), 3),
        "i32_null": pa.array(random.integers(-9, 9, rows).astype("i4"), mask=missing),
        "E_null": pa.array(energy, mask=missing, from_pandas=False),
        "ok_null": pa.array(random.random(rows) < 0.3, mask=missing),
        "tag_null": pa.array(tags, pa.string(), mask=missing),
        "hits_null": pa.array(
            [None if missing[i] else [float(i), None] if i % 3 else [] for i in range(rows)], pa.list_(pa.float64())
        ),
    }


def unrepresentable(rows=ROWS):
    """Arrow arrays of types that Sift does not represent; every reader must step over them and say why."""
    day = datetime.date(2025, 9, 1)
    return {
        "nothing": pa.nulls(rows),
        "cost": pa.array([decimal.Decimal("1.5")] * rows),
        "raw": pa.array([b"\x00\xff"] * rows),
        "bytes4": pa.array([b"abcd"] * rows, pa.binary(4)),
        "day": pa.array([day] * rows),
        "nested": pa.array([[[1]]] * rows),
        "record": pa.array([{"a": 1, "b": "x"}] * rows),
        "table": pa.array([[("k", 1)]] * rows, pa.map_(pa.string(), pa.int32())),
    }


def expected(array):
    """Values as JSON can hold them: 64-bit integers as decimal strings, NaN and infinities as words."""
    if pa.types.is_timestamp(array.type) or pa.types.is_duration(array.type):
        array = array.cast(pa.int64())
    return [_plain(value, array.type) for value in array.to_pylist()]


def _plain(value, kind):
    if value is None:
        return None
    if pa.types.is_list(kind) or pa.types.is_large_list(kind) or pa.types.is_fixed_size_list(kind):
        return [_plain(element, kind.value_type) for element in value]
    if pa.types.is_struct(kind):
        return {field.name: _plain(value[field.name], field.type) for field in kind}
    if pa.types.is_timestamp(kind):
        return str(pa.scalar(value, pa.timestamp("ns")).value)
    if kind in (pa.int64(), pa.uint64()):
        return str(value)
    if pa.types.is_floating(kind) and not np.isfinite(value):
        return "NaN" if np.isnan(value) else "Infinity" if value > 0 else "-Infinity"
    return float(value) if pa.types.is_floating(kind) else value


def type_name(kind):
    """How the tests write the type that a column must come out with."""
    if pa.types.is_string(kind) or pa.types.is_large_string(kind) or pa.types.is_dictionary(kind) or kind == pa.string_view():
        return "text"
    if pa.types.is_timestamp(kind):
        return "timestamp"
    if pa.types.is_list(kind) or pa.types.is_large_list(kind):
        return f"list<{type_name(kind.value_type)}>"
    if pa.types.is_fixed_size_list(kind):
        return f"list{kind.list_size}<{type_name(kind.value_type)}>"
    if pa.types.is_struct(kind):
        return "struct<" + ", ".join(f"{field.name}: {type_name(field.type)}" for field in kind) + ">"
    return {"halffloat": "float32", "float": "float32", "double": "float64", "duration[ms]": "int64"}.get(str(kind), str(kind))
