"""Writes the fixture files of the named formats into a folder, and what readers must give for them.

    python make.py FOLDER FORMAT…

`FOLDER/fixtures.json` lists the files; the expected values of a file are in the JSON file that its entry names.
"""

import importlib
import json
import pathlib
import sys

import pyarrow as pa

from table import DOCUMENT, UNITS, expected, type_name


def describe(kind, name, path, table, read=None, units=UNITS, **changes):
    """What a reader must give for a file that holds `table`; `read` names the columns that it gives, by default all."""
    columns = {}
    for field in table.schema:
        if read is not None and field.name not in read:
            continue
        array = table[field.name].combine_chunks()
        unit = units.get(field.name) or ("ms" if str(field.type).startswith("duration") else None)
        columns[field.name] = {
            "type": type_name(field.type),
            "unit": unit,
            "nullable": array.null_count > 0,
            "values": expected(_nanoseconds(array)),
        }
    values = path.with_name(f"{path.name}.json")
    values.write_text(json.dumps(columns))
    facts = {"format": kind, "name": name, "path": str(path), "rows": table.num_rows, "document": DOCUMENT}
    return {**facts, "expected": str(values), "skipped": [], **changes}


def _nanoseconds(array):
    return array.cast(pa.timestamp("ns")) if pa.types.is_timestamp(array.type) else array


def main():
    folder = pathlib.Path(sys.argv[1])
    made = []
    for name in sys.argv[2:]:
        inside = folder / name
        inside.mkdir()
        made += importlib.import_module(f"{name}_files").fixtures(inside)
    (folder / "fixtures.json").write_text(json.dumps(made))


if __name__ == "__main__":
    main()
