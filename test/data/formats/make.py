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
    facts = {"format": kind, "name": name, "path": str(path), "rows": table.num_rows, "document": DOCUMENT}
    known = (id(table), read, id(units))
    if known not in _described:
        values = path.with_name(f"{path.name}.json")
        fields = [field for field in table.schema if read is None or field.name in read]
        values.write_text(json.dumps({field.name: _column(table, field, units) for field in fields}))
        # The table is kept with it: another one could get its id.
        _described[known] = (str(values), table)
    return {**facts, "expected": _described[known][0], "skipped": [], **changes}


_described = {}


def _column(table, field, units):
    array = table[field.name].combine_chunks()
    return {
        "type": type_name(field.type),
        "unit": units.get(field.name) or ("ms" if str(field.type).startswith("duration") else None),
        "nullable": array.null_count > 0,
        "values": expected(_nanoseconds(array)),
    }


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
