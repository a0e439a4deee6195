"""Runs the unittest cases of a program: `json_suite.py PROGRAM`. It prints one JSON object per line for each test.

Keys: `name` (the first line of the test's docstring), `outcome` (passed, failed or skipped), `message`, `seconds`. What the
tests print themselves, such as a figure, comes as a line of its own.
"""

from __future__ import annotations

import importlib.util
import json
import sys
import time
import traceback
import unittest
from pathlib import Path


class JsonResult(unittest.TestResult):
    started = 0.0
    failed = False

    def startTest(self, test: unittest.TestCase) -> None:
        super().startTest(test)
        self.started, self.failed = time.perf_counter(), False

    def addSuccess(self, test: unittest.TestCase) -> None:
        if not self.failed:
            self.tell(test, "passed")

    def addSkip(self, test: unittest.TestCase, reason: str) -> None:
        super().addSkip(test, reason)
        self.tell(test, "skipped", reason)

    def addFailure(self, test: unittest.TestCase, err) -> None:
        super().addFailure(test, err)
        self.tell_failure(test, err)

    def addError(self, test: unittest.TestCase, err) -> None:
        super().addError(test, err)
        self.tell_failure(test, err)

    def addSubTest(self, test: unittest.TestCase, subtest: unittest.TestCase, err) -> None:
        super().addSubTest(test, subtest, err)
        if err is not None and not self.failed:
            self.tell_failure(test, err)

    def tell_failure(self, test: unittest.TestCase, err) -> None:
        self.failed = True
        self.tell(test, "failed", "".join(traceback.format_exception(*err)))

    def tell(self, test: unittest.TestCase, outcome: str, message: str = "") -> None:
        name = test.shortDescription() or str(getattr(test, "_testMethodName", test))
        seconds = round(time.perf_counter() - self.started, 3)
        line = {"name": name, "outcome": outcome, "message": message, "seconds": seconds}
        print(json.dumps(line), flush=True)


def main() -> int:
    path = Path(sys.argv[1]).resolve()
    sys.path.insert(0, str(path.parent))
    spec = importlib.util.spec_from_file_location(path.stem, path)
    assert spec is not None and spec.loader is not None
    module = importlib.util.module_from_spec(spec)
    sys.modules[path.stem] = module
    spec.loader.exec_module(module)
    result = JsonResult()
    unittest.defaultTestLoader.loadTestsFromModule(module).run(result)
    return 0 if result.wasSuccessful() else 1


if __name__ == "__main__":
    sys.exit(main())
