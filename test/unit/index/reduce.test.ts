import { type Data, Field, Float64, Int32, Int64, List, Struct, vectorFromArray } from 'apache-arrow'
import { describe, expect, test } from 'vitest'
import type { Expr } from '../../../dsl/ir/plan.ts'
import type { Reduction } from '../../../runtime/index/build-plan.ts'
import { reduce } from '../../../runtime/index/build-reduce-kernel.ts'
import { buildArithmetic } from '../../../runtime/local/build-arithmetic.ts'

type Hit = Readonly<{ q: number; n: number; wide: bigint }>

const record = new Struct([
  new Field('q', new Float64(), false),
  new Field('n', new Int32(), false),
  new Field('wide', new Int64(), false),
])
const hits = (rows: readonly (readonly Hit[])[]): Data =>
  vectorFromArray(rows, new List(new Field('item', record, false))).data[0] as Data
const hit = (q: number, n = 0, wide = BigInt(n)): Hit => ({ q, n, wide })

function reduced(
  rows: readonly (readonly Hit[])[],
  fn: Reduction['fn'],
  where: Expr | null = null,
): readonly unknown[] {
  return [...reduce({ name: 'x', fn, list: 'hits', field: 'q', where }, hits(rows), buildArithmetic)]
}

const number = (repr: 'float64' | 'int32' | 'int64') => ({ kind: 'number', repr, unit: [] }) as const
const column = (name: string, repr: 'float64' | 'int32' | 'int64'): Expr => ({
  kind: 'column',
  row: 'row',
  name,
  type: number(repr),
  missing: false,
})
const less = (left: Expr, value: number): Expr => ({
  kind: 'call',
  fn: 'less',
  args: [left, { kind: 'number', value, type: number('float64') }],
  type: { kind: 'bool' },
  missing: false,
})

describe('a sum', () => {
  test('is rounded once, also where an addition loses a part', () => {
    expect(reduced([[hit(1e16), hit(1), hit(-1e16)], [hit(0.5), hit(0.25)], []], 'sum')).toEqual([1, 0.75, 0])
  })

  test('with NaN is NaN, of infinities of one sign infinite, of both NaN', () => {
    const rows = [
      [hit(1), hit(NaN), hit(2)],
      [hit(Infinity), hit(1)],
      [hit(Infinity), hit(-Infinity)],
    ]
    expect(reduced(rows, 'sum')).toEqual([NaN, Infinity, NaN])
  })
})

describe('a condition chooses elements of their own row alone', () => {
  const rows = [[hit(1, 5), hit(2, -5)], [], [hit(NaN, -1), hit(4, 9)], [hit(8, 7)]]
  const columns = { q: column('q', 'float64'), n: column('n', 'int32'), wide: column('wide', 'int64') }

  test.each([
    ['n', [2, 0, NaN, 0], [1, 0, 1, 0]],
    // Integers of 64 bits are compared without generated code.
    ['wide', [2, 0, NaN, 0], [1, 0, 1, 0]],
  ] as const)('for sums, counts and the first: %s < 0', (name, sums, counts) => {
    const where = less(columns[name], 0)
    expect(reduced(rows, 'sum', where)).toEqual(sums)
    expect(reduced(rows, 'count', where)).toEqual(counts)
    expect(reduced(rows, 'first', where)).toEqual([2, undefined, NaN, undefined])
  })

  test('NaN passes no comparison', () => {
    expect(reduced(rows, 'count', less(columns.q, 5))).toEqual([2, 0, 1, 0])
  })
})
