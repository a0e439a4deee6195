"""Cells of lines `%sift index …`: an index built, checked and described from a notebook, seen at work, interrupted and resumed."""

from __future__ import annotations

import sys
import unittest
from argparse import Namespace
from pathlib import Path

import pyarrow.parquet as pq
from sift_kernel import FOLDER, ROOT, TIMEOUT, control, install, messages_of, reply_to, run, start, stop, text_of, types_of

sys.path.insert(0, str(ROOT / "bench"))
index_build = __import__("index-build")

install()
FILES, EVENTS = 4, 100_000
index_build.event_data(FOLDER / "esd", Namespace(events=EVENTS, files=FILES, hits=50, compression="zlib"))
(FOLDER / "columns.yaml").write_text(index_build.COLUMNS)


def build(out: str, *more: str) -> str:
    return f'%sift index build --from "esd/*.root" --columns columns.yaml \\\n  --out {out} {" ".join(more)}'


def files_of(folder: str) -> dict[str, bytes]:
    return {path.name: path.read_bytes() for path in (FOLDER / folder).iterdir() if path.is_file()}


class IndexCells(unittest.TestCase):
    @classmethod
    def setUpClass(cls) -> None:
        cls.manager, cls.client = start()
        cls.content, cls.messages = run(cls.client, build("whole"))

    @classmethod
    def tearDownClass(cls) -> None:
        stop(cls.manager, cls.client)

    def test_built(self) -> None:
        """a cell builds the index, and ends with a table of its files"""
        self.assertEqual(self.content["status"], "ok")
        rows = sum(pq.read_metadata(path).num_rows for path in Path(FOLDER, "whole").glob("*.parquet"))
        self.assertEqual(rows, EVENTS)
        last = self.messages[-1]["content"]["data"]
        self.assertIn("<table>", last["text/html"])
        self.assertRegex(last["text/plain"], r"run +rows +files +index file\n101 +50,000 +2 +run101\.parquet\n")
        self.assertRegex(last["text/plain"], r"100,000 rows of 4 files in [\d.]+ MB \([\d.]+ % of the event data\)")

    def test_progress(self) -> None:
        """what it is at is one display that is updated, at most ten times a second, and ends as a quiet line"""
        shown = [message for message in self.messages if "display_id" in message["content"].get("transient", {})]
        first = shown[0]["content"]
        self.assertRegex(first["data"]["text/html"], r'<progress value="\d+" max="100000">')
        same = [m for m in shown if m["content"]["transient"] == first["transient"]]
        self.assertEqual(types_of(same), ["display_data"] + ["update_display_data"] * (len(same) - 1))
        self.assertRegex(same[-1]["content"]["data"]["text/plain"], r"^100,000 of 100,000 rows in ")

    def test_interrupted(self) -> None:
        """an interrupt ends it and leaves what can be resumed to the same bytes"""
        request = self.client.execute(build("halted", "--workers 1"))
        while self.client.get_iopub_msg(timeout=TIMEOUT)["msg_type"] != "display_data":
            pass
        control(self.client, "interrupt_request")
        content = reply_to(self.client, request)["content"]
        self.assertEqual((content["status"], content.get("ename")), ("error", "R001"))
        self.assertIn("error", types_of(messages_of(self.client, request)))
        self.assertEqual(files_of("halted"), {})
        content, messages = run(self.client, build("halted"))
        self.assertIn("--resume", content["evalue"] + "".join(content["traceback"]))
        content, messages = run(self.client, build("halted", "--resume"))
        self.assertEqual(content["status"], "ok")
        self.assertEqual(files_of("halted"), files_of("whole"))

    def test_checked(self) -> None:
        """several lines are several commands; what was built is data like any other"""
        content, messages = run(self.client, "# what we have\n%sift index verify whole\n%sift index info whole")
        self.assertEqual(content["status"], "ok")
        self.assertIn("2 index files of 100,000 rows, 4 event-data files: nothing is wrong", text_of(messages))
        self.assertIn("columns: t ", text_of(messages))
        self.assertIn("100000", text_of(run(self.client, 'show count("whole/*.parquet")')[1]).replace(",", ""))

    def test_found(self) -> None:
        """what verify finds is a table, not a failure of the cell"""
        run(self.client, build("moved"))
        (FOLDER / "esd" / "rec_003.root").rename(FOLDER / "rec_003.root")
        try:
            content, messages = run(self.client, "%sift index verify moved")
        finally:
            (FOLDER / "rec_003.root").rename(FOLDER / "esd" / "rec_003.root")
        self.assertEqual(content["status"], "ok")
        self.assertRegex(text_of(messages), r"moved +esd/rec_003\.root +the file lies at ")

    def test_mistakes(self) -> None:
        """a mistake is told before anything runs, and no shell ever reads a line"""
        cases = {
            "%sift index build --form x": "there is no option --form; did you mean --from?",
            "%sift index bild": "did you mean build?",
            "%sift run x.sift": "`index build`, `index verify` and `index info`",
            '%sift index info "whole': "A quote is not closed",
            "%sift index info whole\nshow 1": "begins with `%sift`",
            "%sift index info $(touch${IFS}told) ; touch told": "There is no file",
        }
        for code, said in cases.items():
            content, messages = run(self.client, code)
            self.assertEqual((content["status"], types_of(messages)), ("error", ["execute_input", "error"]), code)
            self.assertIn(said, content["evalue"])
        self.assertFalse((FOLDER / "told").exists())

    def test_complete(self) -> None:
        """a line that ends in a backslash goes on"""
        states = []
        for code in ("%sift index build \\", "%sift index info whole"):
            self.client.is_complete(code)
            states.append(self.client.get_shell_msg(timeout=TIMEOUT)["content"]["status"])
        self.assertEqual(states, ["incomplete", "complete"])


if __name__ == "__main__":
    unittest.main()
