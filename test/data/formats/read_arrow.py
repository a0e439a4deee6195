"""Prints what pyarrow finds in an Arrow file, as JSON in the form of `table.py`."""

import json
import sys

import pyarrow as pa

from table import expected, type_name

with pa.ipc.open_file(sys.argv[1]) as file:
    table = file.read_all()
    table.validate(full=True)
    fields = {
        field.name: {
            "type": type_name(field.type),
            "nullable": field.nullable,
            "metadata": {key.decode(): value.decode() for key, value in (field.metadata or {}).items()},
            "values": [value for chunk in table[field.name].chunks for value in expected(chunk)],
        }
        for field in table.schema
    }
    metadata = {key.decode(): value.decode() for key, value in (table.schema.metadata or {}).items()}
    print(json.dumps({"rows": table.num_rows, "batches": file.num_record_batches, "metadata": metadata, "fields": fields}))
