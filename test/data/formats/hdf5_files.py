"""HDF5 files as h5py writes them: a dataset per column at the root, a group with `offsets` per list column."""

import h5py
import numpy as np
import pyarrow as pa

from make import describe
from table import DOCUMENT, UNITS, columns


def fixtures(folder):
    base = {name: array for name, array in columns().items() if not name.endswith("_null")}
    plain = pa.table({**base, "t": base["t"].cast(pa.int64())})
    yield _write(folder, "contiguous", plain)
    yield _write(folder, "gzip", plain, chunks=777, compression="gzip", shuffle=True)
    yield _write(folder, "smallChunks", plain, chunks=64, compression="gzip", fletcher32=True)
    yield _write(folder, "oneChunk", plain, chunks=5_000, compression="gzip")
    yield _write(folder, "late", plain, libver="latest", chunks=1_000)
    yield _write(folder, "empty", plain.slice(0, 0))
    yield _write(folder, "emptyChunked", plain.slice(0, 0), chunks=100)
    yield _others(folder, base)


def _write(folder, name, table, libver="earliest", **options):
    path = folder / f"{name}.h5"
    with h5py.File(path, "w", libver=libver) as file:
        file.attrs["sift"] = DOCUMENT
        for column in table.column_names:
            _column(file, column, table[column].combine_chunks(), options)
    return describe("hdf5", name, path, table)


def _column(file, name, array, options):
    if isinstance(array, pa.ListArray):
        made = file.create_group(name)
        made["offsets"] = array.offsets.to_numpy()
        elements = array.flatten()
        record = pa.types.is_struct(elements.type)
        names = [field.name for field in elements.type] if record else ["values"]
        children = elements.flatten() if record else [elements]
        for field, child in zip(names, children):
            _dataset(made, field, child.to_numpy(zero_copy_only=False), options)
    elif isinstance(array, pa.FixedSizeListArray):
        made = _dataset(file, name, array.flatten().to_numpy().reshape(-1, array.type.list_size), options)
    else:
        made = _dataset(file, name, array.to_numpy(zero_copy_only=False), options)
    if name in UNITS:
        made.attrs["unit"] = UNITS[name]


def _dataset(group, name, values, options):
    options = dict(options)
    if "chunks" in options:
        options.update(chunks=(options["chunks"], *values.shape[1:]), maxshape=(None, *values.shape[1:]))
    if values.dtype == object:
        # HDF5 keeps no checksums of texts of variable length.
        options.pop("fletcher32", None)
        options["dtype"] = h5py.string_dtype()
    return group.create_dataset(name, data=values, **options)


def _others(folder, base):
    """Types that other programs write, and things at the root that are no columns."""
    path = folder / "others.h5"
    tags = [text.encode() for text in base["tag"].to_pylist()]
    rows = len(tags)
    names = {"prompt": 1, "delayed": 2, "µ": 300}
    classes = np.array(list(names.values()))[np.arange(rows) % 3]
    with h5py.File(path, "w") as file:
        file.create_dataset("sift", data=DOCUMENT, dtype=h5py.string_dtype())
        file["t"] = base["t"].cast(pa.int64()).to_numpy()
        file["t"].attrs["unit"] = np.bytes_("ns since 1970-01-01T00:00:00Z")
        file["t_ms"] = np.arange(rows, dtype="i8")
        file["t_ms"].attrs["unit"] = "ms since 1970"
        file["padded"] = np.array(tags)
        padded = np.array(tags, h5py.string_dtype("utf-8", 64))
        file.create_dataset("fixed", data=padded, chunks=(100,), compression="gzip")
        file.create_dataset("kind", data=classes, dtype=h5py.enum_dtype(names, basetype="i2"))
        file["bigEndian"] = base["x"].to_numpy().astype(">f8")
        file["bigEndianInteger"] = base["i16"].to_numpy().astype(">i2")
        file.create_dataset("scaled", data=base["i16"].to_numpy(), chunks=(500,), scaleoffset=0)
        file["words/offsets"] = np.arange(0, 2 * rows + 1, 2, dtype="u8")
        file["words/values"] = np.array(tags * 2)
        file.create_dataset("lzf", data=base["x"].to_numpy(), compression="lzf", chunks=(100,))
        file["number"] = 5
        file["binEdges"] = np.linspace(0, 1, 121)
        file["cube"] = np.zeros((rows, 2, 2))
        file["complex"] = np.zeros(rows, "c16")
        file["records"] = np.zeros(rows, [("a", "i4"), ("b", "f8")])
        file["frame/block0_values"] = np.zeros(rows)
        file["broken"] = h5py.SoftLink("/nowhere")
    table = pa.table({
        "t": base["t"],
        "t_ms": pa.array(np.arange(rows), pa.timestamp("ms")),
        "padded": base["tag"],
        "fixed": base["tag"],
        "kind": pa.array([list(names)[i % 3] for i in range(rows)]),
        "bigEndian": base["x"],
        "bigEndianInteger": base["i16"],
        "scaled": base["i16"],
        "words": pa.array([[text.decode() for text in (tags * 2)[2 * i : 2 * i + 2]] for i in range(rows)]),
    })
    skipped = ["lzf", "number", "binEdges", "cube", "complex", "records", "frame", "broken"]
    return describe("hdf5", "others", path, table, units={}, skipped=skipped)
