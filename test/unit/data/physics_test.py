"""The toy data follow the physics: rates, time constants, spectra and resolutions, within four standard deviations."""

from __future__ import annotations

import sys
import unittest
from pathlib import Path
from unittest import mock

import numpy as np

sys.path.insert(0, str(Path(__file__).resolve().parents[2] / "data"))

from toy import sample
from toy.constants import PROCESSES
from toy.sample import make_sample
from toy.timeline import Size

US = 1e3
MS = 1e6
DAY = 86_400e9
BOOST = 200.0


class ToyPhysics(unittest.TestCase):
    @classmethod
    def setUpClass(cls) -> None:
        cls.sample = make_sample("demo", 7)
        cls.events = cls.sample.events
        spans = cls.sample.timeline.spans(np.arange(len(cls.sample.timeline.start)))
        cls.live_s = sum(stop - start for _, start, stop in spans) / 1e9

    def rows(self, *processes: str) -> np.ndarray:
        """Rows of natural records of the given processes."""
        chosen = np.isin(self.events.process, [PROCESSES.index(name) for name in processes])
        return np.flatnonzero(chosen & (self.events.injected == 0))

    def waits(self, process: str) -> np.ndarray:
        """Times in ns between records of a process and their cause."""
        rows = self.rows(process)
        rows = rows[self.events.parent[rows] >= 0]
        return self.events.t[rows] - self.events.t[self.events.parent[rows]]

    def assert_rate(self, per_second: float, *processes: str, spread: float = 1.0) -> None:
        """`spread` is the width over that of a Poisson law. One in a thousand may be lost in the quiet of scenarios."""
        expected = per_second * self.live_s
        off = abs(len(self.rows(*processes)) - expected)
        self.assertLess(off, 4.0 * spread * np.sqrt(expected) + 0.001 * expected, processes)

    def assert_mean(self, values: np.ndarray, expected: float, spread: float) -> None:
        self.assertLess(abs(np.mean(values) - expected), 4.0 * spread / np.sqrt(len(values)))

    def test_rates_are_those_of_the_table(self) -> None:
        per_day = 1.0 / 86_400
        self.assert_rate(47.9 * BOOST * per_day, "ibd_prompt")
        self.assert_rate(47.9 * BOOST * per_day, "ibd_delayed")
        self.assert_rate(4.0, "cd_muon")
        self.assert_rate(4.0 * 0.998, "cd_muon_wp")
        self.assert_rate(5.0, "wp_muon")
        self.assert_rate(30.0, "edge_gamma")
        self.assert_rate(4.0, "internal")
        self.assert_rate(650 * per_day, "bi214")
        self.assert_rate(650 * per_day, "po214")
        self.assert_rate(1_500 * per_day, "b12")
        self.assert_rate(75 * per_day, "li9_prompt", "he8_prompt")
        self.assert_rate(0.5, "flasher", spread=1.7)

    def test_about_45_rows_come_per_second(self) -> None:
        self.assertLess(abs(len(self.events) / self.live_s - 47.0), 3.0)

    def test_one_muon_carries_a_third_of_a_neutron_and_some_over_a_hundred(self) -> None:
        neutrons, muons = self.rows("spallation_neutron"), self.rows("cd_muon")
        self.assertLess(abs(len(neutrons) / len(muons) - 0.3), 0.03)
        per_muon = np.bincount(self.events.parent[neutrons][self.events.parent[neutrons] >= 0])
        self.assertGreater(per_muon.max(), 100)
        self.assertLess(abs(np.count_nonzero(per_muon) / len(muons) - 0.05), 0.005)

    def test_bundles_hold_one_two_or_three_muons(self) -> None:
        counts = self.events.tracks.counts[self.rows("cd_muon")]
        shares = np.bincount(counts, minlength=4) / len(counts)
        np.testing.assert_allclose(shares, [0.0, 0.92, 0.06, 0.02], atol=0.005)

    def test_waits_are_exponential_with_the_mean_lives(self) -> None:
        for process, mean in (
            ("ibd_delayed", 216 * US),
            ("spallation_neutron", 216 * US),
            ("li9_he8_neutron", 216 * US),
            ("b12", 29.1 * MS),
            ("li9_prompt", 257 * MS),
            ("he8_prompt", 172 * MS),
            ("po214", 237 * US),
        ):
            with self.subTest(process=process):
                waits = self.waits(process)
                self.assert_mean(waits, mean, mean)
                self.assert_mean(waits > mean, np.exp(-1.0), 0.5)

    def test_pairs_of_212bi_closer_than_300_ns_are_one_record(self) -> None:
        waits = self.waits("po212")
        self.assertGreaterEqual(waits.min(), 300)
        self.assert_mean(waits, 300 + 431, 431)
        merged = len(self.rows("bipo212_merged")) / (len(self.rows("bipo212_merged")) + len(waits))
        self.assertLess(abs(merged - (1 - np.exp(-300 / 431))), 0.3)

    def test_prompt_energies_of_reactor_neutrinos_reach_from_0_9_to_9_mev_with_mean_3_8(self) -> None:
        energy = self.events.energy[self.rows("ibd_prompt")]
        self.assertTrue(0.9 <= energy.min() and energy.max() <= 9.0)
        self.assert_mean(energy, 3.8, 1.6)

    def test_neutrons_are_captured_on_hydrogen_and_one_in_a_hundred_on_carbon(self) -> None:
        energy = self.events.energy[self.rows("ibd_delayed", "spallation_neutron")]
        self.assertEqual(sorted(set(np.round(energy, 2).tolist())), [np.float32(2.22), np.float32(4.95)])
        self.assert_mean(energy > 4.0, 0.01, 0.1)

    def test_twelve_edge_gammas_a_second_are_above_2_mev(self) -> None:
        energy = self.events.energy[self.rows("edge_gamma")]
        self.assertLess(abs(np.count_nonzero(energy > 2.0) / self.live_s - 12.0), 0.3)
        self.assertTrue({np.float32(2.61), np.float32(1.46)} <= set(energy.tolist()))

    def test_edge_gammas_fall_off_within_a_quarter_of_a_metre(self) -> None:
        radius = np.linalg.norm(self.events.take(self.rows("edge_gamma")).position.astype(float), axis=1)
        self.assert_mean(17_700.0 - radius, 250.0, 250.0)

    def test_a_fifth_of_a_hertz_of_internal_singles_looks_like_a_neutron(self) -> None:
        energy = self.events.energy[self.rows("internal")]
        self.assertLess(abs(np.count_nonzero((energy > 2.0) & (energy < 2.5)) / self.live_s - 0.2), 0.02)

    def test_12b_reaches_up_to_13_4_mev_and_9li_to_11(self) -> None:
        self.assertLess(self.events.energy[self.rows("b12")].max(), 13.4)
        self.assertLess(self.events.energy[self.rows("li9_prompt", "he8_prompt")].max(), 11.0)

    def test_reactor_neutrinos_are_uniform_in_the_scintillator(self) -> None:
        radius = np.linalg.norm(self.events.take(self.rows("ibd_prompt")).position.astype(float), axis=1)
        self.assert_mean((radius / 17_700.0) ** 3, 0.5, np.sqrt(1 / 12))

    def test_the_neutron_is_a_quarter_of_a_metre_away_along_each_axis(self) -> None:
        rows = self.rows("ibd_delayed")
        rows = rows[self.events.parent[rows] >= 0]
        apart = self.events.x[rows].astype(float) - self.events.x[self.events.parent[rows]]
        self.assertLess(abs(np.std(apart) - 250.0), 12.0)

    def test_spallation_neutrons_lie_around_the_track(self) -> None:
        rows = self.rows("spallation_neutron")
        rows = rows[self.events.parent[rows] >= 0]
        muons = self.events.parent[rows]
        first = np.cumsum(self.events.tracks.counts) - self.events.tracks.counts
        track = self.events.tracks.values[first[muons]].astype(float)
        away = np.linalg.norm(np.cross(self.events.take(rows).position - track[:, :3], track[:, 3:]), axis=1)
        self.assertLess(abs(np.mean(away) - 700.0), 70.0)

    def test_muons_lose_2_mev_per_cm_and_give_1785_photoelectrons_per_mev(self) -> None:
        rows = self.rows("cd_muon")
        rows = rows[self.events.tracks.counts[rows] == 1]
        track = self.events.tracks.take(rows).values.astype(float)
        chord = 2.0 * np.abs(np.einsum("ij,ij->i", track[:, :3], track[:, 3:]))
        loss = self.events.energy[rows] / chord
        self.assertLess(abs(np.median(loss) - 0.215), 0.015)
        self.assertLessEqual(self.events.energy[rows].max(), 1e5)
        charge = self.sample.columns["qtot"][rows] / self.sample.columns["E"][rows]
        np.testing.assert_allclose(charge, 1_785.0, rtol=1e-5)

    def test_pool_records_have_light_alone(self) -> None:
        rows = self.rows("wp_muon", "cd_muon_wp")
        for name in ("E", "x", "y", "z", "stdt"):
            self.assertTrue(np.isnan(self.sample.columns[name][rows]).all())
        self.assertGreater(self.sample.columns["qtot"][self.rows("wp_muon")].min(), 700.0)

    def test_both_records_of_a_muon_are_less_than_a_microsecond_apart(self) -> None:
        apart = np.abs(self.waits("cd_muon_wp"))
        self.assertLess(apart.max(), 1_000)
        self.assertGreater(np.count_nonzero(self.waits("cd_muon_wp") < 0), 1_000)

    def test_energy_is_measured_to_3_percent_at_1_mev_on_a_drifting_scale(self) -> None:
        rows = self.rows("internal", "edge_gamma")
        true = self.events.energy[rows].astype(float)
        off = self.sample.columns["E"][rows] / true - 1.0
        pull = off * np.sqrt(true) / 0.03
        self.assertLess(abs(np.std(pull) - 1.0), 0.01)
        drift = off - 0.005 * self.events.t[rows] / (30 * DAY)
        self.assert_mean(drift, 0.0, np.std(off))
        late = self.events.t[rows] > self.sample.timeline.span // 2
        error = np.std(off) * 2.0 / np.sqrt(len(rows))
        expected = 0.005 * 0.5 * self.sample.timeline.span / (30 * DAY)
        self.assertLess(abs(np.mean(off[late]) - np.mean(off[~late]) - expected), 4.0 * error)

    def test_vertices_are_measured_to_10_cm_at_1_mev_and_two_in_a_thousand_fail(self) -> None:
        rows = self.rows("internal", "edge_gamma")
        x = self.sample.columns["x"][rows]
        pull = (x - self.events.x[rows]) * np.sqrt(self.events.energy[rows]) / 100.0
        self.assertLess(abs(np.nanstd(pull) - 1.0), 0.01)
        self.assert_mean(np.isnan(x), 0.002, np.sqrt(0.002))

    def test_flashers_are_wide_in_time(self) -> None:
        width = self.sample.columns["stdt"]
        self.assertGreater(np.median(width[self.rows("flasher")]), 2.0 * np.median(width[self.rows("edge_gamma")]))


class OtherSizes(unittest.TestCase):
    def test_full_is_filled_with_noise_up_to_the_trigger_rate(self) -> None:
        small = Size(200_000, 20, 1, trigger_hz=1_000.0)
        with mock.patch.dict(sample.SIZES, {"full": small}):
            made = make_sample("full", 1)
        self.assertLess(abs(len(made.index) - 200_000), 5_000)
        noise = made.events.process == PROCESSES.index("noise")
        self.assertLess(made.columns["E"][noise].max(), 0.8)
        self.assertGreater(np.count_nonzero(noise), 185_000)

    def test_a_supernova_gives_5000_pairs_in_10_s(self) -> None:
        made = make_sample("unit", 1, supernova=True)
        burst = made.events.t[made.events.process == PROCESSES.index("supernova_prompt")]
        self.assertGreater(len(burst), 4_700)
        self.assertLess(np.ptp(burst), 10_000_000_000)


if __name__ == "__main__":
    unittest.main()
