import { compileFunction } from 'node:vm'
import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import type { Value } from '../../../dsl/functions/function.ts'
import { rowFunctions } from '../../../dsl/functions/index.ts'

const edges = [NaN, 0, -0, 1, -1, 0.5, -0.5, 0.49999999999999994, 2.5, 1e-320, 1e308, 2 ** 53, Infinity, -Infinity]

/** Two numbers, or more, for functions that take any count. */
const counts: ReadonlyMap<string, number> = new Map([
  ['add', 2],
  ['subtract', 2],
  ['multiply', 2],
  ['divide', 2],
  ['negate', 1],
  ['less', 2],
  ['lessEqual', 2],
  ['greater', 2],
  ['greaterEqual', 2],
  ['equal', 2],
  ['notEqual', 2],
  ['inRange', 3],
  ['inRangeOpen', 3],
  ['oneOf', 4],
  ['hypot', 3],
  ['dist', 6],
  ['atan2', 2],
  ['bin', 2],
])

const logic: ReadonlyMap<string, number> = new Map([
  ['and', 2],
  ['or', 2],
  ['not', 1],
])

/** The generated code of a function as JavaScript of so many operands. */
function generated(name: string, count: number): (...operands: number[]) => unknown {
  const operands = Array.from({ length: count }, (_, at) => `x${at}`)
  const code = compileFunction(`return ${rowFunctions.get(name)?.code(...operands)}`, operands)
  return (...values) => Reflect.apply(code, null, values)
}

/** A bool of the reference is 0 or 1 in generated code. */
function numeric(value: Value): unknown {
  return typeof value === 'boolean' ? Number(value) : value
}

const ofNumbers = [...rowFunctions.values()]
  .map(({ name, signature }) => ({ name, count: counts.get(name) ?? (signature?.operands[0] === 1 ? 1 : 0) }))
  .filter(({ count }) => count > 0)

describe('generated code gives the bits of the definition', () => {
  test.each(ofNumbers)('$name', ({ name, count }) => {
    const operand = fc.oneof(fc.constantFrom(...edges), fc.double())
    const code = generated(name, count)
    fc.assert(
      fc.property(fc.array(operand, { minLength: count, maxLength: count }), (operands) => {
        expect(code(...operands)).toBe(numeric(rowFunctions.get(name)?.reference(...operands)))
      }),
      { numRuns: 300 },
    )
  })

  test.each([...logic])('%s', (name, count) => {
    const code = generated(name, count)
    fc.assert(
      fc.property(fc.array(fc.boolean(), { minLength: count, maxLength: count }), (operands) => {
        expect(code(...operands.map(Number))).toBe(numeric(rowFunctions.get(name)?.reference(...operands)))
      }),
    )
  })

  test.each([-3, -1, 0, 1, 2, 3, 8, 9, 0.5, 1.5, -0.5])('power %s', (exponent) => {
    const code = compileFunction(`return ${rowFunctions.get('power')?.code('x', `(${exponent})`)}`, ['x'])
    fc.assert(
      fc.property(fc.oneof(fc.constantFrom(...edges), fc.double()), (x) => {
        expect(code(x)).toBe(rowFunctions.get('power')?.reference(x, exponent))
      }),
    )
  })

  test.each(['instantDifference', 'instantAdd', 'instantSubtract'])('%s, relative to a base', (name) => {
    const base = 1_756_728_000_000_000_000n
    const code = generated(name, 2)
    const ns = fc.integer({ min: -(2 ** 50), max: 2 ** 50 })
    fc.assert(
      fc.property(ns, ns, (left, right) => {
        const second = name === 'instantDifference' ? base + BigInt(right) : right
        const exact = rowFunctions.get(name)?.reference(base + BigInt(left), second)
        const expected = typeof exact === 'bigint' ? Number(exact - base) : exact
        expect(code(left, right)).toBe(expected)
      }),
    )
  })
})

describe('a definition', () => {
  const of = (name: string, ...operands: readonly Value[]): Value => rowFunctions.get(name)?.reference(...operands)

  test('rounds half away from zero', () => {
    expect([0.5, -0.5, 1.5, -2.5, 0.49999999999999994].map((x) => of('round', x))).toEqual([1, -1, 2, -3, 0])
  })

  test('a NaN is in no range and in no list, and is not equal to itself', () => {
    expect([of('inRange', NaN, 0, 1), of('oneOf', NaN, NaN), of('equal', NaN, NaN), of('notEqual', NaN, NaN)]).toEqual([
      false,
      false,
      false,
      true,
    ])
  })

  test('the edges of bins are multiples of the width, also below zero', () => {
    expect([of('bin', 7, 5), of('bin', -1, 5), of('bin', 10, 5)]).toEqual([5, -5, 10])
  })

  test('a square is a product', () => {
    expect(of('power', 0.1, 2)).toBe(0.1 * 0.1)
    expect(of('power', 3, -2)).toBe(1 / 9)
  })
})
