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
from events join c in "runs" by run define e = E * c.scale`,
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
from events hist E over 0 .. 10 MeV bins 2, z over 0 .. 2 m bins 2`,
  units: 'from "plain" units t: ns, E: MeV where E > 2 MeV',
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
show livetime(both)`,
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
