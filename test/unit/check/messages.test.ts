import { describe, expect, test } from 'vitest'
import { diagnose } from '../../../dsl/ir/name-messages.ts'
import { check, mended, problem, told } from './catalog.ts'

const pairs = 'ibd = from "ev" match prompt where E > 1 MeV with delayed where E > 2 MeV within 1 ms\n'

/** A cell, and all that is said of it. */
const messages: readonly (readonly [string, string])[] = [
  ['from evnts', 'S101 I know no stream `evnts`. Did you mean `events` (cell 1)?'],
  ['from xyz', 'S101 I know no stream `xyz`. Names: events, muons, plain.'],
  [
    'from events where energy > 1 MeV',
    'S102 `events` has no column `energy`. Did you mean `E` [MeV]? Columns: t, run, det, E, x, y, z, qtot, nhit, stdt, chi, score, …',
  ],
  ['from events group by run where n > 1', 'S102 `group by run` has no column `n`. Columns: run'],
  ['from events where E > 0.7', 'S103 `E` is an energy [MeV] and `0.7` has no unit. Write `0.7 MeV`.'],
  ['from events where E > -3', 'S103 `E` is an energy [MeV] and `3` has no unit. Write `3 MeV`.'],
  ['from events where 0.7 < E < 12 MeV', 'S103 `E` is an energy [MeV] and `0.7` has no unit. Write `0.7 MeV`.'],
  ['from events where r < 5 MeV', 'S104 Cannot compare a length (`r` [mm]) with an energy (`5 MeV`).'],
  ['from events where E > r', 'S104 Cannot compare an energy (`E` [MeV]) with a length (`r` [mm]).'],
  ['from events define u = E + x', 'S104 Cannot add a length (`x` [mm]) to an energy (`E` [MeV]).'],
  ['from events where t + 5 MeV > @2025-01-01', 'S104 Cannot add an energy (`5 MeV`) to an instant (`t`).'],
  ['from events where E > 3 Mev', 'S105 Unknown unit `Mev`. Did you mean `MeV`?'],
  [
    'from "ev" units EE: MeV',
    'S102 `ev` has no column `EE`. Did you mean `E`? Columns: t, file, entry, run, det, E, x, y, z, qtot, nhit, stdt, chi, score, hits',
  ],
  ['from "ev" units E: Mev', 'S105 Unknown unit `Mev`. Did you mean `MeV`?'],
  ['from events where det = "CD"', 'S106 `=` names something; to compare two values write `==`.'],
  [
    'from events match prompt with d where E > 2 MeV',
    'S107 The role `d` has no window. Add for example `within 1 ms after prompt`.',
  ],
  [
    'from events match p with delayed within 1 ms without o within 1 ms after delayd',
    'S108 No role `delayd` in this match. Did you mean `delayed`?',
  ],
  [
    'from events match p with d within 1 ms after muons',
    'S108 No role `muons` in this match. `muons` is a stream: bind one of its rows by a role first, `with x in muons …`.',
  ],
  [
    `${pairs}from ibd where E > 2 MeV`,
    'S109 A row of `ibd` is a match of `prompt` and `delayed`: whose `E`? Write `prompt.E` or `delayed.E`.',
  ],
  [
    'from events define n = last(t of muons)',
    'S110 A look-back needs a window, or it would scan all data: `last(t of muons within 1 s before this)`. A number over all data stands here by a name: `n = last(t of muons)` in a line of its own.',
  ],
  [
    'fn few(s) = from s take 3\nfrom events define n = count(few(muons))',
    'S110 A look-back needs a window, or it would scan all data: `count(few(muons) within 1 s before this)`. A number over all data stands here by a name: `n = count(few(muons))` in a line of its own.',
  ],
  [
    'from events define n = count(sqrt(E))',
    'S134 `count` takes many rows, and `sqrt(E)` is no stream. Name one: `count(sqrt(E) of events within 1 s before this)`.',
  ],
  [
    'from events where score > 0.8',
    'S111 `score` has no value in some rows and may be missing. Write `score exists and score > 0.8`, or `score ?? …` with a value for those rows.',
  ],
  [
    'from events where 2 * score > 0.8',
    'S111 `2 * score` has no value in some rows and may be missing. Write `2 * score exists and 2 * score > 0.8`, or `2 * score ?? …` with a value for those rows.',
  ],
  [
    'from events hist score',
    'S111 `score` has no value in some rows and may be missing. Write `score ?? …` with a value for those rows.',
  ],
  [
    'from events where mean(E of muons within 1 s before this) > 1 MeV',
    'S111 `mean(E of muons within 1 s before this)` finds no row in some windows and may be missing. Write `mean(E of muons within 1 s before this) ?? …` with a value for those rows.',
  ],
  [
    'from events where hits.charge > 3 pe',
    'S112 `hits.charge` has many values per event. Say which: `any(hits where charge > 3 pe)`, `sum(charge of hits) > …`.',
  ],
  [
    'from events\n  sort by E desc\n  match p with d within 1 ms',
    'S113 `match` needs events in time order, but line 2 sorted them by `E`. Put `match` before `sort`.',
  ],
  [
    's = from events\n  sort by E\nfrom s where r > 1 m\n  match p with d within 1 ms',
    'S113 `match` needs events in time order, but line 2 sorted them by `E`. Put `match` before `sort`.',
  ],
  ['from events where E', 'S116 A condition is true or false; this is an energy.'],
  ['from events define E = 2 * x', 'S117 `events` has a column `E` already. Give the new one another name.'],
  ['from events define q = sqr(E)', 'S118 I know no function `sqr`. Did you mean `sqrt`?'],
  ['from events define q = sqrt(E, x)', 'S119 `sqrt` takes one value; there are 2.'],
  ['from events define q = atan2(x)', 'S119 `atan2` takes 2 values; there is 1.'],
  [
    'from events where log(E) > 0',
    'S120 `log` needs a pure number; this is an energy (`E` [MeV]). Divide it by a unit first: `log(E / 1 MeV)`.',
  ],
  ['from events hist det', 'S120 An axis needs a number; this is a text (`det`).'],
  ['from events define q = det + 1', 'S120 Arithmetic needs a number; this is a text (`det`).'],
  [
    'from plain match p with d within 1 ms',
    'S121 `match` needs events in time order, but `plain` is a table without time. If its column `t` is the time in ns since 1970, say so after the path: `units t: ns`.',
  ],
  [
    'from "untimed" match p with d within 1 ms',
    'S121 `match` needs events in time order, but `untimed` is a table without time. Its column `trigger` could be the time; it must be named `t`, with `units t: ns`.',
  ],
  ['from events take -1', 'S122 `take` takes a whole number, 0 or more; this is `-1`.'],
  [
    'from events where E in 12 .. 0.7 MeV',
    'S123 Nothing lies between `12` and `0.7 MeV`: the second bound is the lower one.',
  ],
  [
    'from events where t in @2025-02-02 .. @2025-02-01',
    'S123 Nothing lies between `@2025-02-02` and `@2025-02-01`: the second bound is the lower one.',
  ],
  ['from events where t > @2025-02-30', 'S124 There is no instant `@2025-02-30` in the calendar.'],
  ['from events hist E bins [3, 2 MeV]', 'S124 Edges of bins rise, each one above the one before it.'],
  ['from events hist E bins [2 MeV]', 'S124 Bins need two edges or more.'],
  [
    'from events match p with d within 1 yr',
    'S124 A window reaches 104 days at most: so far are times exact to the nanosecond.',
  ],
  [
    'save events to "x.txt"',
    'S125 Cannot tell a format from the name `x.txt`. Endings: .parquet, .arrow, .h5, .root, .csv.',
  ],
  [
    'from events veto within 5 ms',
    'S126 This `veto` does not say what the time is counted from. Write for example `after muons`.',
  ],
  [
    'from events match p with d within -1 ms after p',
    'S127 A bound below zero looks to the other side of `after`. Write `of`, which takes signs as written: `within -1 ms .. 0 s of …`.',
  ],
  [
    'from events where chi > 2 MeV',
    'S128 The unit of `chi` is not known, and it meets an energy (`2 MeV`). If it is, say so after the path: `units chi: MeV`.',
  ],
  ['show spectrum\nspectrum = 3', 'S101 I know no value `spectrum`. Names: events, muons, plain.'],
  ['from events where r < 3', 'S103 `r` is a length [mm] and `3` has no unit. Write `3 mm`.'],
  ['n = 3\nfrom n', 'S130 `n` is a value, and this takes a stream.'],
  ['from "ev" units det: MeV', 'S131 `det` is a text already and cannot be declared MeV.'],
  [
    'from events match p with d within 5 after p',
    'S132 The length of a window is a constant time, such as `1 ms`; this is a pure number (`5`).',
  ],
  [
    'from events group by run: e = E',
    'S133 `E` has many values in a group. Say which: `mean(E)`, `first(E)`, `max(E)`, or make it a key.',
  ],
  [
    'from events define n = count(events where count(muons within 1 s of this) > 0 within 1 s of this)',
    'S134 An aggregate cannot stand inside another one. Define it as a column of its stream first: `define n = count(muons within 1 s of this)`.',
  ],
  ['from events define a = E, a = x', 'S135 There is another `a` in this stage already.'],
  ['from events match p with p within 1 ms', 'S135 There is another `p` in this match already.'],
  ['from events group by run: run = count()', 'S135 There is another `run` in this group already.'],
  ['from events where muons', 'S136 `muons` is a stream and not a value. Count its rows: `count(muons)`.'],
  [
    'show muons.E',
    'S136 `muons.E` is a column of a whole stream and not a value. Say which value: `max(E of muons)`, or bind a row of it by a role.',
  ],
  ['from events where det == 3', 'S137 Cannot compare a text (`det`) with a pure number (`3`).'],
  ['from events define q = t + t', 'S137 Cannot add two instants: their difference is a time.'],
  [
    'from events define q = E^nhit',
    'S138 A power is a constant: a whole number, or a half such as 0.5. `nhit` is not.',
  ],
  ['from events where nhit > 1e999', 'S139 `1e999` is beyond what a number can hold.'],
  ['from events where x^20 > 1 m^20', 'S139 `1 m^20` is beyond what a number can hold.'],
  ['from events where x > 1e-999 m', 'S139 `1e-999 m` is beyond what a number can hold.'],
  [
    'from events define q = E * (1 s / livetime(events))',
    'S140 `livetime(events)` is a number over a whole stream. In an expression of each row it stands by a name: write `n = livetime(events)` first, in a line of its own, and `n` here.',
  ],
  [
    'm = max(E of events)\nfrom events where E > 0.9 * m',
    'S111 `0.9 * m` is of a stream that may have no rows and may be missing. Write `0.9 * m ?? …` with a value for those rows.',
  ],
  [
    'fn f(n) = 1 + f(n)\nshow f(3)',
    'S124 `f` calls itself, and a function is put in the place of its call: it cannot.',
  ],
  [
    'from events hist E where E > 1 MeV',
    'S141 `hist` ends a pipeline: `where` cannot follow it. Put it before `hist`.',
  ],
  [
    'from events hist t',
    'S142 `t` is an instant; an axis is a number. Take the time since an instant: `t - @2025-01-01`.',
  ],
  [
    'from events where qtot / E > 1200 pe/MeV',
    'S145 `MeV` is a unit, and a unit stands behind a number. Write `1 MeV`.',
  ],
  ['from events where det == CD', 'S144 `CD` is no name here. A text is written in quotes: `"CD"`.'],
  ['from events where det in [CD, WP]', 'S144 `CD` is no name here. A text is written in quotes: `"CD"`.'],
  [
    'from events where E == 2.2 MeV',
    'W002 `E == 2.2 MeV` asks a floating-point number for one exact value, which measured values hardly ever have. A range says what is meant.',
  ],
  ['E = 3\nfrom events where E > 1 MeV', 'W003 `E` is a column here and hides the value of that name.'],
  [
    'fn twice(E) = 2 * E\nfrom events define q = twice(nhit)',
    'W003 `E` is a parameter here and hides the column of `events` of that name.',
  ],
]

describe('what is said of a mistake', () => {
  test.each(messages)('%s', (cell, message) => {
    expect(told(cell)).toBe(message)
  })

  test('S143 of a statement that is nested too deeply', () => {
    const text = `from events define q = ${Array.from({ length: 20_000 }, () => 'E').join(' + ')}`
    expect(problem(text).code).toBe('S143')
  })
})

/** A cell, and the cell that its fix makes of it. */
const fixes: readonly (readonly [string, string])[] = [
  ['from evnts', 'from events'],
  ['from events where energy > 1 MeV', 'from events where E > 1 MeV'],
  ['from events where E > 0.7', 'from events where E > 0.7 MeV'],
  ['from events where qtot / E > 1200', 'from events where qtot / E > 1200 pe / 1 MeV'],
  ['from events where E > 3 Mev', 'from events where E > 3 MeV'],
  ['from "ev" units E: Mev', 'from "ev" units E: MeV'],
  ['from events match p with d where E > 2 MeV', 'from events match p with d where E > 2 MeV within 1 ms after p'],
  [
    'from events match p with delayed within 1 ms without o within 1 ms after delayd',
    'from events match p with delayed within 1 ms without o within 1 ms after delayed',
  ],
  [`${pairs}from ibd where E > 2 MeV`, `${pairs}from ibd where prompt.E > 2 MeV`],
  ['from events define n = last(t of muons)', 'from events define n = last(t of muons within 1 s before this)'],
  ['from events where score > 0.8', 'from events where score exists and score > 0.8'],
  ['from events where 2 * score > 0.8', 'from events where 2 * score exists and 2 * score > 0.8'],
  ['from events where qtot / E > 1200 pe/MeV', 'from events where qtot / E > 1200 pe/1 MeV'],
  ['from events define q = sqr(E)', 'from events define q = sqrt(E)'],
  ['from events where det == CD', 'from events where det == "CD"'],
  ['from events veto within 5 ms', 'from events veto within 5 ms after muons'],
  ['from events match p with d within -1 ms after p', 'from events match p with d within -1 ms .. 0 s of p'],
  ['from events match p with d within -1 .. 2 ms before p', 'from events match p with d within -2 ms .. 1 ms of p'],
]

describe('a fix', () => {
  test.each(fixes)('of %s makes a cell without a mistake', (cell, mendedCell) => {
    expect(mended(cell)).toBe(mendedCell)
    expect(check(mendedCell).diagnostics).toEqual([])
  })
})

describe('diagnostics', () => {
  test('are one for each statement, the first', () => {
    const { diagnostics, statements } = check(
      'from evnts where E > 1\nfrom events where r < 5 MeV and E > 1\nfrom events',
    )
    expect(diagnostics.map(({ code }) => code)).toEqual(['S101', 'S104'])
    expect(statements).toHaveLength(1)
  })

  test('underline what is wrong', () => {
    const text = 'from events where r < 5 MeV'
    const { span } = problem(text)
    expect(text.slice(span.start, span.end)).toBe('5 MeV')
  })

  test('keep the warnings beside an error, which they may explain', () => {
    const { diagnostics } = check('x = 3 MeV\nfrom events where E > x')
    expect(diagnostics.map(({ code }) => code)).toEqual(['S104', 'W003'])
  })

  test('stand in the order of the text', () => {
    const { diagnostics } = check('from events where E == 1 MeV\nfrom evnts\nfrom events where det = "CD"')
    expect(diagnostics.map(({ code }) => code)).toEqual(['W002', 'S101', 'S106'])
  })

  test('of a name without meaning are told in later cells only', () => {
    const { diagnostics, names } = check('x = from evnts\nfrom x where E > 1 MeV')
    expect(diagnostics.map(({ code }) => code)).toEqual(['S101'])
    expect(names.get('x')?.meaning.kind).toBe('broken')
  })

  test('of a statement that cannot be parsed hold back what uses its name', () => {
    expect(check('x = from events wher E > 1 MeV\nfrom x where E > 1 MeV').diagnostics).toHaveLength(1)
  })

  test('S129 names the cell of the definition that was refused', () => {
    expect(diagnose('S129', { start: 0, end: 1 }, { name: 'x', cell: 7 }).message).toBe(
      '`x` has no meaning: cell 7, which defines it, was refused. Mend that first.',
    )
  })
})
