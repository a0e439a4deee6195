import type { Scalar } from '../../dsl/ir/types.ts'
import type { AggregateName } from '../../dsl/ir/types.ts'
import { accumulatorOf, type Accumulator } from './accumulator.ts'
import { cellAt } from './cell.ts'
import type { Terms } from './kernels.ts'
import type { NumberVector } from './vector.ts'
import type { GroupPart } from './work.ts'

/** A vector with the type of its values. */
export interface TypedVector {
  readonly vector: NumberVector
  readonly type: Scalar
}

/** What is gathered of a group: of the rows for which `where` is true; null means of all. */
export interface FilledMeasure extends TypedVector {
  readonly fn: AggregateName
  readonly where: NumberVector | null
}

/**
 * Groups rows by their keys and gathers measures of each group. The vectors are buffers that are filled anew for each
 * chunk. Keys are alike as in a sort: NaN is one key, missing is one key, −0 and +0 are the key 0.
 */
export class GroupFill {
  readonly #keys: readonly TypedVector[]
  readonly #measures: readonly FilledMeasure[]
  readonly #terms: Terms
  /** For each key column, the code of each of its values. */
  readonly #codes: readonly Map<number | string, number>[]
  /** From the group of the keys before and a code to the group with it. */
  readonly #steps: readonly Map<number, number>[]
  readonly #groups: { readonly keys: GroupPart['keys']; readonly accumulators: readonly Accumulator[] }[] = []

  constructor(keys: readonly TypedVector[], measures: readonly FilledMeasure[], terms: Terms) {
    this.#keys = keys
    this.#measures = measures
    this.#terms = terms
    this.#codes = keys.map(() => new Map())
    this.#steps = keys.map(() => new Map())
    if (keys.length === 0) this.#open(0)
  }

  /** Adds the rows [0, count) of the vectors. */
  add(count: number): void {
    if (this.#keys.length === 0) {
      for (const accumulator of this.#groups[0]!.accumulators)
        for (let row = 0; row < count; row++) accumulator.add(row)
      return
    }
    for (let row = 0; row < count; row++) {
      const { accumulators } = this.#groups[this.#groupOf(row)]!
      for (let at = 0; at < accumulators.length; at++) accumulators[at]!.add(row)
    }
  }

  parts(): readonly GroupPart[] {
    return this.#groups.map(({ keys, accumulators }) => ({
      keys,
      measures: accumulators.map((accumulator) => accumulator.state()),
    }))
  }

  #groupOf(row: number): number {
    let group = 0
    for (let at = 0; at < this.#keys.length; at++) {
      const step = group * codeSpan + this.#codeOf(at, row)
      const steps = this.#steps[at]!
      let next = steps.get(step)
      if (next === undefined) {
        next = at === this.#keys.length - 1 ? this.#open(row) : steps.size
        steps.set(step, next)
      }
      group = next
    }
    return group
  }

  #codeOf(at: number, row: number): number {
    const { values, residual, valid } = this.#keys[at]!.vector
    const codes = this.#codes[at]!
    const exact = residual === null || residual[row] === 0
    const key = valid?.[row] === 0 ? 'missing' : exact ? values[row]! : `${values[row]} ${residual[row]}`
    let code = codes.get(key)
    if (code === undefined) {
      code = codes.size
      codes.set(key, code)
    }
    return code
  }

  #open(row: number): number {
    const keys = this.#keys.map(({ vector, type }) => {
      const key = cellAt(vector, row, type, this.#terms)
      return key === 0 ? 0 : key
    })
    const accumulators = this.#measures.map(({ fn, where, ...source }) => {
      const accumulator = accumulatorOf(fn, { ...source, terms: this.#terms })
      return where === null ? accumulator : conditional(accumulator, where)
    })
    return this.#groups.push({ keys, accumulators }) - 1
  }
}

function conditional(accumulator: Accumulator, { values, valid }: NumberVector): Accumulator {
  return {
    ...accumulator,
    add: (row) => {
      if (values[row] === 1 && valid?.[row] !== 0) accumulator.add(row)
    },
  }
}

/** More than there are codes of one key, so that a group and a code make one exact number. */
const codeSpan = 2 ** 26
