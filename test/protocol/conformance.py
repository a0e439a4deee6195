"""The kernel tests of the Jupyter project (jupyter_kernel_test). What the language has no counterpart of is skipped by name."""

from __future__ import annotations

import jupyter_kernel_test as kernel_test
from sift_kernel import FOLDER, install, sample
import os

install()
sample()
os.chdir(FOLDER)

WHOLE = 'muons = from "data/unit/*.parquet"\n  where qtot > 3e4 pe'


class Conformance(kernel_test.KernelTests):
    kernel_name = "sift"
    language_name = "sift"
    file_extension = ".sift"
    # No counterpart in the language, hence skipped: a cell shows results; it writes to no stream, opens no pager, clears nothing.
    code_hello_world = ""
    code_stderr = ""
    code_page_something = ""
    code_clear_output = ""
    completion_samples = [{"text": "desc", "matches": {"describe"}}, {"text": "show cou", "matches": {"count("}}]
    complete_code_samples = ["show 1 + 1", WHOLE, "# nothing"]
    incomplete_code_samples = ["from", WHOLE + " and", "show (1 +"]
    invalid_code_samples = ["show )", 'from "a" where where']
    code_generate_error = "show nothing_of_this_name"
    code_execute_result = [
        {"code": "show 1 + 1", "result": "1 + 1 = 2"},
        {"code": "show 6 * 7", "result": "6 * 7 = 42"},
        {"code": "show 2 ^ 10", "result": "2 ^ 10 = 1,024"},
    ]
    code_display_data = [{"code": "unit_sample = from \"data/unit/*.parquet\"", "mime": "text/html"}]
    code_history_pattern = "show 1?+*"
    supported_history_operations = ("tail", "range", "search")
    code_inspect_sample = "describe"


class Welcome(kernel_test.IopubWelcomeTests):
    kernel_name = "sift"
    support_iopub_welcome = True
