import { type Data, DataType, Precision } from 'apache-arrow'
import type { Expr } from '../../dsl/ir/plan.ts'
import { generatedKernels } from '../engine/codegen.ts'
import { ExactSum } from '../engine/exact-sum.ts'
import { Identity } from '../engine/identity.ts'
import { rowEvaluator } from '../engine/interpret.ts'
import type { Terms } from '../engine/kernels.ts'
import { type NumberArray, numbers, type NumberVector } from '../engine/vector.ts'
import type { Arithmetic } from '../index/build-plan.ts'
import { readerOf } from '../index/build-reduce-kernel.ts'

/** The engine's meaning of expressions, for building an index: generated code where values are plain numbers. */
export const buildArithmetic: Arithmetic = {
  evaluator: rowEvaluator,
  sum: () => new ExactSum(),
  positions: (where, count, columnOf) => {
    const columns = new Map<string, Data>()
    const dataOf = (name: string): Data => {
      const data = columns.get(name) ?? columnOf(name)
      columns.set(name, data)
      return data
    }
    return generated(where, count, dataOf) ?? interpreted(where, count, dataOf)
  },
}

class NotPlain extends Error {}

/** Null where a column holds something else than numbers that float64 holds exactly, each of which has a value. */
function generated(where: Expr, count: number, dataOf: (name: string) => Data): Uint32Array | null {
  const row = (name: string): NumberVector => {
    const data = dataOf(name)
    if (data.nullCount > 0 || !isPlain(data.type)) throw new NotPlain()
    return numbers((data.values as NumberArray).subarray(0, count))
  }
  try {
    const select = generatedKernels.select([where], { row, other: row }, terms())
    const out = new Uint32Array(count + 1)
    return out.subarray(0, select(0, count, null, out, 0))
  } catch (error) {
    if (error instanceof NotPlain) return null
    throw error
  }
}

function isPlain(type: DataType): boolean {
  if (DataType.isFloat(type)) return type.precision !== Precision.HALF
  return DataType.isInt(type) && type.bitWidth < 64
}

function terms(): Terms {
  const noText = (): never => {
    throw new NotPlain()
  }
  return { base: 0n, identity: new Identity(), metNan: new Uint8Array(1), idOf: noText, textOf: noText }
}

function interpreted(where: Expr, count: number, dataOf: (name: string) => Data): Uint32Array {
  const condition = rowEvaluator(where, ({ name }) => readerOf(dataOf(name)))
  const found = new Uint32Array(count)
  let at = 0
  for (let element = 0; element < count; element++) if (condition(element, 0) === true) found[at++] = element
  return found.subarray(0, at)
}
