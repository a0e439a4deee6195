"""Random selections with the live time of each, by a sweep over the ends of intervals in whole nanoseconds.

Prints one JSON object a line: `data` (streams with events and good time, lists of spans), `plan` (nested objects with one
key for the operation), and `live` (ns by run). It shares nothing with Sift but the meaning of the words.
"""

from __future__ import annotations

import json
import random
import sys

EPOCH = 1_764_547_200_123_456_789
SECOND = 1_000_000_000


def sweep(sets, keep):
    """The intervals where `keep` holds of the tuple that says in which of the sets a time lies."""
    ends = sorted(
        [(start, number, 1) for number, own in enumerate(sets) for start, stop in own if start < stop]
        + [(stop, number, -1) for number, own in enumerate(sets) for start, stop in own if start < stop]
    )
    depth, found, begun = [0] * len(sets), [], None
    for at, (time, number, step) in enumerate(ends):
        depth[number] += step
        if at + 1 < len(ends) and ends[at + 1][0] == time:
            continue
        inside = keep(tuple(level > 0 for level in depth))
        if inside and begun is None:
            begun = time
        elif not inside and begun is not None:
            found.append((begun, time))
            begun = None
    return found


def by_run(good):
    runs = {}
    for run, start, stop in good:
        runs.setdefault(run, []).append((start, stop))
    return runs


def kept(good, intervals, inside=True):
    return [
        (run, *part)
        for run, spans in by_run(good).items()
        for part in sweep([spans, intervals], lambda at: at[0] and at[1] == inside)
    ]


def union(left, right, how):
    a, b = by_run(left), by_run(right)
    found = []
    for run in a.keys() | b.keys():
        one_sided = run not in a or run not in b
        if how == "both" or (how == "runs" and not one_sided):
            parts = sweep([a.get(run, []), b.get(run, [])], all)
        else:
            parts = sweep([a.get(run, []) + b.get(run, [])], any)
        found += [(run, *part) for part in parts]
    return found


def events(source, data):
    times = [t for t, flag in data["streams"][source["stream"]]["events"] if flag or not source["flagged"]]
    return [t + source["by"] for t in times]


def good_time(plan, data):
    ((operation, given),) = plan.items()
    if operation == "stream":
        return [tuple(span) for span in data["streams"][given]["good"]]
    if operation == "union":
        return union(good_time(given["left"], data), good_time(given["right"], data), given["how"])
    good = good_time(given["input"], data)
    if operation == "veto":
        windows = [(t + given["low"], t + given["high"] + 1) for t in events(given["source"], data)]
        return kept(good, windows, given["mode"] == "keep")
    if operation == "during":
        return kept(good, data["spans"][given["spans"]], given["mode"] == "keep")
    if operation == "within":
        seen = [span[1:] for span in good_time(given["of"], data)]
        return kept(good, seen, given["mode"] == "keep")
    if operation == "shift":
        return [(run, start + given["by"], stop + given["by"]) for run, start, stop in good]
    if operation == "complete":
        for window in given["windows"]:
            whole = sweep([[span[1:] for span in good_time(window["of"], data)]], any)
            good = kept(good, [(start - window["low"], stop - window["high"]) for start, stop in whole])
        return good
    raise ValueError(operation)


class Maker:
    def __init__(self, rng):
        self.rng = rng

    def stream(self):
        rng, good, at = self.rng, [], 0
        for run in rng.sample(range(1, 5), 3):
            for _ in range(rng.randrange(3)):
                at += rng.choice([0, 1, SECOND, rng.randrange(20 * SECOND)])
                stop = at + rng.choice([1, rng.randrange(1, 60 * SECOND)])
                good.append((run, EPOCH + at, EPOCH + stop))
                at = stop
        times = sorted(EPOCH + rng.randrange(max(1, at)) for _ in range(rng.randrange(40)))
        return {"good": good, "events": [(t, rng.random() < 0.4) for t in times]}

    def data(self):
        spans = [[(lambda s: (s, s + self.rng.randrange(-3, 30 * SECOND)))(EPOCH + self.rng.randrange(100 * SECOND)) for _ in range(self.rng.randrange(6))] for _ in range(2)]
        return {"streams": {name: self.stream() for name in "ab"}, "spans": spans}

    def source(self):
        by = self.rng.choice([0, 0, 5, -SECOND])
        return {"stream": self.rng.choice("ab"), "flagged": self.rng.random() < 0.5, "by": by}

    def window(self):
        low = self.rng.choice([0, 0, -5_000_000, 1_000_000, -3 * SECOND])
        return low, low + self.rng.choice([0, 1, 5_000_000, 2 * SECOND])

    def plan(self, depth):
        if depth == 0:
            return {"stream": self.rng.choice("ab")}
        operation = self.rng.choice(["veto", "veto", "during", "within", "shift", "union", "complete"])
        if operation == "union":
            how = self.rng.choice(["runs", "either", "both"])
            return {"union": {"left": self.plan(depth - 1), "right": self.plan(depth - 1), "how": how}}
        given = {"input": self.plan(depth - 1)}
        if operation in ("veto", "during", "within"):
            given["mode"] = self.rng.choice(["veto", "keep"]) if self.rng.random() < 0.6 else "veto"
        if operation == "veto":
            given["source"] = self.source()
            given["low"], given["high"] = self.window()
        if operation == "during":
            given["spans"] = self.rng.randrange(2)
        if operation == "within":
            given["of"] = self.plan(self.rng.randrange(depth))
        if operation == "shift":
            given["by"] = self.rng.choice([7, -SECOND, 40 * SECOND])
        if operation == "complete":
            windows = [dict(zip(("low", "high"), self.window())) for _ in range(self.rng.randrange(1, 3))]
            given["windows"] = [{**window, "of": self.plan(self.rng.randrange(depth))} for window in windows]
        return {operation: given}


for number in range(int(sys.argv[1])):
    maker = Maker(random.Random(number))
    data, plan = maker.data(), maker.plan(1 + number % 4)
    live = {run: sum(stop - start for start, stop in spans) for run, spans in by_run(good_time(plan, data)).items()}
    case = {"data": data, "plan": plan, "live": live}
    print(json.dumps(case))
