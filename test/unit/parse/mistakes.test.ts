import { describe, expect, test } from 'vitest'
import type { Edit } from '../../../dsl/ir/diagnostic.ts'
import { parse } from '../../../dsl/parse/parse.ts'

/** The one mistake of a text: its code, the word it is placed at, the message, and the text after its fix. */
function mistake(text: string) {
  const { diagnostics } = parse(text)
  expect(diagnostics).toHaveLength(1)
  const [only] = diagnostics
  if (only === undefined) throw new Error('no mistake')
  const { code, span, message, fix } = only
  return {
    code,
    at: text.slice(span.start, span.end),
    message,
    mended: fix === null ? null : applied(text, fix.edits),
  }
}

function applied(text: string, edits: readonly Edit[]): string {
  return edits
    .toSorted((a, b) => b.span.start - a.span.start)
    .reduce((done, { span, text: by }) => done.slice(0, span.start) + by + done.slice(span.end), text)
}

describe('what cannot stand where it stands', () => {
  test('is told with what can, in words', () => {
    expect(mistake('from events where E > 2 MeV to 3')).toEqual({
      code: 'S001',
      at: 'to',
      message:
        '`to` cannot stand here. Expected a stage such as `where`, `and`, `or`, a comparison such as `>`, an operator such as `+` or the end of the statement.',
      mended: null,
    })
  })

  test('is the last word where the statement ends too early', () => {
    expect(mistake('describe a\nfrom events\n  veto within\n\n')).toEqual({
      code: 'S002',
      at: 'within',
      message: 'Something is missing after `within`. Expected a time such as `1 ms`.',
      mended: null,
    })
    expect(mistake('from').message).toBe(
      'Something is missing after `from`. Expected a stream such as `events` or a path in quotes.',
    )
  })

  test.each([
    ['from events where det = "CD"', '=', 'from events where det == "CD"'],
    ['from events where not (a = 1 or b == 2)', '=', 'from events where not (a == 1 or b == 2)'],
  ])('S106: `=` for `==` in %s', (text, at, mended) => {
    expect(mistake(text)).toEqual({
      code: 'S106',
      at,
      message: '`=` names something; to compare two values write `==`.',
      mended,
    })
  })

  test.each([
    ['from events where E > 3 Mev', 'Mev', 'MeV'],
    ['from events where E > 3Gev', 'Gev', 'GeV'],
    ['from s veto within 5 mss after m', 'mss', 'ms'],
    ['from s veto within 5 sec after m', 'sec', 's'],
  ])('S105: an unknown unit in %s', (text, at, meant) => {
    expect(mistake(text)).toEqual({
      code: 'S105',
      at,
      message: `Unknown unit \`${at}\`. Did you mean \`${meant}\`?`,
      mended: text.replace(at, meant),
    })
  })

  test('S105: a unit that resembles nothing', () => {
    expect(mistake('x = 3 furlongs')).toEqual({
      code: 'S105',
      at: 'furlongs',
      message: 'Unknown unit `furlongs`.',
      mended: null,
    })
  })
})

describe('a misspelled word is the one that is told', () => {
  test.each([
    ['muons = form events where E > 1 MeV', 'form', 'from'],
    ['form events where E > 1 MeV', 'form', 'from'],
    ['from events hst E over 0 .. 1 MeV bins 10', 'hst', 'hist'],
    ['from events where a > 1 AND b > 2', 'AND', 'and'],
    ['from s match p\n    witn d within 1 ms', 'witn', 'with'],
    ['from s match p with d wihtin 1 ms', 'wihtin', 'within'],
    ['from s match p with frst d within 1 ms', 'frst', 'first'],
    ['from s sort by E descending', 'descending', 'desc'],
    ['from s filter E > 1 MeV', 'filter', 'where'],
    ['cutflw ibd', 'cutflw', 'cutflow'],
    ['Show a', 'Show', 'show'],
    ['x = count((form quiet shift by -1 s))', 'form', 'from'],
  ])('in %s', (text, at, meant) => {
    expect(mistake(text)).toEqual({
      code: 'S003',
      at,
      message: `\`${at}\` cannot stand here. Did you mean \`${meant}\`?`,
      mended: text.replace(at, meant),
    })
  })
})

describe('brackets, commas and words that are missing or too many', () => {
  test.each([
    ['from s where (E > 3 MeV\n  hist E', 'S004', '3 MeV', 'from s where (E > 3 MeV)\n  hist E'],
    ['x = count(events', 'S004', 'events', 'x = count(events)'],
    ['x = [1, 2', 'S004', '2', 'x = [1, 2]'],
    ['x = f(g([1', 'S004', '1', 'x = f(g([1]))'],
    ['x = (a + b))', 'S005', ')', 'x = (a + b)'],
    ['x = union(a b)', 'S012', 'b', 'x = union(a, b)'],
    ['from s define a = 1\n  b = 2', 'S012', 'b', 'from s define a = 1,\n  b = 2'],
    ['from s where psd exists psd.q > 3', 'S012', 'psd', 'from s where psd exists and psd.q > 3'],
    ['from s qtot > 300 pe', 'S012', 'qtot', 'from s where qtot > 300 pe'],
    ['events\n  where E > 3 MeV', 'S012', 'events', 'from events\n  where E > 3 MeV'],
    ['evnts from "a"', 'S012', 'evnts', 'evnts = from "a"'],
    ['from s group run', 'S012', 'run', 'from s group by run'],
    ['from s hist E 240', 'S012', '240', 'from s hist E bins 240'],
    ['x = last(t muons within 1 s before this)', 'S012', 'muons', 'x = last(t of muons within 1 s before this)'],
    ['x = singles hist E', 'S012', 'singles', 'x = from singles hist E'],
    ['from s where fv r < 17.2 m', 'S012', 'r', 'from s where fv: r < 17.2 m'],
    ['from s where a > 1\n  fv: r < 17.2 m', 'S012', 'fv', 'from s where a > 1\n  where fv: r < 17.2 m'],
    [
      'from s where count(m where E in 1.9 2.6 MeV) > 1',
      'S012',
      '2.6 MeV',
      'from s where count(m where E in 1.9 .. 2.6 MeV) > 1',
    ],
    ['from s veto within 5 ms muons', 'S012', 'muons', 'from s veto within 5 ms after muons'],
    ['from s match p muons', 'S012', 'muons', 'from s match p in muons'],
    ['from s group by run n = count()', 'S012', 'n', 'from s group by run: n = count()'],
    [
      'from s group by run day = bin(t, 1 d): n = count()',
      'S012',
      'day',
      'from s group by run, day = bin(t, 1 d): n = count()',
    ],
    ['from s hist E bins 10 dr bins 5', 'S012', 'dr', 'from s hist E bins 10, dr bins 5'],
    [
      'from s define a = count(m within 1 s of this, b = 2',
      'S004',
      'this',
      'from s define a = count(m within 1 s of this), b = 2',
    ],
    [
      'from s define a = count(m within 1 s of this\n  where a > 2',
      'S004',
      'this',
      'from s define a = count(m within 1 s of this)\n  where a > 2',
    ],
    ['from s s where E > 1 MeV', 'S013', 's', 'from s where E > 1 MeV'],
    ['x = union(a,, b)', 'S013', ',', 'x = union(a, b)'],
    ['from s where where E > 1', 'S013', 'where', 'from s where E > 1'],
    ['from s where E E > 1', 'S013', 'E', 'from s where E > 1'],
    ['from s where E > > 1', 'S013', '>', 'from s where E > 1'],
    ['from from s', 'S013', 'from', 'from s'],
    ['show show a', 'S013', 'show', 'show a'],
    ['events events = from s', 'S013', 'events', 'events = from s'],
    ['x = dist( (a, b) < 3 m', 'S013', '(', 'x = dist(a, b) < 3 m'],
    ['x = f(a) ) + 1', 'S005', ')', 'x = f(a)  + 1'],
    ['count(events)', 'S012', 'count', 'show count(events)'],
    ['E > 3 MeV', 'S012', 'E', 'show E > 3 MeV'],
    ['near(a, b) = dist(a, b) < 2 m', 'S012', 'near', 'fn near(a, b) = dist(a, b) < 2 m'],
    [' dt = 1 ms in 0.1 .. 2 ms\nx = 1', 'S012', 'dt', ' param dt = 1 ms in 0.1 .. 2 ms\nx = 1'],
    ['rate 3 Hz', 'S012', 'rate', 'rate = 3 Hz'],
    ['fn f(x) from x', 'S012', 'from', 'fn f(x) = from x'],
    ['from s\n  x = 2 * E', 'S012', 'x', 'from s\n  define x = 2 * E'],
    ['from s\n  veto mu: 5 ms after m', 'S012', '5 ms', 'from s\n  veto mu: within 5 ms after m'],
    ['from s hist E bins 5, z -17 .. 17 m step 1 m', 'S012', '-', 'from s hist E bins 5, z over -17 .. 17 m step 1 m'],
    ['from s keep good: "runs.csv" where a', 'S012', '"runs.csv"', 'from s keep good: during "runs.csv" where a'],
    ['x = hypotx, y)', 'S012', 'hypotx', 'x = hypot(x, y)'],
    ['fn f(x) = x\ny = fa) + f(b)', 'S012', 'fa', 'fn f(x) = x\ny = f(a) + f(b)'],
    ['x = 1 - 0.1 * r / 17 m)^2', 'S012', 'r', 'x = 1 - 0.1 * (r / 17 m)^2'],
    [
      'from s where not abs(z) > 15 m and hypot(x, y) < 2 m)',
      'S012',
      'abs',
      'from s where not (abs(z) > 15 m and hypot(x, y) < 2 m)',
    ],
    ['from s where run in 10021, 10022]', 'S012', '10021', 'from s where run in [10021, 10022]'],
  ])('in %s', (text, code, at, mended) => {
    expect(mistake(text)).toMatchObject({ code, at, mended })
    expect(parse(mended).diagnostics).toEqual([])
  })
})

describe('the place of a bracket that is never closed leaves nothing odd behind', () => {
  test.each([
    ['from s where dist(a, b < 3 m and r < 2 m', 'b', 'from s where dist(a, b) < 3 m and r < 2 m'],
    ['x = max(t - min(t)', 't', 'x = max(t) - min(t)'],
    ['x = count(a / livetime(a)', 'a', 'x = count(a) / livetime(a)'],
    ['show livetime(a, livetime(b), c', 'a', 'show livetime(a), livetime(b), c'],
    [
      'from s where (det == "CD" and q > 3 or (det == "WP" and n > 3)',
      '3',
      'from s where (det == "CD" and q > 3) or (det == "WP" and n > 3)',
    ],
    [
      'from s define a = sum(q of h where u > 5 ns / sum(q of h)',
      '5 ns',
      'from s define a = sum(q of h where u > 5 ns) / sum(q of h)',
    ],
    ['a = union(b, c\nfrom a\n  where x', 'c', 'a = union(b, c)\nfrom a\n  where x'],
    ['fn f(a, b = g(c, d)', 'b', 'fn f(a, b) = g(c, d)'],
  ])('in %s', (text, at, mended) => {
    expect(mistake(text)).toMatchObject({ code: 'S004', at, mended })
    expect(parse(mended).diagnostics).toEqual([])
  })

  test('the message tells both ends', () => {
    expect(mistake('x = dist(a, b').message).toBe('The `(` behind `dist` is never closed. Add `)` after `b`.')
  })
})

describe('what has no spelling of its own is missing', () => {
  test.each([
    ['x = (a, b) < 3 m', '(', 'The name of a function is missing before `(`.'],
    ['x = from (a, b)', '(', 'The name of a function is missing before `(`. Streams are joined by `union(…)`.'],
    ['from s group by mu: n = ()', '(', 'The name of a function is missing before `(`.'],
    ['= from a', '=', 'A name is missing before `=`.'],
    ['a = 1\n = from a', '=', 'A name is missing before `=`.'],
    ['x = pairsquiet, 3)', 'pairsquiet', 'A `(` is missing in `pairsquiet`.'],
  ])('in %s', (text, at, message) => {
    const found = mistake(text)
    expect(found).toMatchObject({ code: 'S022', at, mended: null })
    expect(found.message).toContain(message)
  })
})

describe('a value or a sign is missing and nothing tells which', () => {
  test.each([
    ['from s where r 17.2 m', '17.2 m'],
    ['from s where (det "CD" and q > 3)', '"CD"'],
    ['from s where energy: 0.7 MeV E < 12 MeV', 'E'],
    ['from s where E > and q > 2', 'and'],
    ['from s define a = max(n.t) min(n.t)', 'min'],
    ['from s hist E over 0 .. bins 60', 'bins'],
    ['from s define a = x^2 y', 'y'],
    ['from s where f(, y)', ','],
    ['from s group by mu: = count()', '='],
    ['from s where not in [1, 2]', 'not'],
    ['from s hist prompt. bins edges weight w', 'bins'],
  ])('in %s', (text, at) => {
    expect(mistake(text)).toMatchObject({ code: 'S001', at, mended: null })
  })
})

describe('clauses in the wrong place', () => {
  test.each([
    ['where E > 2 MeV', 'S014', 'where'],
    ['describe events\nwhere E > 2 MeV', 'S014', 'where'],
    ['from s\n  with d within 1 ms', 'S020', 'with'],
    ['x = count(m within 1 ms after this where E > 3 MeV)', 'S019', 'where'],
  ])('%s', (text, code, at) => {
    expect(mistake(text)).toMatchObject({ code, at })
  })

  test('a definition that is indented, or on the line of another', () => {
    expect(mistake('describe a\n  b = 2')).toMatchObject({ code: 'S016', at: 'b', mended: 'describe a\nb = 2' })
    expect(mistake('a = 1 b = 2')).toMatchObject({ code: 'S016', at: 'b', mended: 'a = 1\nb = 2' })
  })

  test('a line that was meant to go on and begins in the first column', () => {
    expect(mistake('from s define a = 1,\nb = 2')).toMatchObject({
      code: 'S017',
      at: 'b',
      mended: 'from s define a = 1,\n  b = 2',
    })
  })
})

describe('signs that are written otherwise', () => {
  test.each([
    ['from s where E => 3 MeV', '=>', 'from s where E >= 3 MeV'],
    ['from s where E <> 3 MeV', '<>', 'from s where E != 3 MeV'],
    ['from s where E in 3 ... 4 MeV', '...', 'from s where E in 3 .. 4 MeV'],
    ['from s where E within 3 .. 4 MeV', 'within', 'from s where E in 3 .. 4 MeV'],
    ['from s hist E over 0 to 12 MeV', 'to', 'from s hist E over 0 .. 12 MeV'],
    ['x := from s', ':=', 'x = from s'],
    ['x == from s', '==', 'x = from s'],
    ['from s where q > 30,000 pe', '30,000 pe', 'from s where q > 30_000 pe'],
    ['save a to sniper("j.py", margin = 2 ms)', '=', 'save a to sniper("j.py", margin : 2 ms)'],
    ['x = (a + 1]', ']', 'x = (a + 1)'],
  ])('in %s', (text, at, mended) => {
    expect(mistake(text)).toMatchObject({ code: 'S018', at, mended })
  })
})

describe('text that is no word of the language', () => {
  test.each([
    ['from s where E > .5 MeV', 'S011', '.5', 'from s where E > 0.5 MeV'],
    ['from s where E > 5. MeV', 'S011', '5.', 'from s where E > 5 MeV'],
    ['x = 5.e3', 'S011', '5.e3', 'x = 5e3'],
    ['from "abc', 'S006', '"abc', 'from "abc"'],
    ["from s where det == 'CD  \n  take 3", 'S006', "'CD", "from s where det == 'CD'  \n  take 3"],
    ['from `abc', 'S006', '`abc', 'from `abc`'],
    ['from “a.parquet”', 'S007', '“a.parquet”', 'from "a.parquet"'],
    ['from s where t > @2025-13', 'S008', '@2025-13', null],
    ['from s where E ≥ 3 MeV', 'S009', '≥', 'from s where E >= 3 MeV'],
    ['from s where a > 1 & b > 2', 'S009', '&', 'from s where a > 1 and b > 2'],
    ['from s | where a > 1', 'S009', '|', 'from s  where a > 1'],
    ['describe a;', 'S009', ';', 'describe a'],
    ['from s where % == 0', 'S009', '%', null],
    ['from événements', 'S010', 'événements', 'from `événements`'],
    ['x = \u{1F600}', 'S009', '\u{1F600}', null],
  ])('%s', (text, code, at, mended) => {
    expect(mistake(text)).toMatchObject({ code, at, mended })
  })
})

describe('one error for each statement', () => {
  test('several statements each report their own', () => {
    const text = 'a = form s where E > 1 MeV\nb = 3\nfrom s where det = "CD"\nshow b c'
    const { cell, diagnostics } = parse(text)
    expect(diagnostics.map(({ code, span }) => [code, text.slice(span.start, span.end)])).toEqual([
      ['S003', 'form'],
      ['S106', '='],
      ['S012', 'c'],
    ])
    expect(cell.statements.map(({ kind }) => kind)).toEqual(['definition'])
  })

  test('two mistakes in one statement are one error, the first', () => {
    expect(mistake('from s wher a > 1 where b = 2 hst E')).toMatchObject({ code: 'S003', at: 'wher' })
  })

  test('a broken statement leaves the ones around it whole', () => {
    const { cell, diagnostics } = parse('a = 1\nevnts from "x"\nb = 2')
    expect(diagnostics).toHaveLength(1)
    expect(cell.statements.map(({ kind }) => kind)).toContain('definition')
    const defined = cell.statements.flatMap((statement) => (statement.kind === 'definition' ? statement.name.text : []))
    expect(defined).toEqual(['a', 'b'])
  })

  test('an open bracket ends with the statement before a from in the first column', () => {
    const { cell, diagnostics } = parse('x = count(events\nfrom s take 1')
    expect(diagnostics.map(({ code }) => code)).toEqual(['S004'])
    expect(cell.statements.map(({ kind }) => kind)).toEqual(['pipeline'])
  })

  test('a from in the first column opens a statement in spite of open brackets, as often as it stands there', () => {
    const text = `x = (\n${'from a\n'.repeat(500)}`
    const { cell, diagnostics } = parse(text)
    expect(diagnostics).toHaveLength(1)
    expect(cell.statements).toHaveLength(500)
  })

  test('hundreds of brackets that stay open are one error', () => {
    for (const text of [
      `x = ${'('.repeat(450)}`,
      `x = ${'f([from a where '.repeat(200)}`,
      `x = ${'('.repeat(450)} a b`,
    ]) {
      expect(parse(text).diagnostics).toHaveLength(1)
    }
  })

  test('ten thousand brackets are one error that says how deep they may be', () => {
    const text = `x = ${'('.repeat(10_000)}`
    expect(parse(text).diagnostics).toMatchObject([{ code: 'S015', span: { start: 504, end: 505 } }])
    expect(mistake(text).message).toBe(
      'Brackets are nested deeper than 500 levels here. Give a part of the expression a name of its own.',
    )
  })

  test('the names that broken statements would have defined are known', () => {
    const { broken } = parse('a = \nfn f(x) = (\nparam p 3\nfrom s where\n`b c` = ]')
    expect(broken.map(({ name }) => name)).toEqual(['a', 'f', 'p', 'b c'])
  })

  test('a text without statements has no error', () => {
    for (const text of ['', ' \n\t', '# only a remark']) {
      expect(parse(text)).toMatchObject({ cell: { statements: [] }, diagnostics: [] })
    }
  })
})
