"""Writes index files from a JSON description on standard input, with pyarrow, h5py and uproot."""

from __future__ import annotations

import json
import sys

import numpy as np
import pyarrow as pa
import pyarrow.feather as feather
import pyarrow.parquet as pq


def column(spec: dict) -> tuple[pa.Field, pa.Array]:
    kind = pa.type_for_alias(spec["type"]) if not spec["type"].startswith("list<") else pa.list_(pa.type_for_alias(spec["type"][5:-1]))
    is_whole = pa.types.is_integer(kind) or pa.types.is_timestamp(kind)
    values = [int(v) if isinstance(v, str) and is_whole else v for v in spec["values"]]
    metadata = {"unit": spec["unit"]} if "unit" in spec else None
    return pa.field(spec["name"], kind, nullable=spec.get("nullable", True), metadata=metadata), pa.array(values, kind)


def table(file: dict) -> pa.Table:
    fields, arrays = zip(*(column(spec) for spec in file["columns"]))
    metadata = {"sift": file["document"]} if "document" in file else None
    return pa.Table.from_arrays(list(arrays), schema=pa.schema(fields, metadata=metadata))


def write_hdf5(file: dict) -> None:
    import h5py

    with h5py.File(file["path"], "w") as out:
        if "document" in file:
            out.attrs["sift"] = file["document"]
        for spec in file["columns"]:
            values = np.array([int(v) if isinstance(v, str) else v for v in spec["values"]], spec["type"])
            data = out.create_dataset(spec["name"], data=values)
            if "unit" in spec:
                data.attrs["unit"] = spec["unit"]


def write_root(file: dict) -> None:
    import uproot

    with uproot.recreate(file["path"]) as out:
        for tree in file["trees"]:
            arrays = {spec["name"]: np.array([int(v) if isinstance(v, str) else v for v in spec["values"]], spec["type"]) for spec in file["columns"]}
            out.mktree(tree, {name: values.dtype for name, values in arrays.items()})
            out[tree].extend(arrays)


def write(file: dict) -> None:
    path = file["path"]
    if path.endswith(".arrow"):
        feather.write_feather(table(file), path, compression=file.get("compression", "uncompressed"), chunksize=file.get("group", 65536))
    elif path.endswith(".parquet"):
        pq.write_table(table(file), path, row_group_size=file.get("group", 1 << 20))
    elif path.endswith(".h5"):
        write_hdf5(file)
    else:
        write_root(file)


for each in json.load(sys.stdin):
    write(each)
