"""ROOT TTrees as uproot writes them: compressions, sizes of baskets, jagged branches and strings."""

import awkward as ak
import numpy as np
import pyarrow as pa
import uproot

from make import describe
from table import DOCUMENT, columns

_without = ("half",)


def fixtures(folder):
    base = {name: array for name, array in columns().items() if not name.endswith("_null") and name not in _without}
    table = pa.table({**base, "t": base["t"].cast(pa.int64())})
    yield _write(folder, "none", table, 777, None)
    yield _write(folder, "zlib", table, 777, uproot.ZLIB(4))
    yield _write(folder, "lz4", table, 1_000, uproot.LZ4(4))
    yield _write(folder, "zstd", table, 5_000, uproot.ZSTD(5))
    yield _write(folder, "lzma", table, 2_500, uproot.LZMA(1))
    yield _write(folder, "tiny", table.slice(0, 600), 32, uproot.ZSTD(1))
    yield _write(folder, "empty", table.slice(0, 0), 100, uproot.ZLIB(1))


def _write(folder, name, table, basket, compression):
    path = folder / f"{name}.root"
    arrays = {column: _array(table[column].combine_chunks()) for column in table.column_names}
    with uproot.recreate(path, compression=compression) as file:
        file["sift"] = DOCUMENT
        tree = file.mktree("events", {column: _type(array) for column, array in arrays.items()})
        for start in range(0, table.num_rows, basket):
            tree.extend({column: array[start : start + basket] for column, array in arrays.items()})
    # The counters of jagged branches may be given as columns of their own, or not.
    return describe("root", name, path, table, units={}, tree="events", extra=["nhits", "nmu"])


def _array(array):
    if pa.types.is_string(array.type):
        # One text more than there are: without any, Awkward would not know the type.
        return ak.Array([*array.to_pylist(), ""])[:-1]
    if not pa.types.is_list(array.type):
        return _numpy(array)
    elements = array.flatten()
    if pa.types.is_struct(elements.type):
        fields = [field.name for field in elements.type]
        flat = ak.zip({field: _numpy(values) for field, values in zip(fields, elements.flatten())})
    else:
        flat = _numpy(elements)
    return ak.unflatten(flat, np.diff(array.offsets.to_numpy()))


def _numpy(array):
    if isinstance(array, pa.FixedSizeListArray):
        return array.flatten().to_numpy().reshape(-1, array.type.list_size)
    return array.to_numpy(zero_copy_only=False)


def _type(array):
    if isinstance(array, np.ndarray):
        return np.dtype((array.dtype, array.shape[1:])) if array.ndim > 1 else array.dtype
    return array.type.content
