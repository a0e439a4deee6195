"""The example notebooks, run by the programs that people run notebooks with. The unit sample stands in for the demonstration."""

from __future__ import annotations

import functools
import json
import os
import re
import shutil
import subprocess
import sys
import unittest
from pathlib import Path
from typing import Any

import nbformat
import numpy as np
import papermill
import pyarrow.parquet as pq
import uproot
from nbclient import NotebookClient
from sift_kernel import FOLDER, ROOT, TIMEOUT, install, sample

install()
sample(parts="parquet,events")
(FOLDER / "data" / "unit").rename(FOLDER / "data" / "demo")
NOTEBOOKS = FOLDER / "notebooks"
shutil.copytree(ROOT / "notebooks", NOTEBOOKS)
NAMES = sorted(path.name for path in NOTEBOOKS.glob("*.ipynb"))
HIST = "application/vnd.juno.hist.v1+json"


def committed(name: str) -> dict[str, Any]:
    """A notebook as it is in git: who runs it in place changes the file, not the repository."""
    shown = subprocess.run(["git", "show", f":notebooks/{name}"], cwd=ROOT, capture_output=True, text=True, check=False)
    return json.loads(shown.stdout if shown.returncode == 0 else (ROOT / "notebooks" / name).read_text())


@functools.cache
def executed(name: str) -> nbformat.NotebookNode:
    notebook = nbformat.read(NOTEBOOKS / name, as_version=4)
    resources = {"metadata": {"path": str(NOTEBOOKS)}}
    return NotebookClient(notebook, timeout=TIMEOUT, kernel_name="sift", resources=resources).execute()


def outputs(notebook: Any) -> list[Any]:
    return [output for cell in notebook["cells"] if cell["cell_type"] == "code" for output in cell["outputs"]]


def text(notebook: Any) -> str:
    return "\n".join(output["data"]["text/plain"] for output in outputs(notebook) if "data" in output)


class Notebooks(unittest.TestCase):
    def test_five(self) -> None:
        """there are five, to be read in order"""
        self.assertEqual([name[:2] for name in NAMES], ["01", "02", "03", "04", "05"])

    def test_cleared(self) -> None:
        """in git they are nbformat 4.5 with ids, for the kernel `sift`, without outputs or counts"""
        for name in NAMES:
            notebook = committed(name)
            nbformat.validate(notebook)
            self.assertEqual((notebook["nbformat"], notebook["nbformat_minor"]), (4, 5))
            self.assertEqual(notebook["metadata"]["kernelspec"]["name"], "sift")
            self.assertEqual(outputs(notebook), [])
            counts = [cell["execution_count"] for cell in notebook["cells"] if cell["cell_type"] == "code"]
            self.assertEqual(set(counts), {None})

    def test_links(self) -> None:
        """they link to one another, and to nothing outside"""
        for name in NAMES:
            source = "\n".join("".join(cell["source"]) for cell in committed(name)["cells"])
            self.assertNotRegex(source, "https?://")
            for target in re.findall(r"\]\(([^)]+)\)", source):
                self.assertTrue((ROOT / "notebooks" / target).exists(), target)

    def test_nbclient(self) -> None:
        """nbclient runs them; their numbers are those of pyarrow, and agree among themselves"""
        first, pairs, muons, joined, built = (text(executed(name)) for name in NAMES)
        files = (FOLDER / "data" / "demo").glob("*.parquet")
        rows = sum(pq.read_metadata(file).num_rows for file in files)
        self.assertIn(f"count(events) = {rows:,}", first)
        for named in ("cutflow ibd", "count(ibd) =", "livetime(ibd) =", "per day", "delayed.t - prompt.t [us]", "dist(prompt, delayed) [mm]"):
            self.assertIn(named, pairs)
        values = dict(re.findall(r"^(count\(spallation\)|sum\(n of showers\)) = (.*)$", muons, re.M))
        self.assertEqual(values["count(spallation)"], values["sum(n of showers)"])
        self.demand_same(joined, ["count(pairs)", "count(full)", "count(full where p.nhit == prompt.nhit)"])
        same = "b.t == t and b.run == run and b.det == det and b.nhit == nhit"
        self.demand_same(built, ["count(index)", "count(built)", "count(both)", f"count(both where {same})"])
        self.assertRegex(built, r"\d+ index files? of [\d,]+ rows, \d+ event-data files: nothing is wrong")
        self.demand_same(built, ["count(sampled)", "count(sampled where count(p.hits where time < 50 ns) == early)"])

    def demand_same(self, shown: str, counts: list[str]) -> None:
        """All these counts are there, are the same, and not nothing."""
        values = dict(re.findall(r"^(count\(.*\)) = ([\d,]+)$", shown, re.M))
        self.assertEqual(len({values[name] for name in counts}), 1, values)
        self.assertNotEqual(values[counts[0]], "0")

    def test_candidate(self) -> None:
        """the hits of the candidate that is drawn are those that uproot reads of its entry"""
        notebook = executed(NAMES[3])
        histogram = [output["data"][HIST] for output in outputs(notebook) if HIST in output.get("data", {})][0]
        row = re.search(r"^\S+Z +(\d) +(\d+) +[\d.]+ +[\d.]+\n1 row\b", text(notebook), re.M)
        file, entry = int(row[1]), int(row[2])
        with uproot.open(FOLDER / "data" / "demo" / "events" / f"run10001_000{file}.root") as data:
            times = np.asarray(data["Event/Rec/hits_time"].array(entry_start=entry, entry_stop=entry + 1)[0])
        self.assertEqual(histogram["counts"], np.histogram(times, bins=np.arange(101) * 5.0)[0].tolist())
        self.assertEqual(histogram["overflow"], int((times >= 500).sum()))

    def test_outputs(self) -> None:
        """what they show loads nothing, runs nothing and is bounded"""
        for name in NAMES:
            for output in outputs(executed(name)):
                html = output["data"].get("text/html", "")
                self.assertNotRegex(html, r"(?i)<script|<iframe|\bon\w+\s*=|https?://|src\s*=")
                self.assertLess(len(json.dumps(output)), 500_000)

    def test_papermill(self) -> None:
        """papermill runs them"""
        for name in NAMES:
            done = papermill.execute_notebook(
                str(NOTEBOOKS / name), str(FOLDER / f"papermill-{name}"), cwd=str(NOTEBOOKS), progress_bar=False
            )
            self.assertTrue(all(cell.metadata.papermill.status == "completed" for cell in done.cells))

    def test_nbconvert(self) -> None:
        """nbconvert runs them and writes pages, with the pictures in them"""
        self.jupyter("nbconvert", "--execute", "--to", "html", "--output-dir", FOLDER, *(NOTEBOOKS / name for name in NAMES))
        pages = [(FOLDER / Path(name).with_suffix(".html")).read_text() for name in NAMES]
        self.assertTrue(all("sift" in page for page in pages))
        page = pages[1]
        self.assertEqual(len(re.findall('src="data:image/(?:png|svg.xml);base64,', page)), 4)
        self.assertIn("cutflow ibd", page)

    def test_nbval(self) -> None:
        """nbval finds no failing cell"""
        self.jupyter("pytest", "-q", "-p", "no:cacheprovider", "--nbval-lax", "--nbval-cell-timeout=60", NOTEBOOKS)

    def jupyter(self, module: str, *args: str | os.PathLike[str]) -> None:
        command = [sys.executable, "-m", module, *args]
        done = subprocess.run(command, cwd=FOLDER, capture_output=True, text=True, timeout=2 * TIMEOUT)
        self.assertEqual(done.returncode, 0, done.stdout + done.stderr)
