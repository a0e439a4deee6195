"""Runs a program and tells the most resident memory that it had: one JSON object with `peak` [bytes], `seconds`, `status`, `out` and `err`.

    .venv/bin/python test/support/peak.py PROGRAM [ARGUMENT…]
"""

from __future__ import annotations

import json
import os
import subprocess
import sys
import time
from tempfile import TemporaryFile


def run(arguments: list[str]) -> dict[str, object]:
    with TemporaryFile() as out, TemporaryFile() as err:
        start = time.perf_counter()
        process = subprocess.Popen(arguments, stdin=subprocess.DEVNULL, stdout=out, stderr=err)
        _, status, usage = os.wait4(process.pid, 0)
        seconds = time.perf_counter() - start
        texts = []
        for file in (out, err):
            file.seek(0)
            texts.append(file.read().decode())
    # Linux counts in KiB, macOS in bytes.
    unit = 1 if sys.platform == "darwin" else 1024
    return {
        "peak": usage.ru_maxrss * unit,
        "seconds": seconds,
        "status": os.waitstatus_to_exitcode(status),
        "out": texts[0],
        "err": texts[1],
    }


if __name__ == "__main__":
    print(json.dumps(run(sys.argv[1:])))
