import type { Value } from '../../dsl/functions/function.ts'
import { rowFunctions } from '../../dsl/functions/index.ts'
import type { Expr } from '../../dsl/ir/plan.ts'
import { typeOf } from '../../dsl/ir/schema.ts'
import {
  leavesRest,
  type Columns,
  type Fill,
  type Kernels,
  type PairRequest,
  type PairSearch,
  type Select,
  type Target,
  type Terms,
} from './kernels.ts'
import type { NumberVector } from './vector.ts'

/**
 * The kernels without generated code: expressions row by row, by the reference definition of each function. Slow; for
 * where code may not be generated, and to judge the code that is.
 */
export const interpretedKernels: Kernels = { select, fill, pairs }

/** The value of an expression at a row and a looked-at row; instants as ns since 1970. */
export type Evaluate = (i: number, j: number) => Value

function select(conditions: readonly Expr[], columns: Columns, terms: Terms): Select {
  const evaluates = conditions.map((condition) => evaluator(condition, columns, terms))
  // Whether there is one is not asked here: who counts NaN looks.
  terms.metNan[0] = 1
  return (start, end, selection, out, at) => {
    let k = at
    for (let q = start; q < end; q++) {
      const i = selection === null ? q : selection[q]!
      if (evaluates.every((evaluate) => evaluate(i, 0) === true)) out[k++] = i
    }
    return k
  }
}

function fill(expressions: readonly Expr[], targets: readonly Target[], columns: Columns, terms: Terms): Fill {
  const evaluates = expressions.map((expr) => evaluator(expr, columns, terms))
  const bases = expressions.map((expr) => (typeOf(expr).kind === 'instant' ? terms.base : 0n))
  return (start, end, selection, at) => {
    for (let q = start; q < end; q++) {
      const i = selection === null ? q : selection[q]!
      evaluates.forEach((evaluate, index) => {
        const target = targets[index]!
        const value = evaluate(i, 0)
        target.valid[at + q - start] = value === undefined ? 0 : 1
        put(target, at + q - start, typeof value === 'bigint' ? value - bases[index]! : value, terms)
      })
    }
  }
}

function pairs(request: PairRequest, columns: Columns, terms: Terms): PairSearch {
  const where = request.where === null ? () => true : evaluator(request.where, columns, terms)
  terms.metNan[0] = 1
  const isPair = (i: number, j: number): boolean =>
    where(i, j) === true &&
    request.exclusions.every((vectors) => vectors.some(([row, other]) => row.values[i] !== other.values[j]))
  return (progress, end, { low, high }, out) => {
    let k = 0
    for (; progress.row < end; progress.row++, progress.next = -1) {
      const i = progress.row
      const found: number[] = []
      const start = progress.next < 0 ? low[i]! : progress.next
      for (let j = start; j < high[i]!; j++) if (isPair(i, j)) found.push(j)
      out.mask[i] = found.length > 0 ? 1 : 0
      for (const j of chosen(request, i, found)) {
        out.row[k] = i
        out.other[k++] = j
        if (request.mode !== 'each' || k < out.row.length) continue
        progress.next = j + 1
        return k
      }
    }
    return k
  }
}

function chosen({ mode, times }: PairRequest, i: number, found: readonly number[]): readonly number[] {
  switch (mode) {
    case 'each':
      return found
    case 'first':
      return found.slice(0, 1)
    case 'last':
      return found.slice(-1)
    case 'exists':
      return []
    case 'nearest': {
      const apart = (j: number): number => Math.abs((times?.[1].values[j] ?? 0) - (times?.[0].values[i] ?? 0))
      return found.toSorted((left, right) => apart(left) - apart(right)).slice(0, 1)
    }
  }
}

function evaluator(expr: Expr, columns: Columns, terms: Terms): Evaluate {
  return rowEvaluator(expr, (column) => {
    const { kind } = typeOf(column)
    const isRow = column.row === 'row'
    const vector = isRow ? columns.row(column.name) : columns.other(column.name)
    return (i, j) => valueAt(vector, isRow ? i : j, kind, terms)
  })
}

type ColumnExpr = Extract<Expr, { kind: 'column' }>

/** An expression as a function of row and looked-at row, given how its columns are read. */
export function rowEvaluator(expr: Expr, columnOf: (column: ColumnExpr) => Evaluate): Evaluate {
  switch (expr.kind) {
    case 'number':
    case 'bool':
    case 'text':
      return () => expr.value
    case 'instant': {
      const ns = BigInt(expr.ns)
      return () => ns
    }
    case 'column':
      return columnOf(expr)
    case 'call':
      return callEvaluator(
        expr.fn,
        expr.args.map((arg) => (leavesRest(expr) ? rowEvaluator(arg, columnOf) : operand(arg, columnOf))),
      )
    case 'missing':
      return () => undefined
    case 'aggregate':
    case 'reduce':
    case 'element':
    case 'total':
      throw new Error(`${expr.kind} is a column or a literal before it is interpreted`)
  }
}

/** Numbers are float64 in every function: an integer beyond 2^53 is rounded to it. */
function operand(expr: Expr, columnOf: (column: ColumnExpr) => Evaluate): Evaluate {
  const evaluate = rowEvaluator(expr, columnOf)
  if (typeOf(expr).kind !== 'number') return evaluate
  return (i, j) => {
    const value = evaluate(i, j)
    return typeof value === 'bigint' ? Number(value) : value
  }
}

function callEvaluator(fn: string, args: readonly Evaluate[]): Evaluate {
  const reference = rowFunctions.get(fn)?.reference
  switch (fn) {
    case 'exists':
      return (i, j) => args[0]?.(i, j) !== undefined
    case 'coalesce':
      return (i, j) => args[0]?.(i, j) ?? args[1]?.(i, j)
    case 'binInstant':
      return (i, j) => binInstant(args[0]?.(i, j), args[1]?.(i, j))
    case 'and':
    case 'or':
    case 'not':
      return (i, j) => reference?.(...args.map((arg) => arg(i, j)))
  }
  if (reference === undefined) throw new Error(`no function ${fn}`)
  return (i, j) => {
    const values = args.map((arg) => arg(i, j))
    return values.includes(undefined) ? undefined : reference(...values)
  }
}

/** The latest multiple of the width, counted from 1970, that is not after the instant. */
function binInstant(instant: Value, width: Value): Value {
  if (typeof instant !== 'bigint' || typeof width !== 'number') return instant === undefined ? undefined : Number.NaN
  const step = BigInt(width)
  return instant - (((instant % step) + step) % step)
}

function valueAt(vector: NumberVector, at: number, kind: string, terms: Terms): Value {
  if (vector.valid !== null && vector.valid[at] === 0) return undefined
  const value = vector.values[at]!
  switch (kind) {
    case 'bool':
      return value !== 0
    case 'text':
      return terms.textOf(value)
    case 'instant':
      return Number.isNaN(value) ? value : terms.base + BigInt(value) + BigInt(vector.residual?.[at] ?? 0)
  }
  const rest = vector.residual?.[at] ?? 0
  return rest === 0 ? value : BigInt(value) + BigInt(rest)
}

/** Instants from the base. */
function put({ values, residual }: Target, at: number, value: Value, terms: Terms): void {
  const number = typeof value === 'string' ? terms.idOf(value) : Number(value ?? 0)
  values[at] = number
  if (residual !== undefined) residual[at] = typeof value === 'bigint' ? Number(value - BigInt(number)) : 0
}
