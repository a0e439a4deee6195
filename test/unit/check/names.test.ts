import { describe, expect, test } from 'vitest'
import type { Names } from '../../../dsl/check/bound.ts'
import type { Catalog } from '../../../dsl/check/scope.ts'
import { compile } from '../../../dsl/compile.ts'
import { catalog, check, plan, query, told } from './catalog.ts'
import { exprText, planText } from './text.ts'

/** Cells run one after the other; the last one's compilation. */
function cells(...texts: readonly string[]) {
  let names: Names = new Map()
  let last = compile('', { cell: 0, names, catalog })
  texts.forEach((text, at) => {
    last = compile(text, { cell: at + 1, names, catalog })
    names = last.names
  })
  return last
}

function planOf(compilation: ReturnType<typeof compile>): string {
  const statement = compilation.statements.at(-1)
  if (statement?.kind !== 'query' || statement.query.kind !== 'table') throw new Error('no table')
  return planText(statement.query.plan)
}

describe('a definition', () => {
  test('holds what its names meant at that time', () => {
    const last = cells('a = from "one"', 'b = from a where E > 1 MeV', 'a = from "two"', 'from b')
    expect(planOf(last)).toBe('one | filter greater(E, 1 MeV) "E > 1 MeV"')
  })

  test('may be made from its own former meaning', () => {
    expect(planOf(cells('a = from "one"', 'a = from a take 3', 'from a'))).toBe('one | take 3')
  })

  test('leaves the names before the cell as they were', () => {
    const names: Names = new Map()
    compile('a = from "one"', { cell: 1, names, catalog })
    expect(names.size).toBe(0)
  })

  test.each([
    ['x = from "ev"', 'events'],
    ['x = from "table"', 'table'],
    ['x = from "ev" match p with d within 1 ms', 'match(p, d) of events, 2 roles'],
    ['x = from (from "ev" match p with d within 1 ms) match q', 'match(q) of match, 1 role'],
    ['x = from "ev" hist E', 'histogram of E'],
    ['x = 1 ms', 'number [ms]'],
    ['x = count(events) / livetime(events)', 'number [1/ns]'],
    ['x = [1, 2, 3 MeV]', 'list of 3'],
    ['fn x(a, b = 2) = a + b', 'fn(a, b)'],
    ['param x = 1.5 m', 'number [m]'],
  ])('%s is shown as what it is', (text, type) => {
    expect(check(text).statements.at(-1)).toMatchObject({ kind: 'definition', name: 'x', type })
  })
})

test('a sort in another cell is told by its line and cell', () => {
  const { diagnostics } = cells('s = from "ev"\n  sort by E', 'from s match p with d within 1 ms')
  expect(diagnostics.map(({ message }) => message)).toEqual([
    '`match` needs events in time order, but line 2 of cell 1 sorted them by `E`. Put `match` before `sort`.',
  ])
})

describe('a dataset that is not open', () => {
  const nothing: Catalog = { dataset: () => undefined }
  const closed = (text: string) => compile(text, { cell: 1, names: new Map(), catalog: nothing })

  test('is needed, with its place and whether its time is declared', () => {
    expect(closed('a = from "x.parquet" units t: ns').needs).toEqual([
      { path: 'x.parquet', timeDeclared: true, span: { start: 9, end: 20 } },
    ])
  })

  test('every dataset of a cell is asked for at once, and nothing else is said', () => {
    const { needs, diagnostics, statements } = closed('a = from "x"\nfrom a where E > 1 MeV\nb = from "y" where E > 1')
    expect(needs.map(({ path }) => path)).toEqual(['x', 'y'])
    expect({ diagnostics, statements }).toEqual({ diagnostics: [], statements: [] })
  })
})

describe('a macro', () => {
  const near = 'fn near(a, b, d = 1.5 m) = dist(a, b) < d\n'
  const pairs = 'pairs = from "ev" match prompt with d within 1 ms\n'

  test('over values sees the row of its call, and its own parameters first', () => {
    const found = plan(`${near}${pairs}from pairs where near(prompt, d)`)
    expect(found.op === 'filter' && exprText(found.where)).toBe(
      'less(dist(prompt.x, prompt.y, prompt.z, d.x, d.y, d.z), 1500 mm)',
    )
    const shorter = plan(`${near}${pairs}from pairs where near(d: 0.8 m, a: prompt, b: d)`)
    expect(shorter.op === 'filter' && exprText(shorter.where)).toContain('800 mm')
  })

  test('warns of a parameter only where it hides a column', () => {
    expect(check(`${near}${pairs}from pairs where near(prompt, d)`).diagnostics).toEqual([])
  })

  test('over streams gives a stream', () => {
    const found = plan(
      'fn late(s, w = 1 ms) = from s match p with d within w after p\nfrom late(muons, 2 us) where p.E > 1 MeV',
    )
    expect(planText(found)).toBe(
      'ev | filter greater(qtot, 30000 pe) "qtot > 3e4 pe" | match p each d in (ev | filter greater(qtot, 30000 pe) "qtot > 3e4 pe") [0, 2000] after \'p.\' | filter greater(p.E, 1 MeV) "p.E > 1 MeV"',
    )
  })

  test('takes a pipeline in brackets and a path', () => {
    expect(planText(plan('fn few(s) = from s take 2\nfrom few((from "ev" where nhit > 3))'))).toContain(
      '| filter greater(nhit, 3) "nhit > 3" | take 2',
    )
    expect(planText(plan('fn few(s) = from s take 2\nfrom few("other")'))).toBe('other | take 2')
  })

  test('resolves an argument where it is written', () => {
    const found = plan('k = 2\nfn f(x, k) = x * k\nfrom "ev" define q = f(nhit + k, 3)')
    expect(found.op === 'define' && found.columns[0] && exprText(found.columns[0].value)).toBe(
      'multiply(add(nhit, 2), 3)',
    )
  })

  test('keeps the names of its definition', () => {
    expect(planOf(cells('k = 2 MeV\nfn big(s) = from s where E > k', 'k = 5 MeV', 'from big("ev")'))).toBe(
      'ev | filter greater(E, 2 MeV) "E > k"',
    )
  })

  test('may be the reference of a window', () => {
    const found = plan(
      `fn muonsBefore(p) = count(muons within 1 s before p)\n${pairs}from pairs where muonsBefore(d) == 0`,
    )
    expect(found.op === 'filter' && exprText(found.where)).toContain("[-1000000000, 0] before 'd.'")
  })

  test('is told where it is called when it was defined in another cell', () => {
    const { diagnostics } = cells('fn big(e) = e > 1 MeV', 'from "ev" where big(x)')
    expect(diagnostics).toMatchObject([
      {
        code: 'S104',
        message: 'In `big` (cell 1): Cannot compare a length (`e` [mm]) with an energy (`1 MeV`).',
        span: { start: 16, end: 22 },
      },
    ])
  })

  test('refuses too few, too many and unknown arguments', () => {
    const f = 'fn f(a, b = 2) = a + b\n'
    expect(told(`${f}show f()`)).toBe('S119 `f` takes `a`, `b` (optional); there are none.')
    expect(told(`${f}show f(1, 2, 3)`)).toBe('S119 `f` takes `a`, `b` (optional); there are 3.')
    expect(told(`${f}show f(1, c: 3)`)).toBe('S124 `f` does not take `c: 3`: its parameters are `a`, `b` (optional).')
  })

  test('never calls itself', () => {
    expect(told('fn f(a) = f(a)\nshow f(1)')).toMatch(/^S124 `f` calls itself/)
  })
})

describe('a parameter', () => {
  test('is a constant of the plan', () => {
    expect(planText(plan('param r_fv = 17.2 m in 15 .. 17.7 m\nfrom events where r < r_fv'))).toContain(
      'less(r, 17200 mm)',
    )
  })

  test('lies in its range', () => {
    expect(told('param w = 5 ms in 0 .. 2 ms')).toBe('S124 `5 ms` lies outside of `0 .. 2 ms`.')
    expect(told('param w = 5 MeV in 0 .. 2 ms')).toMatch(/^S104 /)
    expect(told('param w = count(events)')).toBe('S120 The parameter `w` needs a constant; this is `count(events)`.')
  })
})

describe('a statement', () => {
  test('`show` gives a table, a histogram or a number', () => {
    const { statements } = check('h = from events hist E\nshow events, h, count(events)')
    expect(statements.flatMap((each) => (each.kind === 'query' ? [each.query.kind] : []))).toEqual([
      'table',
      'hist',
      'number',
    ])
  })

  test('`cutflow` is one query for each stream, named as written', () => {
    const { statements } = check('cutflow events, muons')
    expect(statements).toMatchObject([
      { query: { kind: 'cutflow', source: 'events' } },
      { query: { kind: 'cutflow', source: 'muons' } },
    ])
  })

  test('`describe` is named as written', () => {
    expect(query('describe muons')).toMatchObject({ kind: 'describe', name: 'muons' })
  })

  test('`save` carries the texts of all that it stands on', () => {
    const found = query('few = from muons take 3\nsave few to "few.parquet"')
    expect(found).toMatchObject({
      kind: 'save',
      path: 'few.parquet',
      text: 'muons = from "ev" where qtot > 3e4 pe\nfew = from muons take 3\nsave few to "few.parquet"',
    })
  })
})
