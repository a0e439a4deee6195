"""The files of the toy data, read by pyarrow, h5py and uproot, hold what the generator made, and what is put in is where the truth says."""

from __future__ import annotations

import json
import shutil
import sys
import tempfile
import unittest
from pathlib import Path
from unittest import mock

import awkward as ak
import h5py
import numpy as np
import pyarrow as pa
import pyarrow.parquet as pq
import uproot

sys.path.insert(0, str(Path(__file__).resolve().parents[2] / "data"))

from toy import dataset
from toy.dataset import PARTS, Order, make_dataset
from toy.sample import make_sample

FLAT = ("file", "entry", "run", "t", "E", "x", "y", "z", "qtot", "nhit", "stdt")
TRACK = ("x0", "y0", "z0", "dx", "dy", "dz")
ENDINGS = {"parquet": ".parquet", "arrow": ".arrow", "hdf5": ".h5", "root": ".root"}
SECOND = 1_000_000_000


def read_arrow_table(table: pa.Table) -> dict[str, object]:
    columns: dict[str, object] = {name: table[name].to_numpy() for name in FLAT}
    columns["det"] = table["det"].cast(pa.string()).to_pylist()
    columns["mu"] = table["mu"].to_pylist()
    columns["sift"] = table.schema.metadata[b"sift"].decode()
    return columns


def read_parquet(path: Path) -> dict[str, object]:
    return read_arrow_table(pq.read_table(path))


def read_arrow(path: Path) -> dict[str, object]:
    with pa.ipc.open_file(path) as file:
        return read_arrow_table(file.read_all())


def read_hdf5(path: Path) -> dict[str, object]:
    with h5py.File(path) as file:
        columns: dict[str, object] = {name: file[name][:] for name in FLAT}
        columns["det"] = file["det"].asstr()[:].tolist()
        tracks = ak.zip({name: ak.unflatten(file["mu"][name][:], np.diff(file["mu/offsets"][:])) for name in TRACK})
        columns["mu"] = tracks.to_list()
        columns["sift"] = file.attrs["sift"]
    return columns


def read_root(path: Path) -> dict[str, object]:
    with uproot.open(path) as file:
        arrays = file["index"].arrays()
        columns: dict[str, object] = {name: arrays[name].to_numpy() for name in FLAT}
        columns["det"] = arrays["det"].to_list()
        columns["mu"] = ak.zip({name: arrays[f"mu_{name}"] for name in TRACK}).to_list()
        columns["sift"] = str(file["sift"])
    return columns


READERS = {"parquet": read_parquet, "arrow": read_arrow, "hdf5": read_hdf5, "root": read_root}


class ToyFiles(unittest.TestCase):
    @classmethod
    def setUpClass(cls) -> None:
        cls.temporary = tempfile.TemporaryDirectory(prefix="sift-toy-")
        cls.addClassCleanup(cls.temporary.cleanup)
        cls.out = Path(cls.temporary.name)
        make_dataset(cls.out, Order("unit", 1, PARTS))
        make_dataset(cls.out, Order("faults"))
        cls.folder = cls.out / "unit"
        cls.sample = make_sample("unit", 1)

    def index_files(self, form: str) -> list[Path]:
        return sorted((self.folder if form == "parquet" else self.folder / form).glob(f"*{ENDINGS[form]}"))

    def expected(self, rows: np.ndarray) -> dict[str, object]:
        columns: dict[str, object] = {name: self.sample.columns[name][rows] for name in FLAT}
        columns["det"] = np.array(["CD", "WP"])[self.sample.columns["det"][rows]].tolist()
        tracks = self.sample.events.tracks.take(rows)
        lists = ak.unflatten(ak.zip({name: tracks.values[:, i] for i, name in enumerate(TRACK)}), tracks.counts)
        columns["mu"] = lists.to_list()
        return columns

    def assert_same(self, read: dict[str, object], rows: np.ndarray) -> None:
        for name, values in self.expected(rows).items():
            if isinstance(values, np.ndarray):
                self.assertEqual(read[name].dtype.newbyteorder("="), values.dtype, name)
                np.testing.assert_array_equal(read[name], values, name)
            else:
                self.assertEqual(read[name], values, name)

    def truth(self, table: str) -> list[dict[str, object]]:
        return pq.read_table(self.folder / "truth" / f"{table}.parquet").to_pylist()

    def scenario(self, kind: str) -> list[np.ndarray]:
        """Rows of each scenario of a kind."""
        numbers = [row["scenario"] for row in self.truth("defects") if row["kind"] == kind]
        scenario = pq.read_table(self.folder / "truth" / "rows.parquet")["scenario"].to_numpy()
        return [np.flatnonzero(scenario == number) for number in numbers]

    def test_every_format_holds_the_rows_of_the_generator(self) -> None:
        for form, read in READERS.items():
            paths = self.index_files(form)
            self.assertEqual(len(paths), 20)
            for index, path in enumerate(paths):
                with self.subTest(path=path.name, form=form):
                    self.assert_same(read(path), np.flatnonzero(self.sample.index == index))

    def test_one_file_holds_all_rows_in_the_order_of_t_file_entry(self) -> None:
        columns = self.sample.columns
        rows = np.lexsort((columns["entry"], columns["file"], columns["t"]))
        np.testing.assert_array_equal(rows, np.arange(len(rows)))
        for form, read in READERS.items():
            with self.subTest(form=form):
                self.assert_same(read(self.folder / "one" / f"unit{ENDINGS[form]}"), rows)

    def test_every_format_carries_the_same_document(self) -> None:
        documents = {form: [READERS[form](path)["sift"] for path in self.index_files(form)] for form in READERS}
        nested = [text.replace("../events/", "events/") for text in documents["arrow"]]
        self.assertEqual(documents["parquet"], nested)
        self.assertEqual(documents["arrow"], documents["hdf5"])
        self.assertEqual(documents["arrow"], documents["root"])

    def test_parquet_is_compressed_with_zstd_and_names_detectors_by_dictionary(self) -> None:
        path = self.index_files("parquet")[0]
        self.assertEqual(pq.ParquetFile(path).metadata.row_group(0).column(0).compression, "ZSTD")
        self.assertIsInstance(pq.read_schema(path).field("det").type, pa.DictionaryType)

    def test_good_time_is_split_by_run_and_gap_and_holds_every_row(self) -> None:
        document = json.loads(read_parquet(self.folder / "one" / "unit.parquet")["sift"])
        spans = [(span["run"], int(span["start"]), int(span["stop"])) for span in document["goodTime"]]
        self.assertEqual(sorted({run for run, _, _ in spans}), [10_001, 10_002, 10_003])
        self.assertTrue(all(a[2] < b[1] for a, b in zip(spans, spans[1:])))
        self.assertEqual(len(spans), 3 + sum(row["kind"] == "gap" for row in self.truth("defects")))
        inside = np.zeros(len(self.sample.index), bool)
        for run, start, stop in spans:
            t = self.sample.columns["t"]
            within = (t >= start) & (t < stop)
            self.assertTrue(np.all(self.sample.columns["run"][within] == run))
            inside |= within
        self.assertTrue(inside.all())

    def test_good_time_of_the_files_adds_up_to_that_of_the_whole(self) -> None:
        def total(path: Path) -> int:
            spans = json.loads(read_parquet(path)["sift"])["goodTime"]
            return sum(int(span["stop"]) - int(span["start"]) for span in spans)

        parts = sum(total(path) for path in self.index_files("parquet"))
        self.assertEqual(parts, total(self.folder / "one" / "unit.parquet"))

    def test_the_file_table_tells_entries_uuid_size_and_times(self) -> None:
        document = json.loads(read_parquet(self.folder / "one" / "unit.parquet")["sift"])
        for row in document["files"]:
            rows = np.flatnonzero(self.sample.columns["file"] == row["id"])
            self.assertEqual(row["entries"], len(rows))
            np.testing.assert_array_equal(np.sort(self.sample.columns["entry"][rows]), np.arange(len(rows)))
            t = self.sample.columns["t"][rows]
            self.assertEqual((int(row["tFirst"]), int(row["tLast"])), (t.min(), t.max()))
        written = [row for row in document["files"] if "bytes" in row]
        self.assertEqual(len(written), 2)
        for row in written:
            path = self.folder / "one" / row["path"]
            self.assertEqual(path.stat().st_size, row["bytes"])
            self.assertEqual(str(uproot.open(path).file.uuid), row["uuid"])

    def test_an_index_row_points_at_its_event(self) -> None:
        for file in (0, 1):
            rows = np.flatnonzero(self.sample.columns["file"] == file)
            path = self.folder / "events" / f"run10001_{file:04d}.root"
            events = uproot.open(path)["Event/Rec"].arrays(["t", "E", "x", "nhit", "det", "nhits", "hits_time", "mu_x0"])
            entry = self.sample.columns["entry"][rows]
            for name in ("t", "E", "x", "nhit"):
                np.testing.assert_array_equal(events[name].to_numpy()[entry], self.sample.columns[name][rows])
            self.assertEqual(events["det"][entry].to_list(), self.expected(rows)["det"])
            np.testing.assert_array_equal(ak.num(events["hits_time"]).to_numpy(), events["nhits"].to_numpy())
            self.assertTrue(400 < np.mean(events["nhits"]) < 700)
            np.testing.assert_array_equal(ak.num(events["mu_x0"])[entry], self.sample.events.tracks.counts[rows])

    def test_event_data_is_out_of_order_by_less_than_a_microsecond(self) -> None:
        steps = np.diff(uproot.open(self.folder / "events" / "run10001_0000.root")["Event/Rec"]["t"].array().to_numpy())
        self.assertGreater(np.count_nonzero(steps < 0), 10)
        self.assertGreater(steps.min(), -1_000)

    def test_the_same_seed_gives_the_same_bits(self) -> None:
        again, other = make_sample("unit", 1), make_sample("unit", 2)
        for name, values in self.sample.columns.items():
            self.assertEqual(values.tobytes(), again.columns[name].tobytes(), name)
        self.assertNotEqual(self.sample.columns["t"].tobytes(), other.columns["t"].tobytes())

    def test_a_second_call_does_nothing(self) -> None:
        stamp = (self.folder / "toy.json").stat().st_mtime_ns
        self.assertFalse(make_dataset(self.out, Order("unit", 1, ("root",))))
        self.assertEqual((self.folder / "toy.json").stat().st_mtime_ns, stamp)

    def test_a_failure_leaves_the_old_data_and_nothing_half_done(self) -> None:
        out = self.out / "failing"
        make_dataset(out, Order("unit"))
        with mock.patch.object(dataset, "write_truth", side_effect=OSError("no space")), self.assertRaises(OSError):
            make_dataset(out, Order("unit", 2))
        left = sorted(path.name for path in out.iterdir() if not path.name.endswith(".lock"))
        self.assertEqual(left, ["unit"])
        self.assertEqual(json.loads((out / "unit" / "toy.json").read_text())["seed"], 1)
        shutil.rmtree(out)

    def test_pairs_and_vetoes_stand_across_borders_of_files(self) -> None:
        file, t = self.sample.columns["file"], self.sample.columns["t"]
        for rows in self.scenario("pair_across_files"):
            self.assertEqual(len(rows), 2)
            self.assertEqual(file[rows[1]] - file[rows[0]], 1)
        for kind in ("veto_across_files", "muon_veto_across_files", "veto_across_runs"):
            (rows,) = self.scenario(kind)
            self.assertLess(file[rows[0]], file[rows[-1]])
            self.assertLess(t[rows[-1]] - t[rows[0]], 1.2 * SECOND)
        (rows,) = self.scenario("veto_across_runs")
        self.assertEqual(np.ptp(self.sample.columns["run"][rows]), 1)

    def test_two_events_have_the_same_time_in_a_file_and_across_files(self) -> None:
        for kind, files in (("same_time", 1), ("same_time_across_files", 2)):
            (rows,) = self.scenario(kind)
            self.assertEqual(len(np.unique(self.sample.columns["t"][rows])), 1)
            self.assertEqual(len(np.unique(self.sample.columns["file"][rows])), files)

    def test_index_files_overlap_where_a_wp_record_was_written_to_the_next_file(self) -> None:
        (rows,) = self.scenario("order_across_files")
        self.assertEqual(self.expected(rows)["det"], ["WP", "CD"])
        later, earlier = self.sample.columns["file"][rows]
        self.assertEqual(later - earlier, 1)

    def test_gaps_last_60_to_500_ms_and_are_empty(self) -> None:
        t = self.sample.columns["t"]
        gaps = [(row["start"], row["stop"]) for row in self.truth("defects") if row["kind"] == "gap"]
        lengths = [stop - start for start, stop in gaps]
        self.assertEqual((min(lengths), max(lengths)), (60_000_000, 500_000_000))
        for start, stop in gaps:
            self.assertEqual(np.searchsorted(t, start), np.searchsorted(t, stop))

    def test_some_muons_have_no_wp_record(self) -> None:
        (rows,) = self.scenario("cd_only_muon")
        self.assertEqual(self.expected(rows)["det"], ["CD"] * 3)

    def test_some_vertices_are_missing_and_the_truth_counts_them(self) -> None:
        failed = np.isnan(self.sample.columns["x"]) & (self.sample.columns["det"] == 0)
        counted = next(row["rows"] for row in self.truth("defects") if row["kind"] == "no_vertex")
        self.assertEqual(failed.sum(), counted + 2)
        (prompt, _), (_, delayed) = self.scenario("prompt_without_vertex")[0], self.scenario("delayed_without_vertex")[0]
        self.assertTrue(failed[prompt] and failed[delayed])

    def test_the_truth_names_the_cause_of_each_neutron(self) -> None:
        rows = pq.read_table(self.folder / "truth" / "rows.parquet")
        process, parent, t = rows["process"].to_pylist(), rows["parent"].to_pylist(), rows["t"].to_pylist()
        causes = {"ibd_delayed": "ibd_prompt", "spallation_neutron": "cd_muon", "po214": "bi214", "b12": "cd_muon"}
        for row, (name, cause) in enumerate(zip(process, parent)):
            if cause >= 0 and name in causes:
                self.assertEqual(process[cause], causes[name])
                self.assertLess(t[cause], t[row])

    def test_truncated_files_do_not_open(self) -> None:
        for form, read in READERS.items():
            with self.subTest(form=form), self.assertRaises(Exception):
                read(self.out / "faults" / "truncated" / f"good{ENDINGS[form]}")

    def test_the_unsorted_file_is_so_at_the_row_told(self) -> None:
        note = json.loads((self.out / "faults" / "faults.json").read_text())["unsorted"]
        t = read_parquet(self.out / "faults" / "unsorted" / note["file"])["t"]
        self.assertEqual((np.flatnonzero(np.diff(t) < 0) + 1).tolist(), [note["row"]])

    def test_files_numbered_locally_have_the_rows_of_the_good_ones(self) -> None:
        for name, own in (("run10001_000.parquet", 0), ("run10001_001.parquet", 1)):
            good, local = (read_parquet(self.out / "faults" / folder / name) for folder in ("good", "local"))
            np.testing.assert_array_equal(good["t"], local["t"])
            self.assertEqual(set(good["file"]), {own})
            self.assertEqual(set(local["file"]), {0})
            tables = [json.loads(columns["sift"])["files"][0] for columns in (good, local)]
            self.assertEqual(tables[0]["uuid"], tables[1]["uuid"])
            self.assertEqual([table["id"] for table in tables], [own, 0])


if __name__ == "__main__":
    unittest.main()
