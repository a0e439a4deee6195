"""The independent selection S-A keeps to its text, and agrees with the truth of the toy data."""

from __future__ import annotations

import math
import sys
import tempfile
import unittest
from pathlib import Path

import numpy as np

HERE = Path(__file__).resolve().parent
sys.path[:0] = [str(HERE), str(HERE.parent / "data")]

from selection_sa import Index, compare, live_time, read_index, references, select
from toy.dataset import Order, make_dataset

US = 1_000
MS = 1_000_000
NAN = math.nan
START = 1_756_684_800_000_000_000


def index_of(*rows: tuple) -> Index:
    """An index of (t ns, det, E MeV, x mm, qtot pe) on the x axis, with 10 s of good time."""
    rows = sorted(rows, key=lambda row: row[0])
    t, det, energy, x, light = zip(*rows)
    zeros = np.zeros(len(rows))
    return Index(
        file=np.zeros(len(rows), np.int64),
        entry=np.arange(len(rows)),
        t=START + np.array(t),
        det=np.array(det, dtype=object),
        E=np.array(energy, np.float32).astype(float),
        x=np.array(x, float),
        y=zeros,
        z=zeros,
        qtot=np.array(light, float),
        good=[(START - 10**9, START + 9 * 10**9)],
    )


def prompt(t: int = 0, energy: float = 4.0, x: float = 0.0) -> tuple:
    return t, "CD", energy, x, 1_785 * energy


def delayed(t: int = 200 * US, energy: float = 2.2, x: float = 100.0) -> tuple:
    return t, "CD", energy, x, 1_785 * energy


def pool(t: int, light: float) -> tuple:
    return t, "WP", NAN, NAN, light


def count(*rows: tuple) -> int:
    return len(select(index_of(*rows)).pairs)


class Text(unittest.TestCase):
    def test_a_plain_pair_is_selected(self) -> None:
        selection = select(index_of(prompt(), delayed()))
        self.assertEqual(references(selection.index, selection.pairs), [(0, 0, 0, 1)])

    def test_energies_have_their_bounds_inside(self) -> None:
        self.assertEqual(count(prompt(energy=12.0), delayed()), 1)
        self.assertEqual(count(prompt(energy=12.01), delayed()), 0)
        self.assertEqual(count(prompt(), delayed(energy=2.0)), 1)
        self.assertEqual(count(prompt(), delayed(energy=2.5)), 1)
        self.assertEqual(count(prompt(), delayed(energy=2.51)), 0)

    def test_float32_energies_are_compared_as_they_are(self) -> None:
        self.assertGreater(0.7, float(np.float32(0.7)))
        self.assertEqual(count(prompt(energy=0.7), delayed()), 0)

    def test_the_wait_has_its_bounds_inside(self) -> None:
        counts = [count(prompt(), delayed(wait)) for wait in (5 * US - 1, 5 * US, MS, MS + 1)]
        self.assertEqual(counts, [0, 1, 1, 0])

    def test_distances_and_radii_have_theirs_outside(self) -> None:
        self.assertEqual([count(prompt(), delayed(x=x)) for x in (1_499.0, 1_500.0)], [1, 0])
        self.assertEqual([count(prompt(x=x), delayed(x=x)) for x in (16_499.0, 16_500.0)], [1, 0])

    def test_an_event_of_2_to_12_mev_within_1_ms_of_the_pair_turns_it_away_wherever_it_is(self) -> None:
        times = (-MS - 1, -MS, 100 * US, 1_200 * US, 1_200 * US + 1)
        counts = [count(prompt(), delayed(), prompt(t, 5.0, 17_000.0)) for t in times]
        self.assertEqual(counts, [1, 0, 0, 0, 1])
        self.assertEqual(count(prompt(), delayed(), prompt(100 * US, 1.99, 17_000.0)), 1)

    def test_a_muon_vetoes_5_ms_and_the_time_of_its_own(self) -> None:
        times = (-5 * MS - 1, -5 * MS, 0, 100 * US, 200 * US + 1)
        self.assertEqual([count(prompt(), delayed(), pool(t, 401.0)) for t in times], [1, 0, 0, 0, 1])
        self.assertEqual(count(prompt(), delayed(), pool(-MS, 400.0)), 1)

    def test_a_spallation_neutron_vetoes_4_m_around_it_for_1_2_s(self) -> None:
        def with_neutron(neutron_t: int, x: float, muon_before: int = 300 * US) -> int:
            return count(prompt(), delayed(), prompt(neutron_t, 2.2, x), pool(neutron_t - muon_before, 900.0))

        self.assertEqual(with_neutron(-1_200 * MS, 0.0), 0)
        self.assertEqual(with_neutron(-1_200 * MS - 1, 0.0), 1)
        self.assertEqual(with_neutron(-100 * MS, 4_100.0), 1)
        self.assertEqual([with_neutron(-100 * MS, 0.0, wait) for wait in (20 * US - 1, 20 * US, 2 * MS, 2 * MS + 1)], [1, 0, 0, 1])

    def test_no_vertex_no_pair(self) -> None:
        self.assertEqual(count(prompt(x=NAN), delayed()), 0)
        self.assertEqual(count(prompt(), delayed(x=NAN)), 0)

    def test_the_live_time_counts_overlapping_vetoes_once_and_both_ends(self) -> None:
        good = [(0, 20 * MS), (30 * MS, 40 * MS)]
        self.assertEqual(live_time(good, []), 30 * MS)
        self.assertEqual(live_time(good, [2 * MS]), 25 * MS - 1)
        self.assertEqual(live_time(good, [2 * MS, 4 * MS]), 23 * MS - 1)
        self.assertEqual(live_time(good, [18 * MS]), 28 * MS)
        self.assertEqual(live_time(good, [26 * MS]), 29 * MS - 1)
        self.assertEqual(live_time(good, [39 * MS]), 29 * MS)


class Truth(unittest.TestCase):
    @classmethod
    def setUpClass(cls) -> None:
        cls.temporary = tempfile.TemporaryDirectory(prefix="sift-sa-")
        cls.addClassCleanup(cls.temporary.cleanup)
        folder = Path(cls.temporary.name)
        make_dataset(folder, Order("demo"))
        cls.index = read_index(list((folder / "demo").glob("*.parquet")))
        cls.selection = select(cls.index)
        cls.comparison = compare(cls.selection, folder / "demo" / "truth")

    def test_everything_put_in_turns_out_as_expected(self) -> None:
        self.assertGreater(len(self.comparison["scenarios"]), 25)
        for row in self.comparison["scenarios"]:
            with self.subTest(kind=row["kind"]):
                self.assertEqual(row["seen"], row["expect"])

    def test_efficiencies_are_those_of_the_experiment(self) -> None:
        efficiency = self.comparison["efficiency"]
        for name, expected, spread in (("total", 0.71, 0.45), ("multiplicity", 0.97, 0.17), ("veto", 0.949, 0.22)):
            with self.subTest(name=name):
                self.assertLess(abs(efficiency[name] - expected), 4.0 * spread / math.sqrt(self.comparison["true"]))

    def test_nearly_all_selected_pairs_are_true(self) -> None:
        self.assertLess(sum(self.comparison["false"].values()), 0.01 * self.comparison["found"])

    def test_the_live_time_is_what_poisson_muons_leave(self) -> None:
        good = sum(stop - start for start, stop in self.index.good)
        self.assertLess(abs(self.selection.livetime / good - math.exp(-9.0 * 0.005)), 0.001)


if __name__ == "__main__":
    unittest.main()
