"""Situations put into the stream on purpose, each with what the selection S-A must make of it.

Every scenario stands alone in a quiet stretch of time, so that its outcome does not depend on chance. `expect` is
`found` (the pair is selected), `rejected` (it is not), or `none` (there is no pair in it).
"""

from __future__ import annotations

from dataclasses import dataclass, field

import numpy as np
from numpy.typing import NDArray

from . import constants as c
from .events import Events, EventStore, Tracks, make_events
from .sampling import Random, directions, random_for
from .timeline import Timeline

Array = NDArray

#: Natural records this near to one put in are taken out
QUIET = 10 * c.MS
#: so are central ones that could pass for a spallation neutron, this long before
QUIET_BEFORE = 1_300 * c.MS
NEUTRON_LIKE = 1.2  # MeV, below the 1.5 that it takes
CENTRAL = 16_500.0  # mm
#: where in an event-data file scenarios stand that need no border; gaps lie between 0.4 and 0.6
SLOTS = (0.2, 0.85)
NAN = float("nan")


@dataclass(frozen=True)
class Put:
    """One record: `at` ns after the scenario's zero, `energy` MeV, `away` mm from its place (NaN: no vertex)."""

    process: str
    at: int
    energy: float = NAN
    away: float = 0.0
    parent: int | None = None  # position in the scenario
    light: float = 0.0  # p.e. in the pool
    written: int = 0  # ns after its time that it is recorded
    early: bool = False  # in the file that ends at its time


@dataclass(frozen=True)
class Scenario:
    """`where` its zero lies: `index` or `file` a border of index or event-data files, `run` the border of runs, `slot` anywhere."""

    kind: str
    where: str
    expect: str
    puts: tuple[Put, ...]


@dataclass(frozen=True)
class Placed:
    """A scenario in the data set. `number` from 1, `t` its zero in ns since the start, `first` the position of its records in the store."""

    number: int
    t: int
    first: int
    scenario: Scenario = field(repr=False)


def pair(at: int, wait: int = 200 * c.US, first: int = 0) -> tuple[Put, Put]:
    """A reactor neutrino at `at`, its neutron `wait` later; `first` is the prompt's position in the scenario."""
    return Put("ibd_prompt", at, 4.0), Put("ibd_delayed", at + wait, c.CAPTURE_H, 200.0, first)


def muon(at: int) -> tuple[Put, Put]:
    """A muon through both detectors, first of its scenario."""
    return Put("cd_muon", at, 5_000.0), Put("cd_muon_wp", at + 300, light=2_000.0, parent=0, written=-300)


def shower(neutron_at: int) -> tuple[Put, ...]:
    """A muon and one neutron 300 us after it, captured at `neutron_at`."""
    return *muon(neutron_at - 300 * c.US), Put("spallation_neutron", neutron_at, c.CAPTURE_H, 300.0, 0)


def other(at: int) -> Put:
    """A 5 MeV record far from everything, such as the multiplicity cut looks for."""
    return Put("internal", at, 5.0, 9_000.0)


AT_BORDERS = (
    Scenario("pair_across_files", "index", "found", pair(-100 * c.US)),
    Scenario("pair_across_files", "index", "found", pair(-1)),
    Scenario("pair_across_files", "index", "found", pair(-999 * c.US, 999 * c.US)),
    Scenario("pair_across_files", "file", "found", pair(-50 * c.US)),
    Scenario("veto_across_files", "index", "rejected", (*shower(-400 * c.MS), *pair(300 * c.MS, first=3))),
    Scenario("muon_veto_across_files", "index", "rejected", (*muon(-2 * c.MS), *pair(c.MS, first=2))),
    Scenario("multiplicity_across_files", "index", "rejected", (*pair(200 * c.US), other(-300 * c.US))),
    Scenario("same_time_across_files", "index", "none", (Put("internal", 0, 1.0, early=True), Put("internal", 0, 1.2))),
    Scenario(
        "order_across_files",
        "index",
        "none",
        (Put("cd_muon", -50, 5_000.0), Put("cd_muon_wp", -300, light=2_000.0, parent=0, written=400)),
    ),
    Scenario("veto_across_runs", "run", "rejected", (*shower(-200 * c.MS), *pair(400 * c.MS, first=3))),
)

IN_FILES = (
    Scenario("same_time", "slot", "none", (Put("internal", 0, 1.0), Put("internal", 0, 1.2))),
    Scenario("shortest_wait", "slot", "found", pair(0, 5 * c.US)),
    Scenario("too_short_wait", "slot", "rejected", pair(0, 5 * c.US - 1)),
    Scenario("longest_wait", "slot", "found", pair(0, c.MS)),
    Scenario("too_long_wait", "slot", "rejected", pair(0, c.MS + 1)),
    Scenario("last_vetoed_by_muon", "slot", "rejected", (*muon(-5 * c.MS - 300), *pair(0, first=2))),
    Scenario("first_after_muon", "slot", "found", (*muon(-5 * c.MS - 301), *pair(0, first=2))),
    Scenario("last_vetoed_by_neutron", "slot", "rejected", (*shower(-1_200 * c.MS), *pair(0, first=3))),
    Scenario("first_after_neutron", "slot", "found", (*shower(-1_200 * c.MS - 1), *pair(0, first=3))),
    Scenario("earliest_other", "slot", "rejected", (*pair(0), other(-c.MS))),
    Scenario("other_too_early", "slot", "found", (*pair(0), other(-c.MS - 1))),
    Scenario("latest_other", "slot", "rejected", (*pair(0), other(1_200 * c.US))),
    Scenario("other_too_late", "slot", "found", (*pair(0), other(1_200 * c.US + 1))),
    Scenario("two_neutrons", "slot", "rejected", (*pair(0), Put("ibd_delayed", 300 * c.US, c.CAPTURE_H, 100.0, 0))),
    Scenario("cd_only_muon", "slot", "rejected", (Put("cd_muon", -3 * c.MS, 5_000.0), *pair(0, first=1))),
    Scenario("wp_only_muon", "slot", "rejected", (Put("wp_muon", -3 * c.MS, light=1_000.0), *pair(0, first=1))),
    Scenario("muon_at_same_time", "slot", "rejected", (Put("wp_muon", 0, light=1_000.0), *pair(0, first=1))),
    Scenario("light_at_threshold", "slot", "found", (Put("wp_muon", -3 * c.MS, light=400.0), *pair(0, first=1))),
    Scenario(
        "prompt_without_vertex",
        "slot",
        "rejected",
        (Put("ibd_prompt", 0, 4.0, NAN), Put("ibd_delayed", 200 * c.US, c.CAPTURE_H, 0.0, 0)),
    ),
    Scenario(
        "delayed_without_vertex",
        "slot",
        "rejected",
        (Put("ibd_prompt", 0, 4.0), Put("ibd_delayed", 200 * c.US, c.CAPTURE_H, NAN, 0)),
    ),
)


def zeros(timeline: Timeline, where: str) -> list[int]:
    """The times, in order, at which scenarios of a sort may stand."""
    same_run = timeline.run[1:] == timeline.run[:-1]
    same_index = timeline.index[1:] == timeline.index[:-1]
    if where == "slot":
        length = timeline.stop - timeline.start
        return sorted(int(t) for share in SLOTS for t in timeline.start + (share * length).astype(np.int64))
    chosen = {"index": same_run & ~same_index, "file": same_run & same_index, "run": ~same_run}[where]
    return [int(t) for t in timeline.stop[:-1][chosen]]


def place_scenarios(store: EventStore, timeline: Timeline, seed: int) -> list[Placed]:
    """Adds the records of every scenario that has a place; each border and slot is used once."""
    random = random_for(seed, "scenarios")
    free = {where: zeros(timeline, where) for where in ("index", "file", "run", "slot")}
    placed = []
    for scenario in AT_BORDERS + IN_FILES:
        if free[scenario.where]:
            t = free[scenario.where].pop(0)
            placed.append(Placed(len(placed) + 1, t, len(store), scenario))
            store.add(records(random, placed[-1]))
    return placed


def records(random: Random, placed: Placed) -> Events:
    """The records of one scenario at its place, 3-6 m from the centre so that all lie in the fiducial volume."""
    puts = placed.scenario.puts
    place = directions(random, 1) * random.uniform(3_000.0, 6_000.0)
    away = np.array([put.away for put in puts])[:, None]
    is_pool = np.array([put.process in ("cd_muon_wp", "wp_muon") for put in puts])
    position = np.where(is_pool[:, None], np.nan, place - away * place / np.linalg.norm(place))
    block = make_events(
        "ibd_prompt",
        np.array([placed.t + put.at for put in puts]),
        np.array([put.energy for put in puts]),
        position,
        parent=np.array([-1 if put.parent is None else placed.first + put.parent for put in puts]),
        order=np.array([0 if put.parent is None else 1 for put in puts]),
        light=np.array([put.light for put in puts]),
        tracks=tracks_of(puts, place),
        injected=placed.number,
    )
    block.process[:] = [c.PROCESS[put.process] for put in puts]
    block.detector[:] = np.where(is_pool, c.WP, c.CD)
    block.written[:] = [put.written for put in puts]
    block.early[:] = [put.early for put in puts]
    return block


def tracks_of(puts: tuple[Put, ...], place: Array) -> Tracks:
    """One downward track through the place for every muon record."""
    has_track = np.array(["muon" in put.process for put in puts])
    through = place[0] + [0.0, 0.0, 17_000.0]
    values = np.tile(np.array([*through, 0.0, 0.0, -1.0], np.float32), (int(has_track.sum()), 1))
    return Tracks(has_track.astype(np.int32), values)


def disturbs(events: Events, placed: list[Placed]) -> Array:
    """Natural records that stand in the quiet stretch of a scenario [events]."""
    t = events.t
    put = np.sort(t[events.injected > 0])
    fenced = np.concatenate([[-c.DAY], put, [1_000 * c.DAY]])
    after = np.searchsorted(put, t)
    near = (t - fenced[after] <= QUIET) | (fenced[after + 1] - t <= QUIET)
    central = (events.detector == c.CD) & (events.process != c.PROCESS["cd_muon"]) & (events.energy > NEUTRON_LIKE)
    central &= events.x**2 + events.y**2 + events.z**2 < CENTRAL**2
    before = np.zeros(len(t), bool)
    for one in placed:
        at = [item.at for item in one.scenario.puts]
        before |= central & (t >= one.t + min(at) - QUIET_BEFORE) & (t <= one.t + max(at))
    return (near | before) & (events.injected == 0)
