import { describe, expect, test } from 'vitest'
import { rowFunctions } from '../../../dsl/functions/index.ts'
import type { Expr } from '../../../dsl/ir/plan.ts'
import { generatedKernels } from '../../../runtime/engine/codegen.ts'
import { Identity } from '../../../runtime/engine/identity.ts'
import { interpretedKernels } from '../../../runtime/engine/interpret.ts'
import type { Kernels, Terms } from '../../../runtime/engine/kernels.ts'
import { numbers, type NumberVector } from '../../../runtime/engine/vector.ts'
import { bool, column, float64, instant } from '../naive/build.ts'

const special = [Number.NaN, 0, -0, Infinity, -Infinity, 1, -1, 0.5, -2.5, 0.49999999999999994, 1e308, 5e-324, 3]
const terms: Terms = {
  base: 10n,
  identity: new Identity(),
  metNan: new Uint8Array(1),
  idOf: () => 0,
  textOf: () => '',
}

const truths = new Set(['and', 'or', 'not'])
const instants = new Set(['instantDifference', 'instantAdd', 'instantSubtract'])
const conditions = new Set([
  'less',
  'lessEqual',
  'greater',
  'greaterEqual',
  'equal',
  'notEqual',
  'and',
  'or',
  'not',
  'inRange',
  'inRangeOpen',
  'oneOf',
  'finite',
])

/** Columns that hold every pair of special values, and a third that is in step with neither. */
function specialColumns(of: readonly number[]): ReadonlyMap<string, NumberVector> {
  const pairs = of.flatMap((left) => of.map((right) => [left, right] as const))
  return new Map([
    ['a', numbers(Float64Array.from(pairs, ([left]) => left))],
    ['b', numbers(Float64Array.from(pairs, ([, right]) => right))],
    ['c', numbers(Float64Array.from(pairs, (_, at) => of[(3 * at) % of.length]!))],
  ])
}

function results(kernels: Kernels, expr: Expr, columns: ReadonlyMap<string, NumberVector>): readonly number[] {
  const rows = columns.get('a')!.values.length
  const target = { values: new Float64Array(rows), valid: new Uint8Array(rows) }
  const read = (name: string): NumberVector => columns.get(name)!
  kernels.fill([expr], [target], { row: read, other: read }, terms)(0, rows, null, 0)
  return [...target.values]
}

function callOf(name: string, operands: readonly Expr[]): Expr {
  const type = conditions.has(name) ? bool : instants.has(name) && name !== 'instantDifference' ? instant : float64
  return { kind: 'call', fn: name, args: operands, type, missing: false }
}

function operandsOf(name: string): readonly Expr[] {
  const count =
    name === 'dist'
      ? 6
      : name === 'inRange' || name === 'inRangeOpen'
        ? 3
        : (rowFunctions.get(name)?.signature?.operands[0] ?? (name === 'not' || name === 'negate' ? 1 : 2))
  if (truths.has(name)) return ['a', 'b'].slice(0, count).map((each) => column(each, bool))
  if (name === 'instantDifference') return ['a', 'b'].map((each) => column(each, instant))
  if (instants.has(name)) return [column('a', instant), column('b')]
  return Array.from({ length: count }, (_, at) => column(['a', 'b', 'c'][at % 3]!))
}

describe('the code of a function gives what its reference definition gives on NaN, zeros and infinities:', () => {
  const names = [...rowFunctions.keys()].filter((name) => name !== 'power')
  test.each(names)('%s', (name) => {
    const values = truths.has(name) ? [0, 1] : instants.has(name) ? [0, 1, -7, 1e9] : special
    const columns = specialColumns(values)
    const expr = callOf(name, operandsOf(name))
    expect(results(generatedKernels, expr, columns)).toEqual(results(interpretedKernels, expr, columns))
  })

  test.each([0, 1, 2, 3, 8, 9, -1, -2, 0.5, 1.5, -0.5])('power %f', (exponent) => {
    const expr = callOf('power', [column('a'), { kind: 'number', value: exponent, type: float64 }])
    expect(results(generatedKernels, expr, specialColumns(special))).toEqual(
      results(interpretedKernels, expr, specialColumns(special)),
    )
  })
})
