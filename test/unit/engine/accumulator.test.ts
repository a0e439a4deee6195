import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import type { AggregateName } from '../../../dsl/ir/types.ts'
import type { Value } from '../../../dsl/functions/function.ts'
import { accumulatorOf, type AccumulatorState } from '../../../runtime/engine/accumulator.ts'
import { mergeStates, stateValue } from '../../../runtime/engine/accumulator-state.ts'
import { Identity } from '../../../runtime/engine/identity.ts'
import { numbers } from '../../../runtime/engine/vector.ts'
import { exactStd } from '../../../runtime/naive/exact.ts'
import { float64 } from '../naive/build.ts'

const terms = {
  base: 0n,
  identity: new Identity(),
  metNan: new Uint8Array(1),
  idOf: () => 0,
  textOf: () => '',
}

function state(fn: AggregateName, values: readonly number[]): AccumulatorState {
  const accumulator = accumulatorOf(fn, { vector: numbers(Float64Array.from(values)), type: float64, terms })
  values.forEach((_, at) => accumulator.add(at))
  return accumulator.state()
}

function valueOf(fn: AggregateName, ...values: readonly number[]): Value {
  return stateValue(state(fn, values))
}

const numeric: readonly AggregateName[] = ['count', 'sum', 'mean', 'min', 'max', 'std', 'median', 'first', 'last']

describe('an aggregate', () => {
  test.each(numeric)('%s of parts is that of the whole', (fn) => {
    fc.assert(
      fc.property(fc.array(fc.double()), fc.nat(), (values, cut) => {
        const at = values.length === 0 ? 0 : cut % values.length
        const merged = mergeStates(state(fn, values.slice(0, at)), state(fn, values.slice(at)))
        expect(stateValue(merged)).toBe(valueOf(fn, ...values))
      }),
    )
  })

  test('sums without the error of a running sum', () => {
    expect(valueOf('sum', 1e16, 1, -1e16)).toBe(1)
    expect(valueOf('sum', 0.1, 0.2, 0.3)).toBe(0.6)
  })

  test('of a NaN is NaN, for the smallest and the largest too', () => {
    expect(valueOf('min', 1, Number.NaN, 2)).toBeNaN()
    expect(valueOf('max', 1, Number.NaN, 2)).toBeNaN()
  })

  test('has −0 below +0', () => {
    expect(valueOf('min', 0, -0)).toBe(-0)
    expect(valueOf('max', -0, 0)).toBe(0)
  })

  test('deviates by nothing where all values are alike, however large', () => {
    expect(valueOf('std', 1e15 + 0.5, 1e15 + 0.5, 1e15 + 0.5)).toBe(0)
  })

  test('deviates as the definition says for squares beyond and below float64', () => {
    const extremes = fc.oneof(
      fc.double({ noNaN: true, noDefaultInfinity: true }),
      fc.constantFrom(1e200, -3e180, 1e-200, 5e-324, -2e-170, 1),
    )
    fc.assert(
      fc.property(fc.array(extremes, { minLength: 1 }), (values) => {
        expect(valueOf('std', ...values)).toBe(exactStd(values))
      }),
    )
  })

  test('that is read and cleared for one window after another does not grow', () => {
    const accumulator = accumulatorOf('sum', { vector: numbers(Float64Array.of(0.1, 1e9)), type: float64, terms })
    for (let window = 0; window < 1000; window++) {
      accumulator.clear()
      accumulator.add(window % 2)
      accumulator.state()
    }
    const last = accumulator.state()
    expect(last.kind === 'sum' ? last.sum.limbs.length : Infinity).toBeLessThan(10)
  })
})
