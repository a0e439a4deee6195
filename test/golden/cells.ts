/** What every cell stands on; the files are those of `data.ts`. */
export const opening = `events = from "events"
muons = from events where det == "WP"`

/** The four places of an aggregate: a window about each row, a group, a list of each row, a whole stream. */
function everywhere(name: string, value: string, element: string): string {
  return [
    `from events define a = ${name}(${value} of events within 200 us after this) ?? 0`,
    `from events group by run: a = ${name}(${value})`,
    `from events define a = ${name}(${element} of hits) ?? 0 pe`,
    `show ${name}(${value} of events)`,
  ].join('\n')
}

function logical(name: string): string {
  return [
    `from events define a = ${name}(events where nhit > 20 within 200 us after this)`,
    `from events group by run: a = ${name}(nhit > 20)`,
    `from events define a = ${name}(hits where charge > 2 pe)`,
  ].join('\n')
}

/** A cell for each verb of a stage. */
export const stageCells: Readonly<Record<string, string>> = {
  where: 'from events\n  where high: E > 2 MeV\n  where near: z < 1 m and det == "CD"',
  define: 'from events\n  define r = hypot(x, y, z), far = r > 1 m\n  where E > 2 MeV and far',
  select: 'from events select t, file, entry, r = hypot(x, y, z)\nfrom events select run, twice = 2 * E where run == 2',
  veto: `from events veto mu: within 250 us after muons where E < 6 MeV
from events veto close: dist(this, m) < 1 m within 1 ms after m in muons
from events veto during "spans"`,
  keep: `from events keep within 1 ms before muons
from events keep good: during "spans" where E > 2 MeV`,
  match: `from events match p where E > 2.5 MeV with d where E in 2 .. 2.5 MeV within 1 ms after p where p.E < 6 MeV and dist(p, d) < 1 m
from events match p with first d within 5 ms after p
from events match p with last d within 5 ms after p
from events match p with nearest d within 5 ms of p
from events match p without o within 100 us after p where p.E > 2 MeV
from events match p with d within 50 us after p without o between p - 99 us and d + 1 us`,
  join: `from events join p in "record" by event where E > 2 MeV and p.chi2 > 1
from events join optional s in "scores" by event where s exists and s.score > 0.5
from events join c in "runs" by run define e = E * c.scale
from events where det == "CD" join optional s in "scores" by event define score = s.score ?? 0 where E > 2 MeV`,
  burst: `from events burst of at least 3 within 150 us
from events burst of at least 2 within 200 us`,
  shift:
    'from events shift by -100 us where E > 2.5 MeV\nfrom events match p with d in (from events shift by -900 us) within 5 us after p',
  group: `from events group by run: n = count(), e = sum(E), live = livetime() where run == 2
from events group by det, many = nhit > 20: n = count()`,
  sort: 'from events sort by E desc where det == "CD"\nfrom events sort by q',
  take: 'from events take 3 where E > 1.5 MeV',
  sample: 'from events sample 50 %\nfrom events sample 100 % take 1\nfrom events sample 0 %',
  complete: `from events veto within 100 us after muons complete
from events match p with d within 200 us after p complete`,
  hist: `from events hist E over 1 .. 9 MeV bins 4
from events hist q bins [0, 2, 4]
from events hist E over 0 .. 10 MeV step 4 MeV weight nhit
from events hist E over 0 .. 10 MeV bins 2, z over 0 .. 2 m bins 2
q_edges = [0, 1, 3, 4]
from events hist q bins q_edges weight E
from events hist hits.charge over 0 .. 6 pe bins 3`,
  units: 'from "plain" units t: ns, E: MeV where E > 2 MeV',
}

/** Cells whose rows were worked out by hand from the eight events; the others were read over beside them. */
export const workedOut: ReadonlySet<string> = new Set(['hist', 'join', 'union'])

/** A cell for each statement besides pipelines, and for what is said inside of expressions and windows; worked out too. */
export const statementCells: Readonly<Record<string, string>> = {
  cutflow: `cuts = from events where high: E > 2.5 MeV where inner: z < 2 m veto mu: within 300 us after muons
cutflow cuts
cutflow cuts by run
pairs = from events match p where E > 2.5 MeV with d where E in 2 .. 2.5 MeV within 1 ms after p without o within 20 us before p
cutflow pairs`,
  describe: 'describe (from events where E > 2 MeV veto within 100 us after muons)',
  explain: `explain (from events define r = hypot(x, y, z), twice = 2 * E where twice > 5 MeV where r < 1 m veto within 300 us after muons where det == "CD")
explain muons`,
  show: 'show 2 MeV + 500 keV, count(events) > 5, max(t of events) - min(t of events), (median(E of events) ?? 0 MeV) / 1 keV',
  fn: `fn near(a, b, d = 1 m) = dist(a, b) < d
fn bright(s, least = 30) = from s where nhit >= least
from bright(events, 60) match p with d in bright(events) where near(p, d, 2.5 m) within 1 ms of p`,
  param: `param least = 3 MeV in 1 .. 5 MeV
from events where E > least`,
  save: 'save (from events where E > 3 MeV) to "high.parquet"',
  windows: `from events define n_after = count(events within 150 us after this), n_before = count(events within 150 us before this),
  n_around = count(events within 150 us of this), n_later = count(events within 50 us .. 150 us after this),
  n_open = count(events within 50 us ..< 150 us after this)
from events match p where nhit > 20 with each d within 1 ms with e where E < 7 MeV within 1 ms
from events match p with d within 1 ms after p with e in events between p and d
from events keep during (from "late")`,
  lists: `from events define n = count(hits), first = hits[0].charge ?? 0 pe, second = hits[1].charge ?? 0 pe
  where n > 0
from events where any(hits where charge > 3 pe and time < 1 ns)
from events where hits[1].charge exists and (hits[1].charge ?? 9 pe) < 3 pe`,
  values: `from events where E in 2 .. 3 MeV or nhit in [10, 500] or not (q >= 0)
from events where t >= @2025-09-01T00:00:00.005 and run not in [1]
from events define late = t - @2025-09-01, next = t + 1 ms, cost = (2 * q) ^ 2 / -4 where true`,
}

/** A cell for each function. */
export const functionCells: Readonly<Record<string, string>> = {
  count: `from events define a = count(events within 200 us after this)
from events define a = count(events where E > 2 MeV within 1 ms of this)
from events group by run: a = count()
from events define a = count(hits where charge > 1 pe)
show count(events)`,
  sum: everywhere('sum', 'nhit', 'charge'),
  mean: everywhere('mean', 'nhit', 'charge'),
  min: everywhere('min', 'nhit', 'charge'),
  max: everywhere('max', 'nhit', 'charge'),
  std: everywhere('std', 'nhit', 'charge'),
  median: everywhere('median', 'nhit', 'charge'),
  first: everywhere('first', 'nhit', 'charge'),
  last: everywhere('last', 'nhit', 'charge'),
  any: logical('any'),
  all: logical('all'),
  livetime: `quiet = from events veto within 100 us after muons
show livetime(events), livetime(quiet), count(quiet) / livetime(quiet)
from quiet group by run: live = livetime()`,
  union: `from union(events, "water")
from union(events, "water") group by det: n = count(), e = sum(E)
both = from union(events, "water")
show livetime(both)
or_ = from union((from events where E > 3 MeV), "late", good: either)
show livetime(or_)
and_ = from union((from events where E > 3 MeV), "late", good: both)
show livetime(and_), count(and_)`,
  dist: 'from events match p with d within 100 us after p define s = dist(p, d)',
  vec: 'from events define s = norm(vec(x, y, 2 * z))',
  dot: 'from events define s = dot(vec(x, y, z), vec(x, x, z))',
  cross: 'from events define s = norm(cross(vec(x, y, z), vec(1 m, 0 m, 0 m)))',
  norm: 'from events define s = norm(vec(x, y, z))',
  cross_norm: 'from events define s = cross_norm(vec(x, y, z), vec(1 m, 0 m, 0 m))',
  abs: 'from events define s = abs(q - 3)',
  sqrt: 'from events define s = sqrt(q), l = sqrt(x * x)',
  exp: 'from events define s = exp(q - q)',
  log: 'from events define s = log(E / 1 MeV)',
  log10: 'from events define s = log10(nhit)',
  sin: 'from events define s = sin(q * 30 deg)',
  cos: 'from events define s = cos(q * 60 deg)',
  tan: 'from events define s = tan(q * 45 deg)',
  asin: 'from events define s = asin(q / 4)',
  acos: 'from events define s = acos(q / 4)',
  atan: 'from events define s = atan(q)',
  atan2: 'from events define s = atan2(y, x)',
  floor: 'from events define s = floor(E / 1 MeV), n = floor(-q / 2)',
  ceil: 'from events define s = ceil(E / 1 MeV), n = ceil(-q / 2)',
  round: 'from events define s = round(E / 1 MeV), n = round(-q / 2)',
  finite: 'from events define s = finite(q)\nfrom events where finite(q)',
  hypot: 'from events define s = hypot(x, y, z)',
  bin: 'from events define s = bin(E, 2.5 MeV)\nfrom events group by late = bin(t, 1 ms): n = count()',
}
