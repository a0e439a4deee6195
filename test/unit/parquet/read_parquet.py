"""Prints what pyarrow finds in a Parquet file, as JSON in the form of `table.py`."""

import json
import pathlib
import sys

import pyarrow.parquet as pq

sys.path.insert(0, str(pathlib.Path(__file__).parents[2] / "data/formats"))
from table import expected, type_name  # noqa: E402

file = pq.ParquetFile(sys.argv[1])
table = file.read()
table.validate(full=True)


def metadata(field):
    return {key.decode(): value.decode() for key, value in (field.metadata or {}).items()}


def members(field):
    item = field.type.value_type
    return {child.name: metadata(child) for child in item} if hasattr(item, "fields") else {}


def bounds(group, column):
    found = file.metadata.row_group(group).column(column).statistics
    return None if found is None or not found.has_min_max else [str(found.min), str(found.max)]


fields = {
    field.name: {
        "type": type_name(field.type),
        "nullable": field.nullable,
        "metadata": metadata(field),
        "values": [value for chunk in table[field.name].chunks for value in expected(chunk)],
    }
    for field in table.schema
}
print(
    json.dumps(
        {
            "rows": table.num_rows,
            "groups": [file.metadata.row_group(group).num_rows for group in range(file.metadata.num_row_groups)],
            "metadata": metadata(table.schema),
            "fields": fields,
            "members": {field.name: members(field) for field in table.schema if "list" in str(field.type)},
            "bounds": {
                file.metadata.schema.column(column).path: [bounds(group, column) for group in range(file.metadata.num_row_groups)]
                for column in range(file.metadata.num_columns)
            },
        }
    )
)
