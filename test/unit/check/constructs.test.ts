import { describe, expect, test } from 'vitest'
import { compile, type Compilation } from '../../../dsl/compile.ts'
import type { Query } from '../../../dsl/ir/plan.ts'
import { library } from './library.ts'
import { lookText, planText } from './text.ts'

const opening = `events = from "ev"
muons = from "ev" where qtot > 3e4 pe
ibd = from "ev" match p with d within 1 ms
wp = from "wp"
rec = from "x.esd.root"
psd = from "psd"`

function compiled(text: string): Compilation {
  const { names } = compile(opening, { cell: 1, names: new Map(), catalog: library })
  return compile(text, { cell: 2, names, catalog: library })
}

function query(text: string): Query {
  const { statements, diagnostics } = compiled(text)
  const last = statements.at(-1)
  if (last?.kind !== 'query') throw new Error(diagnostics.map(({ message }) => message).join('\n') || 'no query')
  return last.query
}

/** The plan of a cell, without that of its match. */
function planOf(text: string): string {
  const found = query(text)
  if (found.kind === 'number') throw new Error('a number')
  return planText(found.plan).replaceAll("ev | match p each d in (ev) [0, 1000000] after 'p.'", 'IBD')
}

function told(text: string): string {
  return compiled(text)
    .diagnostics.map(({ code, message }) => `${code} ${message}`)
    .join('\n')
}

const psd = '(psd | renumber file by 1, 0, 2)'
const bare = 'select file = file, entry = entry'
const renumbered = 'x.esd.root | renumber file by 1, 0'
const rec = `(${renumbered} | ${bare})`
const byEvent = 'by file = file, entry = entry'

const plans: readonly (readonly [string, string])[] = [
  ['from events shift by -1 s', 'ev | shift -1000000000'],
  ['from events burst of at least 10 within 1 s', 'ev | burst 10 within 1000000000'],
  ['from events burst of at least 2 within 1.5 ns', 'ev | burst 2 within 1'],
  [
    'from events burst of at least 2 within 1 s group by burst_id: n = count()',
    'ev | burst 2 within 1000000000 | group burst_id.file = burst_id.file, burst_id.entry = burst_id.entry: n = count()',
  ],
  ['from ibd sample 10 %', 'IBD | sample 0.1 of uuid of a, uuid of b'],
  ['from union(events, wp)', 'union(ev; wp | renumber file by 2)'],
  ['from union(events, wp, good: either)', 'union(ev; wp | renumber file by 2) good either'],
  [
    'from events match a with w in wp within 1 ms',
    "ev | match a each w in (wp | renumber file by 2) [0, 1000000] after 'a.'",
  ],
  [
    'from events where count(wp within 1 ms before this) > 0',
    'ev | filter greater(count{(wp | renumber file by 2) [-1000000, 0] before \'\'}, 0) "count(wp within 1 ms before this) > 0"',
  ],
  ['from events veto within 5 ms after wp', 'ev | veto [0, 5000000] about (wp)'],
  ['from events join s in psd', `ev | join s in ${psd} ${byEvent}, else drop`],
  ['from events join r in rec', `ev | join r in ${rec} ${byEvent}, else error`],
  ['from events join optional r in rec', `ev | join r in ${rec} ${byEvent}, else missing`],
  [
    'from events join r in (from rec where chi2 < 3)',
    'ev | join r in (x.esd.root | filter less(chi2, 3) "chi2 < 3" | renumber file by 1, 0) by file = file, entry = entry, else drop',
  ],
  ['from ibd join r in rec by d', `IBD | join r in ${rec} by d.file = file, d.entry = entry, else error`],
  ['from ibd join o in ibd by d', 'IBD | join o in (IBD) by d.file = d.file, d.entry = d.entry, else drop'],
  ['from events join q in "run_table" by run', 'ev | join q in (run_table) by run = run, else drop'],
  [
    'from events define height = z join q in "run_table" by run, height',
    'ev | define height = z | join q in (run_table) by run = run, height = multiply(height, 10), else drop',
  ],
  [
    'from events join optional s in psd where s exists and s.score > 0.8',
    `ev | join s in ${psd} ${byEvent}, else missing | filter and(exists(s.file), greater(s.score, 0.8)) "s exists and s.score > 0.8"`,
  ],
  [
    'from events join optional s in psd where s.quality exists and s.score > 0.8',
    `ev | join s in ${psd} ${byEvent}, else missing | filter and(exists(s.quality), greater(s.score, 0.8)) "s.quality exists and s.score > 0.8"`,
  ],
  [
    'from events join optional r in rec where r exists and count(r.hits) > 3',
    `ev | join r in (${renumbered} | ${bare}, hits = hits) ${byEvent}, else missing | filter and(exists(r.file), greater(count[r.hits], 3)) "r exists and count(r.hits) > 3"`,
  ],
  [
    'from events where any(hits where charge > 3 pe)',
    'ev | filter any[hits where greater(element.charge, 3 pe)] "any(hits where charge > 3 pe)"',
  ],
  [
    'from events where all(hits where charge > 3 pe)',
    'ev | filter all[greater(element.charge, 3 pe) of hits] "all(hits where charge > 3 pe)"',
  ],
  [
    'from events where any(hits.charge > 3 pe)',
    'ev | filter any[greater(element.charge, 3 pe) of hits] "any(hits.charge > 3 pe)"',
  ],
  [
    'from events define s = sum(charge of hits where time > 1 us)',
    'ev | define s = sum[element.charge of hits where greater(element.time, 1000 ns)]',
  ],
  ['from events define s = sum(hits.charge * qtot)', 'ev | define s = sum[multiply(element.charge, qtot) of hits]'],
  ['from events define s = hits[2].charge', 'ev | define s = hits[2].charge'],
  ['from events select hits', 'ev | select hits = hits'],
  [
    'from rec define n = count(times where times > 3 ns)',
    'x.esd.root | define n = count[times where greater(element., 3 ns)]',
  ],
  ['from rec define m = times[1]', 'x.esd.root | define m = times[1].'],
  [
    'fn early(h) = count(h where time < 50 ns)\nfrom events define n = early(hits)',
    'ev | define n = count[hits where less(element.time, 50 ns)]',
  ],
  [
    'from ibd define n = count(p.hits), m = sum(charge of d.hits)',
    'IBD | define n = count[p.hits], m = sum[element.charge of d.hits]',
  ],
  ['from events group by run: n = mean(count(hits))', 'ev | group run = run: n = mean(count[hits])'],
  [
    'from events group by run: e = mean(E where qtot > 5 pe)',
    'ev | group run = run: e = mean(E where greater(qtot, 5 pe))',
  ],
  [
    'from ibd group by run: e = sum(E of d where E > 2 MeV)',
    'IBD | group run = p.run: e = sum(d.E where greater(d.E, 2 MeV))',
  ],
  [
    'from ibd group by day = bin(t, 1 d): rate = count() / livetime()',
    'IBD | group day = binInstant(p.t, 86400000000000 ns): ~1 = count(), ~livetime = livetime() | select day = day, rate = divide(~1, ~livetime)',
  ],
  [
    'from events where all(events where E > 1 MeV within 1 ms after this)',
    'ev | filter all{greater(other.E, 1 MeV) of (ev) [0, 1000000] after \'\'} "all(events where E > 1 MeV within 1 ms after this)"',
  ],
  ['from events keep good: during "good_runs.csv"', 'ev | keep during rows of (good_runs.csv)'],
  ['from events veto during ibd', 'ev | veto during goodTime of (IBD)'],
  ['from ibd complete', 'IBD | complete [0, 1000000] in (ev)'],
  [
    'from events veto within 1 .. 5 ms after muons complete',
    'ev | veto [1000000, 5000000] about (ev | filter greater(qtot, 30000 pe) "qtot > 3e4 pe") | complete [-5000000, -1000000] in (ev)',
  ],
  [
    'cutflow (from events select t, file, entry, E where E > 1 MeV) by det',
    'ev | select t = t, file = file, entry = entry, E = E, det = det | filter greater(E, 1 MeV) "E > 1 MeV"',
  ],
  ['save ibd to sniper("job.py", margin: 2 ms)', 'IBD'],
]

describe('the plan of', () => {
  test.each(plans)('%s', (cell, plan) => {
    expect(planOf(cell)).toBe(plan)
  })
})

test('a union converts to the units of the first stream, and lacks what a stream has not', () => {
  const found = planOf('from union("ev", "2026")')
  expect(found).toContain('renumber file by 1, 2 | select t = t')
  expect(found).toContain('E = divide(E, 1000), x = x')
  expect(found).toContain('hits = missing list)')
})

test('what a stream of streams looks at is composed along the chain', () => {
  const found = query(`from events match a in ibd
  with b in (from events where count(muons within 2 ms before this) > 0) within 1 .. 5 ms after a.d
  with c between a and b`)
  expect(found.kind === 'table' && found.windows?.map(lookText)).toEqual([' [-1000000, 6000000] in (ev)'])
})

test('a shift moves what the stream below it looks at', () => {
  const found = query('from (from events veto within 1 ms after muons shift by 5 ms)')
  expect(found.kind === 'table' && found.windows?.map(lookText)).toEqual([' [-6000000, -5000000] in (ev)'])
})

test('a join with event data adds the columns that the query names, through roles too', () => {
  const cells = `full = from events join r in rec
pairs = from full match a with b where r.chi2 < 3 within 1 ms
from pairs where a.r.ndf > 2`
  const side = (columns: string): string => `${renumbered} | ${bare}${columns}`
  expect(planOf(cells)).toContain(side(', chi2 = chi2, ndf = ndf'))
  expect(planOf('from (from events join r in rec) select r.hits')).toContain(side(', hits = hits'))
})

describe('a window that holds more than fits in memory', () => {
  const catalog = { ...library, rate: (key: string) => (key === 'ev' ? 1000 : undefined) }
  const problems = (text: string, maxWindowNs = 0): readonly string[] =>
    compile(text, { cell: 1, names: new Map(), catalog, maxWindowNs }).diagnostics.map(({ message }) => message)
  const cell = 'from "ev" match a with b within 10 h'

  test('is refused by what the files say of their rate', () => {
    expect(problems(cell)).toEqual([
      'This window needs 10 h of data around each slice: about 36 000 000 events at 1 000 Hz, 4 GB with 15 columns. Select fewer columns, or confirm with `use local(max_window: 10 h)`.',
    ])
    expect(problems('from "psd" where count("ev" within 10 h before this) > 1')).toHaveLength(1)
  })

  test('is allowed where it is short, sparse, of few columns, of an unknown rate, or confirmed', () => {
    expect(problems(cell.replace('10 h', '4 h'))).toEqual([])
    expect(problems(cell.replace('"ev"', '"psd"'))).toEqual([])
    expect(problems('from "ev" select t, file, entry match a with b within 10 h')).toEqual([])
    expect(problems(cell, 3.6e13)).toEqual([])
  })
})

test('a cutflow is split by a column of the rows before all cuts', () => {
  const found = query('cutflow ibd by run')
  expect(found.kind === 'cutflow' && [found.by?.name, found.by?.value.name]).toEqual(['run', 'run'])
})

test('a saved stream tells the files that its numbers stand for', () => {
  const found = query('save (from union(events, wp)) to "all.parquet"')
  expect(found.kind === 'save' && found.files?.map(({ path }) => path)).toEqual([
    '/esd/a.root',
    '/esd/b.root',
    '/esd/w.root',
  ])
})

test('explain tells the plan as one would write it', () => {
  const found = query('explain (from ibd veto mu: within 5 ms after muons where d.E - p.E > 1 MeV)')
  expect(found.kind === 'explain' && found.text).toBe(`scan of 15 columns
match p
  with each d within 0 ns .. 1 ms after p
    scan of 15 columns
veto mu: within 0 ns .. 5 ms after any of
  scan of 15 columns
  where qtot > 30000 pe
where (d.E - p.E) > 1 MeV

by the laws
  veto … where c = where c veto …; the same for keep and during
  match p with each d where c … where c′(p, d) = match p with each d where c and c′ …

it is run as
scan of 15 columns
match p
  with each d within 0 ns .. 1 ms after p where (d.E - p.E) > 1 MeV
    scan of 15 columns
veto mu: within 0 ns .. 5 ms after any of
  scan of 15 columns
  where qtot > 30000 pe`)
})

test('use chooses a backend, sizes in bytes and times in ns', () => {
  const [statement] = compiled('use local(threads: 4, memory: "1.5g", max_window: 1 h)').statements
  expect(statement).toMatchObject({
    kind: 'definition',
    name: 'local',
    use: { backend: 'local', options: { threads: 4, memory: 1_610_612_736, max_window: 3.6e12 } },
  })
})

const mistakes: readonly (readonly [string, string])[] = [
  [
    'from events shift by 1',
    'S132 What a stream is shifted by is a constant time, such as `1 ms`; this is a pure number (`1`).',
  ],
  [
    'from events group by bin(t, 1 m): n = count()',
    'S132 The width of a bin of time is a constant time, such as `1 ms`; this is a length (`1 m`).',
  ],
  [
    'from ibd shift by 1 s',
    'S121 `shift` needs events, but `ibd` is a match of `p` and `d`. Put `shift` before `match`.',
  ],
  ['from events shift by 0.5 ns', 'S124 Instants are whole nanoseconds, and so is what they are shifted by.'],
  [
    'from events burst of at least 0 within 1 s',
    'S120 `burst` needs a whole number of events, 1 or more; this is `0`.',
  ],
  ['from events burst of at least 3 within -1 s', 'S124 A window of `-1 s` holds nothing.'],
  ['from events sample 2', 'S120 `sample` needs a share from 0 to 1, such as `1 %`; this is `2`.'],
  [
    'from (from events group by run: n = count()) sample 1 %',
    'S121 `sample` needs rows of events, which it draws by their file and entry, but the rows of `group by run` refer to none.',
  ],
  ['from union(events)', 'S119 `union` takes two streams or more; there is 1.'],
  [
    'from union(events, ibd)',
    'S121 `union` needs events, but `ibd` is a match of `p` and `d`. Put `union` before `match`.',
  ],
  [
    'from union(events, wp, good: neither)',
    'S124 `union` takes streams, and `good: either` or `good: both` for what is their good time.',
  ],
  [
    'from union(events, (from events define mass = E), (from events define mass = x))',
    'S104 Cannot unite `mass` of `events`, an energy [MeV], with `mass` of `events`, a length [mm].',
  ],
  [
    'from union((from events define k = E), (from events define k = det))',
    'S137 Cannot unite `k` of `events`, an energy [MeV], with `k` of `events`, a text.',
  ],
  [
    'from events join s in "strange"',
    'S114 `strange` and `events` have different file tables: 2 of 2 files differ, first `/esd/y.root`; entries would not correspond.',
  ],
  [
    'from events join s in "remade"',
    'S114 `remade` and `events` have different file tables: 1 of 2 files differ, first `/esd/b.root`; entries would not correspond.',
  ],
  [
    'from events join q in "run_table"',
    'S121 `join … by event` needs rows that refer to events, but the rows of `run_table` refer to none. Join by a column that both sides have: `by run`.',
  ],
  ['from events join q in "run_table" by det', 'S102 `run_table` has no column `det`. Columns: run, quality, height'],
  ['from events join E in psd', 'S117 `events` has a column `E` already. Give the new one another name.'],
  [
    'from events join optional s in psd where s.score > 0.8',
    'S111 `s.score` comes from `join optional` (line 1 of cell 2) and may be missing. Write `s exists and s.score > 0.8`, or `s.score ?? …` with a value for those rows.',
  ],
  [
    'from events join optional s in psd where s exists and s.quality > 0.8',
    'S111 `s.quality` comes from `join optional` (line 1 of cell 2) and may be missing. Write `s.quality exists and s.quality > 0.8`, or `s.quality ?? …` with a value for those rows.',
  ],
  [
    'from events join optional r in rec where count(r.hits) > 3',
    'S111 `count(r.hits)` comes from `join optional` (line 1 of cell 2) and may be missing. Write `r exists and count(r.hits) > 3`, or `count(r.hits) ?? …` with a value for those rows.',
  ],
  [
    'from events where max(hits.charge) > 3 pe',
    'S111 `max(hits.charge)` is of nothing in some rows and may be missing. Write `max(hits.charge) ?? …` with a value for those rows.',
  ],
  [
    'from events where hits[0].charge > 3 pe',
    'S111 `hits[0].charge` lies behind the end of the list in some rows and may be missing. Write `hits[0].charge ?? …` with a value for those rows.',
  ],
  [
    'from events where hits[0] > 3',
    'S136 `hits[0]` is a whole element and not a value. Name a column of it: `hits[0].charge`.',
  ],
  ['from events where hits[-1].charge exists', 'S120 An index needs a whole number, counted from 0; this is `-1`.'],
  [
    'from events where hits.chrge > 3 pe',
    'S102 `hits` has no column `chrge`. Did you mean `charge`? Columns: charge, time',
  ],
  [
    'from events where count(hits where count(hits) > 2) > 1',
    'S134 An aggregate cannot stand inside another one. Define it as a column first: `define n = count(hits)`.',
  ],
  [
    'from events where count(hits within 1 ms after this) > 2',
    'S124 A list is of one event: no window is needed, and none can be given.',
  ],
  ['from rec define m = times.x', 'S124 `times` is a list of plain values: its elements have no columns of their own.'],
  [
    'from events group by run: n = sum(charge of hits)',
    'S134 `hits` is a list in each row of the group. Reduce it in each row first: `mean(sum(charge of hits))`.',
  ],
  [
    'from events group by hits: n = count()',
    'S120 A key of a group needs one value in each row; this is a list (`hits`).',
  ],
  [
    'from events group by det: l = livetime()',
    'S124 A group has a live time where its keys are `run` or bins of time, `bin(t, 1 d)`; `det` is neither.',
  ],
  [
    'from events keep during "run_table"',
    'S121 `during` needs a stream with good time, or spans: a table with the instants `start` and `stop`, but `start` of `run_table` is not there.',
  ],
  [
    'from events keep E > 1 MeV during "good_runs.csv"',
    'S124 `keep during` is about time alone; a condition is a stage of its own: `where …`.',
  ],
  [
    'from events match a with b during ibd',
    'S124 `during` names spans of time, for `keep` and `veto`. A window of a role or an aggregate is about a row: `within 1 ms after …`.',
  ],
  ['cutflow ibd by E + 1 MeV', 'S001'],
  [
    'cutflow events by bin(t, 1 d)',
    'S120 `cutflow … by` needs a column of the rows before all cuts, such as `run`; this is `bin(t, 1 d)`.',
  ],
  ['use loca(threads: 4)', 'S124 I know no backend `loca`. Did you mean `local`?'],
  [
    'use local(thread: 4)',
    'S124 `use local` does not take `thread: 4`; its options are `threads`, `memory`, `max_window`.',
  ],
  ['use local(threads: 0)', 'S120 `threads` needs a whole number above zero; this is `0`.'],
  ['use local(memory: "lots")', 'S120 `memory` needs a size such as `"4g"`; this is `"lots"`.'],
  ['save ibd to snipr("a")', 'S124 I know nothing to save to by the name `snipr`. Did you mean `sniper`?'],
]

describe('what is said of', () => {
  test.each(mistakes)('%s', (cell, message) => {
    expect(told(cell).startsWith(message) ? message : told(cell)).toBe(message)
  })
})
