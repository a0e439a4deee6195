import { describe, expect, test } from 'vitest'
import { schemaOf } from '../../../dsl/ir/schema.ts'
import { plan, told } from './catalog.ts'
import { exprText, planText, windowText } from './text.ts'

function roles(text: string) {
  const found = plan(`from "ev" match p ${text}`)
  if (found.op !== 'match') throw new Error(`a ${found.op} is no match`)
  return found.roles
}

/** The window of the last role. */
function window(text: string): string {
  const role = roles(`with d ${text}`).at(-1)
  if (role === undefined) throw new Error('no role')
  return windowText(role.window)
}

function veto(text: string): string {
  return planText(plan(`from "ev" veto ${text}`)).replace(/^ev \| /, '')
}

function aggregate(text: string): string {
  const found = plan(`from "ev" define n = ${text}`)
  if (found.op !== 'define' || found.columns[0] === undefined) throw new Error('no column')
  return exprText(found.columns[0].value)
}

describe('the window of a role', () => {
  test('`after` and `before` are closed and say the order', () => {
    expect(window('within 1 ms after p')).toBe("[0, 1000000] after 'p.'")
    expect(window('within 1 ms before p')).toBe("[-1000000, 0] before 'p.'")
    expect(window('within 5 us .. 1 ms after p')).toBe("[5000, 1000000] after 'p.'")
    expect(window('within 5 us .. 1 ms before p')).toBe("[-1000000, -5000] before 'p.'")
  })

  test('`of` looks to both sides, with signs as written', () => {
    expect(window('within 1 us of p')).toBe("[-1000, 1000] any 'p.'")
    expect(window('within -2 .. 5 ns of p')).toBe("[-2, 5] any 'p.'")
  })

  test('an open end is the one farther from the reference', () => {
    expect(window('within 0 ..< 1 us after p')).toBe("[0, 999] after 'p.'")
    expect(window('within 0 ..< 1 us before p')).toBe("[-999, 0] before 'p.'")
    expect(window('within -5 ..< 5 ns of p')).toBe("[-5, 4] any 'p.'")
  })

  test('bounds between two nanoseconds are drawn inwards', () => {
    expect(window('within 1.5 .. 3.5 ns after p')).toBe("[2, 3] after 'p.'")
    expect(window('within 1.5 ..< 3.5 ns after p')).toBe("[2, 3] after 'p.'")
    expect(window('within 1.5 .. 3.5 ns before p')).toBe("[-3, -2] before 'p.'")
  })

  test('no reference means the anchor, or the `with` role above', () => {
    expect(window('within 1 us')).toBe("[0, 1000] after 'p.'")
    expect(window('within 1 us without o within 1 us with e within 1 ns')).toBe("[0, 1] after 'd.'")
  })

  test('`between` is strict, and closed with an offset', () => {
    expect(window('within 1 ms with e between p and d')).toBe("between 'p.' and 'd.'")
    expect(window('within 1 ms without e between p - 1 ms and d + 1 ms')).toBe("from 'p.' -1000000 to 'd.' 1000000")
    expect(window('within 1 ms without e between p and d + 1 us')).toBe("from 'p.' 0 to 'd.' 1000")
    expect(window('within 1 ms without e between p + 0.5 ns and d - 0.5 ns')).toBe("from 'p.' 1 to 'd.' -1")
  })

  test('a constant of the notebook can be its length', () => {
    const found = plan('param w = 2 us in 1 .. 5 us\nfrom events match p with d within 2 * w after p')
    expect(found.op === 'match' && found.roles[0] && windowText(found.roles[0].window)).toBe("[0, 4000] after 'p.'")
  })
})

describe('a match', () => {
  test('conditions on the candidate alone filter its stream, the others look at both rows', () => {
    const [role] = roles(
      'where E > 1 MeV with d where E in 1.9 .. 2.5 MeV and dist(p, d) < 1.5 m and nhit > 3 within 1 ms',
    )
    expect(role && planText(role.source)).toBe('ev | filter and(inRange(E, 1.9 MeV, 2.5 MeV), greater(nhit, 3))')
    expect(role?.where && exprText(role.where)).toBe('less(dist(p.x, p.y, p.z, other.x, other.y, other.z), 1500 mm)')
  })

  test("the anchor's condition filters the anchors, without a line of its own in the cutflow", () => {
    const found = plan('from "ev" match p where E > 1 MeV with d within 1 ms')
    expect(found).toMatchObject({ op: 'match', anchor: 'p', input: { op: 'filter', label: null, text: null } })
  })

  test('a role without a stream looks at that of the pipeline, also where the anchor has its own', () => {
    const found = plan('from events match mu in muons with e within 1 us')
    expect(planText(found)).toBe(
      'ev | filter greater(qtot, 30000 pe) "qtot > 3e4 pe" | match mu each e in (ev | define r = hypot(x, y, z)) [0, 1000] after \'mu.\'',
    )
  })

  test('`without` binds nothing', () => {
    const {
      roles: bound,
      references,
      key,
      columns,
    } = schemaOf(plan('from "ev" match p with first d within 1 ms without o within 1 ms before p'))
    expect({ bound, references, key }).toEqual({ bound: ['p', 'd'], references: ['p.', 'd.'], key: 'p.' })
    expect(columns.filter(({ name }) => name.endsWith('.E')).map(({ name }) => name)).toEqual(['p.E', 'd.E'])
  })

  test('a match of matches counts from the anchor inside', () => {
    const found = plan(`pairs = from "ev" match p with d within 1 ms
from pairs match pair with mu in muons within 1 s before pair with n within 1 ms after pair.d where mu.E > 1 MeV`)
    expect(
      found.op === 'filter' && found.input.op === 'match' && found.input.roles.map((role) => windowText(role.window)),
    ).toEqual(["[-1000000000, 0] before 'pair.p.'", "[0, 1000000] after 'pair.d.'"])
    expect(schemaOf(found).key).toBe('pair.p.')
  })

  test('bare time, run, file and entry of a match are those of its anchor', () => {
    expect(planText(plan('pairs = from "ev" match p with d within 1 ms\nfrom pairs where run > 3'))).toContain(
      '| filter greater(p.run, 3)',
    )
  })

  test('a stream in brackets is a stream of its own', () => {
    expect(planText(plan('from "ev" match p with d in (from muons where E > 1 MeV) within 1 ms'))).toContain(
      'each d in (ev | filter greater(qtot, 30000 pe) "qtot > 3e4 pe" | filter greater(E, 1 MeV) "E > 1 MeV")',
    )
  })

  test('an aggregate about the candidate is a condition on it alone', () => {
    const [role] = roles('with d where count(muons within 1 s before this) == 0 and dist(p, d) < 1 m within 1 ms')
    expect(role && planText(role.source)).toContain(
      '| filter equal(count{(ev | filter greater(qtot, 30000 pe) "qtot > 3e4 pe") [-1000000000, 0] before \'\'}, 0)',
    )
  })

  test('an aggregate about the anchor looks from the row of the match', () => {
    const [role] = roles('with d where E * count(muons within 1 s before p) > 2 MeV within 1 ms')
    expect(role?.where && exprText(role.where)).toContain("[-1000000000, 0] before 'p.'}")
  })

  test('warns where every candidate of a role could be an anchor', () => {
    expect(told('from "ev" match p where E in 0.7 .. 12 MeV with d where E in 1.9 .. 2.5 MeV within 1 ms')).toBe(
      'W001 Every `d` is also a possible `p`: 0.7–12 MeV contains 1.9–2.5 MeV; triples give two rows.',
    )
  })

  test('does not warn where an anchor must be more, is of another stream, or a `without` forbids triples', () => {
    plan('from "ev" match p where E in 0.7 .. 12 MeV and nhit > 3 with d where E in 1.9 .. 2.5 MeV within 1 ms')
    const quiet = [
      'from "ev" match p where E in 0.7 .. 12 MeV and nhit > 3 with d where E in 1.9 .. 2.5 MeV within 1 ms',
      'from "ev" match p where E in 0.7 .. 12 MeV with d in muons where E in 1.9 .. 2.5 MeV within 1 ms',
      'from "ev" match p where E in 2 .. 12 MeV with d where E in 1.9 .. 2.5 MeV within 1 ms',
      'from "ev" match p where E in 0.7 .. 12 MeV with d where E in 1.9 .. 2.5 MeV within 1 ms without o within 1 ms after d',
    ]
    for (const text of quiet) expect(() => told(text)).toThrow('0 diagnostics')
  })
})

describe('a veto', () => {
  test('without a condition it is a matter of time alone', () => {
    expect(veto('mu: within 5 ms after muons')).toBe(
      'veto [0, 5000000] about (ev | filter greater(qtot, 30000 pe) "qtot > 3e4 pe")',
    )
  })

  test('`before`, `of` and negative bounds', () => {
    expect(veto('within 20 us .. 1 ms before "mu"')).toBe('veto [-1000000, -20000] about (mu)')
    expect(veto('within 1 ms of "mu"')).toBe('veto [-1000000, 1000000] about (mu)')
    expect(veto('within -1 us .. 2 ms after "mu"')).toBe('veto [-1000, 2000000] about (mu)')
    expect(veto('within 0 ..< 5 ms after "mu"')).toBe('veto [0, 4999999] about (mu)')
  })

  test('a condition on the target alone filters the target, one on the event stays', () => {
    expect(veto('dist(this, m) < 4 m and m.E > 1 GeV and nhit < 9 within 1 s after m in "mu"')).toBe(
      'veto [0, 1000000000] about (mu | filter greater(E, 1000 MeV)) where and(less(dist(x, y, z, other.x, other.y, other.z), 4000 mm), less(nhit, 9))',
    )
    expect(veto('muons.E > 1 GeV within 1 s after muons')).toBe(
      'veto [0, 1000000000] about (ev | filter greater(qtot, 30000 pe) "qtot > 3e4 pe" | filter greater(E, 1000 MeV))',
    )
  })

  test('`keep` is the same with the other sign', () => {
    expect(planText(plan('from "ev" keep within 1 ms of "mu"'))).toBe('ev | keep [-1000000, 1000000] about (mu)')
  })

  test('its line in a cutflow is its label, or its own text', () => {
    expect(plan('from "ev" veto mu: within 1 ms after muons')).toMatchObject({ label: 'mu' })
    expect(plan('from "ev" veto within 1 ms after muons')).toMatchObject({
      label: null,
      text: 'veto within 1 ms after muons',
    })
  })
})

describe('an aggregate in a window', () => {
  test('conditions on the member filter the stream', () => {
    expect(aggregate('count("ev2" where E in 1.9 .. 2.6 MeV within 20 us .. 1.5 ms after this)')).toBe(
      "count{(ev2 | filter inRange(E, 1.9 MeV, 2.6 MeV)) [20000, 1500000] after ''}",
    )
  })

  test('bare columns are those of the member, `this` is the row around it', () => {
    expect(aggregate('sum(E of events where r < 2 m and E < this.E within 1 ms of this)')).toBe(
      "sum{other.E of (ev | define r = hypot(x, y, z) | filter less(r, 2000 mm)) where less(other.E, E) [-1000000, 1000000] any ''}",
    )
  })

  test('the name of the stream is the member', () => {
    expect(aggregate('any(dist(this, muons) < 3 m of muons within 1 s before this)')).toContain(
      'less(dist(x, y, z, other.x, other.y, other.z), 3000 mm)',
    )
  })

  test('of nothing there is a count and a sum, and no other value', () => {
    const { columns } = schemaOf(
      plan(
        'from "ev" define a = count(muons within 1 s before this), b = sum(E of muons within 1 s before this), c = last(t of muons within 1 s before this)',
      ),
    )
    expect(columns.slice(-3).map(({ missing }) => missing)).toEqual([false, false, true])
  })

  test('it may look between the roles of a match', () => {
    const found = plan(
      'pairs = from "ev" match p with d within 1 ms\nfrom pairs where count("ev" between p and d) == 0',
    )
    expect(found.op === 'filter' && exprText(found.where)).toBe("equal(count{(ev) between 'p.' and 'd.'}, 0)")
  })
})
