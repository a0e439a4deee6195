"""Random events and what DuckDB says of their windows, as one JSON object: `events`, `keys`, `spans`, and `answers` by name.

Each answer is a list of rows of whole numbers; an event is its row number `i` in the total order (t, file, entry).
"""

from __future__ import annotations

import json
import sys

import duckdb
import numpy as np

seed, count = int(sys.argv[1]), int(sys.argv[2])
rng = np.random.default_rng(seed)
# Gaps from a geometric law: a third of the events is simultaneous with its neighbour, and there are long pauses.
t = np.cumsum(rng.geometric(0.4, count) - 1 + np.where(rng.random(count) < 0.02, 200, 0))
file, entry = rng.integers(0, 3, count), rng.permutation(count)
order = np.lexsort((entry, file, t))
t, file, entry = t[order], file[order], entry[order]
columns = {
    "i": np.arange(count),
    "t": t,
    "file": file,
    "entry": entry,
    "n": rng.integers(-4, 5, count),
    "E": rng.integers(0, 64, count) / 8,
    "muon": rng.random(count) < 0.1,
}
start = rng.integers(0, t[-1] + 1, 12)
spans = {"start": start, "stop": start + rng.integers(-2, 40, 12)}
keys = {"k": np.arange(-3, 8), "value": rng.integers(0, 100, 11)}

database = duckdb.connect()
for name, table in {"e": columns, "keys": keys, "spans": spans}.items():
    database.register(f"{name}_view", {key: np.asarray(values) for key, values in table.items()})
    database.execute(f"create table {name} as select * from {name}_view")

# Row numbers are the total order, so `b.i > a.i` is "b after a".
answers = {
    "count after": "select a.i, (select count(*) from e b where b.i > a.i and b.t - a.t between 0 and 5) from e a order by a.i",
    "count before": "select a.i, (select count(*) from e b where b.i < a.i and b.t - a.t between -7 and -1) from e a order by a.i",
    "sum of both sides": "select a.i, (select coalesce(sum(b.n), 0)::bigint from e b where b.i <> a.i and b.t - a.t between -3 and 3) from e a order by a.i",
    "largest after": "select a.i, (select max(b.E) from e b where b.i > a.i and b.t - a.t between 0 and 4 and b.n > a.n) from e a order by a.i",
    "last before": "select a.i, (select arg_max(b.n, b.i) from e b where b.i < a.i and b.t - a.t between -20 and 0 and b.muon) from e a order by a.i",
    "veto": "select a.i from e a where not exists (select 1 from e m where m.muon and a.t between m.t and m.t + 6) order by a.i",
    "veto if": "select a.i from e a where not exists (select 1 from e m where m.muon and a.t between m.t - 2 and m.t + 9 and a.E < m.E) order by a.i",
    "keep": "select a.i from e a where exists (select 1 from e m where m.muon and a.t between m.t + 1 and m.t + 8) order by a.i",
    "each": "select a.i, b.i from e a join e b on b.i > a.i and b.t - a.t between 0 and 5 where a.E > 3 and b.E < 2 order by a.i, b.i",
    "first": "select a.i, min(b.i) from e a join e b on b.i > a.i and b.t - a.t between 2 and 9 where b.E < a.E group by a.i order by a.i",
    "last": "select a.i, max(b.i) from e a join e b on b.i < a.i and b.t - a.t between -9 and 0 where b.muon group by a.i order by a.i",
    "nearest": """
        select i, j from (
            select a.i as i, b.i as j, row_number() over (partition by a.i order by abs(b.t - a.t), b.i) as k
            from e a join e b on b.i <> a.i and b.t - a.t between -8 and 8 where b.muon)
        where k = 1 order by i""",
    "without": """
        select a.i, b.i from e a join e b on b.i > a.i and b.t - a.t between 0 and 6
        where a.E > 2 and b.n > 0
            and not exists (select 1 from e o where o.i > a.i and o.i < b.i and o.n < 0)
            and not exists (select 1 from e o where o.i <> a.i and o.i <> b.i and o.t between a.t - 2 and b.t + 2 and o.muon)
        order by a.i, b.i""",
    "chain": """
        select a.i, b.i, c.i from e a
            join e b on b.i > a.i and b.t - a.t between 1 and 6
            join e c on c.i > b.i and c.t - b.t between 1 and 6
        where a.muon and b.E < 3 order by a.i, b.i, c.i""",
    "burst": """
        with w as (select t, (select count(*) from e b where b.t between a.t and a.t + 10) as held from (select distinct t from e) a),
            s as (select t, t - lag(t) over (order by t) as gap from w where held >= 11),
            g as (select t, sum(case when gap is null or gap > 10 then 1 else 0 end) over (order by t) as g from s),
            b as (select min(t) as start, max(t) + 10 as stop from g group by g)
        select e.i, (select min(f.i) from e f where f.t = b.start) from e join b on e.t between b.start and b.stop order by e.i""",
    "shifted": "select a.i, b.i from e a join e b on b.t + 50 - a.t between 0 and 3 and (b.t + 50, b.file, b.entry) > (a.t, a.file, a.entry) and b.i <> a.i where a.muon order by a.i, b.t, b.i",
    "join": "select e.i, keys.value from e join keys on keys.k = e.n order by e.i",
    "join optional": "select e.i, keys.value from e left join keys on keys.k = e.n * 2 order by e.i",
    "union": """
        select t, file, entry, E from (
            select t, file, entry, E from e where muon
            union all select t + 3, file + 3, entry, -E from e where n > 2)
        order by t, file, entry""",
    "group": "select n, count(*), count(*) filter (where muon), coalesce(sum(E) filter (where muon), 0)::double, arg_min(i, i) from e group by n order by n",
    "half open after": "select a.i, (select count(*) from e b where b.i > a.i and b.t - a.t >= 2 and b.t - a.t < 6) from e a order by a.i",
    "half open before": "select a.i, (select count(*) from e b where b.i < a.i and a.t - b.t >= 2 and a.t - b.t < 6) from e a order by a.i",
    "half open of": "select a.i, (select count(*) from e b where b.i <> a.i and b.t - a.t >= -3 and b.t - a.t < 4) from e a order by a.i",
    "smallest, mean, spread": """
        select a.i,
            (select min(b.E) from e b where b.i <> a.i and b.t - a.t between -2 and 2),
            (select round(avg(b.n) * 1e9)::bigint from e b where b.i <> a.i and b.t - a.t between -2 and 2),
            (select round(stddev_pop(b.n) * 1e9)::bigint from e b where b.i <> a.i and b.t - a.t between -2 and 2),
            (select median(b.E) from e b where b.i <> a.i and b.t - a.t between -2 and 2)
        from e a order by a.i""",
    "first after": "select a.i, (select arg_min(b.n, b.i) from e b where b.i > a.i and b.t - a.t between 1 and 9 and b.E > a.E) from e a order by a.i",
    "any and all": """
        select a.i from e a
        where exists (select 1 from e b where b.i > a.i and b.t - a.t between 0 and 3 and b.muon)
            and not exists (select 1 from e b where b.i < a.i and b.t - a.t between -4 and 0 and not b.n < 3)
        order by a.i""",
    "keep if": "select a.i from e a where exists (select 1 from e m where m.muon and a.t between m.t - 9 and m.t - 1 and a.n < m.n) order by a.i",
    "during": "select a.i from e a where exists (select 1 from spans s where a.t >= s.start and a.t < s.stop) order by a.i",
    "veto during": "select a.i from e a where not exists (select 1 from spans s where a.t >= s.start and a.t < s.stop) order by a.i",
    "each between": """
        select a.i, b.i, c.i from e a join e b on b.i > a.i and b.t - a.t between 0 and 6 join e c on c.i > a.i and c.i < b.i
        where a.muon and c.n > 1 order by a.i, b.i, c.i""",
    "each between with offsets": """
        select a.i, b.i, c.i from e a join e b on b.i > a.i and b.t - a.t between 2 and 5
            join e c on c.i <> a.i and c.i <> b.i and c.t between a.t - 3 and b.t - 1
        where a.muon order by a.i, b.i, c.i""",
    "between two, counted": """
        select a.i, b.i, (select count(*) from e c where c.i > a.i and c.i < b.i and c.E < 4),
            (select count(*) from e c where c.i <> a.i and c.i <> b.i and c.t between a.t - 2 and b.t + 3)
        from e a join e b on b.i > a.i and b.t - a.t between 0 and 9 where a.muon order by a.i, b.i""",
    "nearest of ties": """
        select i, j from (
            select a.i as i, b.i as j, row_number() over (partition by a.i order by abs(b.t - a.t), b.i) as k
            from e a join e b on b.i <> a.i and b.t - a.t between -3 and 3 where b.n > a.n)
        where k = 1 order by i""",
    "nearest before": """
        select i, j from (
            select a.i as i, b.i as j, row_number() over (partition by a.i order by a.t - b.t, b.i) as k
            from e a join e b on b.i < a.i and a.t - b.t between 1 and 7 where a.muon)
        where k = 1 order by i""",
    "last half open": "select a.i, max(b.i) from e a join e b on b.i > a.i and b.t - a.t >= 1 and b.t - a.t < 7 where b.E < a.E group by a.i order by a.i",
    "without on both sides": """
        select a.i from e a where a.muon
            and not exists (select 1 from e o where o.i < a.i and a.t - o.t between 0 and 4 and o.E > 6)
            and not exists (select 1 from e o where o.i <> a.i and o.t - a.t between -1 and 5 and o.n > a.n + 5)
        order by a.i""",
    "choice before isolation": """
        select a.i, f.j from e a
            join (select a.i as i, min(b.i) as j from e a join e b on b.i > a.i and b.t - a.t between 0 and 8 where b.n > 2 group by a.i) f on f.i = a.i
        where a.E > 5 and not exists (select 1 from e o where o.i > f.j and o.t - (select t from e where i = f.j) between 0 and 2)
        order by a.i""",
    "match of matches": """
        select a.i, b.i, c.i from e a
            join e b on b.i > a.i and b.t - a.t between 0 and 4
            join e c on c.i > a.i and c.i <> b.i and c.t - a.t between 5 and 12
        where a.muon and b.n > 0 and c.muon order by a.i, b.i, c.i""",
    "window about a match": """
        select a.i, b.i, (select count(*) from e o where o.i > b.i and o.i <> a.i and o.t - b.t between 0 and 5)
        from e a join e b on b.i > a.i and b.t - a.t between 0 and 4 where a.muon order by a.i, b.i""",
    "time bins": "select (t // 100) * 100, count(*), sum(n)::bigint from e group by 1 order by 1",
}

print(
    json.dumps(
        {
            "events": {name: values.tolist() for name, values in columns.items()},
            "keys": {name: values.tolist() for name, values in keys.items()},
            "spans": {name: values.tolist() for name, values in spans.items()},
            "answers": {name: [list(row) for row in database.execute(sql).fetchall()] for name, sql in answers.items()},
        }
    )
)
