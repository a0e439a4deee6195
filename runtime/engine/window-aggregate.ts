import type { Value } from '../../dsl/functions/function.ts'
import type { Expr, WindowAggregate } from '../../dsl/ir/plan.ts'
import { typeOf } from '../../dsl/ir/schema.ts'
import type { Scalar } from '../../dsl/ir/types.ts'
import { accumulatorOf, type Accumulator } from './accumulator.ts'
import { stateValue } from './accumulator-state.ts'
import { putCell } from './cell.ts'
import type { AggregateColumns, Evaluator } from './evaluator.ts'
import { columnExpr, frameOf, materialise } from './frame.ts'
import { arrayFor } from './kernels.ts'
import { lookingAt } from './looking.ts'
import { findPairs, havePartner, pairBlocks, type Pairing, type Pairs } from './pairs.ts'
import { aggregatesIn, scalarOf, type Reference } from './plan-parts.ts'
import { rangesOf } from './ranges.ts'
import { withVector } from './lazy-rows.ts'
import { gather, numbers, numbersOf, type NumberArray, type NumberVector, type Rows, type Vector } from './vector.ts'

interface AggregateRequest {
  readonly rows: Rows
  readonly expressions: readonly (Expr | null)[]
  readonly bound: readonly Reference[]
}

/** Evaluates the window aggregates of expressions about each row, those inside of another one first. */
export function aggregateColumns(
  { rows, expressions, bound }: AggregateRequest,
  evaluation: Evaluator,
): AggregateColumns {
  const { identity } = evaluation.tools.terms
  const known = new Map<Expr, Expr>()
  const columns = new Map<string, Expr>()
  let all = rows
  for (const aggregate of aggregatesIn(expressions)) {
    const name = `\0aggregate${identity.of(aggregate)}`
    const column = columnExpr(name, aggregate.type)
    known.set(aggregate, column)
    if (columns.has(name)) continue
    const value = aggregate.value === null ? null : replace(aggregate.value, known)
    const where = aggregate.where === null ? null : replace(aggregate.where, known)
    const vector = aggregateColumn({ ...aggregate, value, where }, all, bound, evaluation)
    all = withVector(all, name, vector)
    columns.set(name, column)
  }
  return { rows: all, replaced: expressions.flatMap((expr) => (expr === null ? [] : [replace(expr, known)])), columns }
}

function replace(expr: Expr, known: Map<Expr, Expr>): Expr {
  const found = known.get(expr)
  if (found !== undefined) return found
  if (expr.kind !== 'call') return expr
  const made = { ...expr, args: expr.args.map((arg) => replace(arg, known)) }
  known.set(expr, made)
  return made
}

function aggregateColumn(
  aggregate: WindowAggregate,
  row: Rows,
  bound: readonly Reference[],
  evaluation: Evaluator,
): NumberVector {
  const looking = lookingAt(aggregate.window, bound, aggregate.source)
  const pairing = { looking, row, source: evaluation.rowsSeen(aggregate.source, looking, row), where: aggregate.where }
  const value = aggregate.value ?? { kind: 'bool', value: true }
  switch (aggregate.fn) {
    case 'any':
      return numbers(havePartner({ ...pairing, where: both(pairing.where, value) }, evaluation.tools))
    case 'all': {
      const contradicts = call('and', call('exists', value), call('not', value))
      return numbers(
        havePartner({ ...pairing, where: both(pairing.where, contradicts) }, evaluation.tools).map(
          (found) => found ^ 1,
        ),
      )
    }
    case 'first':
    case 'last':
      return endColumn(
        aggregate.fn,
        value,
        { ...pairing, where: both(pairing.where, call('exists', value)) },
        evaluation,
      )
    case 'count':
      return countColumn(value, pairing, evaluation) ?? gatheredColumn(aggregate, value, pairing, evaluation)
    case 'sum':
    case 'mean':
    case 'min':
    case 'max':
    case 'std':
    case 'median':
      return gatheredColumn(aggregate, value, pairing, evaluation)
  }
}

/** The value of the first or last member, missing where there is none. */
function endColumn(end: 'first' | 'last', value: Expr, pairing: Pairing, evaluation: Evaluator): NumberVector {
  const pairs = findPairs(pairing, end, evaluation.tools)
  const { vector, at } = membersOf(value, pairing, evaluation, pairs)
  const result = blankVector(scalarOf(value), pairing.row.rows)
  for (let k = 0; k < pairs.row.length; k++) {
    const [row, member] = [pairs.row[k]!, at(pairs, k)]
    result.valid[row] = 1
    result.values[row] = vector.values[member]!
    if (vector.residual !== null) result.residual[row] = vector.residual[member]!
  }
  return finished(result)
}

/** Counts without a look at each pair: differences of a running count over the source. Undefined where pairs matter. */
function countColumn(value: Expr, pairing: Pairing, evaluation: Evaluator): NumberVector | undefined {
  const { looking, row, source, where } = pairing
  if (where !== null || looking.exclusions.length > 0 || reads(value, 'row')) return undefined
  const { low, high } = rangesOf(looking, row, source)
  const running = new Uint32Array(source.rows + 1)
  const { values, valid } = sourceValues(value, source, evaluation)
  const isBool = typeOf(value).kind === 'bool'
  for (let j = 0; j < source.rows; j++) {
    const isPresent = valid === null ? 1 : valid[j]!
    running[j + 1] = running[j]! + (isBool ? isPresent & values[j]! : isPresent)
  }
  const counts = new Float64Array(row.rows)
  for (let i = 0; i < counts.length; i++) counts[i] = Math.max(0, running[high[i]!]! - running[low[i]!]!)
  return numbers(counts)
}

/** Any aggregate, from the members of each window one after the other. */
function gatheredColumn(
  { fn, type }: WindowAggregate,
  value: Expr,
  pairing: Pairing,
  evaluation: Evaluator,
): NumberVector {
  const { terms } = evaluation.tools
  const { vector, blocks, at } = membersOf(value, pairing, evaluation)
  const accumulator = accumulatorOf(fn, { vector, type: scalarOf(value), terms })
  const result = blankVector(type, pairing.row.rows)
  const ofNothing = stateValue(accumulator.state())
  for (let row = 0; row < pairing.row.rows; row++) putCell(result, row, ofNothing, terms, type)
  let current = -1
  const finish = (): void => {
    if (current >= 0) putCell(result, current, valueOf(accumulator), terms, type)
    accumulator.clear()
  }
  for (const block of blocks()) {
    for (let k = 0; k < block.row.length; k++) {
      if (block.row[k] !== current) finish()
      current = block.row[k]!
      accumulator.add(at(block, k))
    }
  }
  finish()
  return finished(result)
}

function valueOf(accumulator: Accumulator): Value {
  return accumulator.value === undefined ? stateValue(accumulator.state()) : accumulator.value()
}

/** The pairs of rows and members, and the values of these. */
interface Members {
  readonly vector: NumberVector
  readonly blocks: () => Iterable<Pairs>
  /** Where in `vector` the value of a block's pair is. */
  readonly at: (block: Pairs, pair: number) => number
}

/** A value of the member alone is computed once for each row of the source, else for each pair. */
function membersOf(value: Expr, pairing: Pairing, evaluation: Evaluator, found?: Pairs): Members {
  const { tools } = evaluation
  if (!reads(value, 'row')) {
    const blocks = (): Iterable<Pairs> => pairBlocks(pairing, 'each', tools)
    return { vector: sourceValues(value, pairing.source, evaluation), blocks, at: ({ other }, pair) => other[pair]! }
  }
  const pairs = found ?? findPairs(pairing, 'each', tools)
  return { vector: pairValues(value, pairing, pairs, evaluation), blocks: () => [pairs], at: (_, pair) => pair }
}

function sourceValues(value: Expr, source: Rows, evaluation: Evaluator): NumberVector {
  return computed(
    renamed(value, ({ name }) => name),
    source,
    evaluation,
  )
}

function pairValues(value: Expr, { row, source }: Pairing, pairs: Pairs, evaluation: Evaluator): NumberVector {
  const columns = new Map<string, Vector>()
  const paired = renamed(value, ({ row: side, name }) => {
    const [vector, indices] =
      side === 'row' ? [row.columns.get(name), pairs.row] : [source.columns.get(name), pairs.other]
    if (vector === undefined) throw new Error(`no column ${name}`)
    const own = `${side}:${name}`
    if (!columns.has(own)) columns.set(own, gather(vector, indices, indices.length))
    return own
  })
  return computed(paired, { rows: pairs.row.length, columns }, evaluation)
}

function computed(value: Expr, base: Rows, { tools }: Evaluator): NumberVector {
  return numbersOf(materialise(frameOf(base, new Map([['value', value]])), tools), 'value')
}

type ColumnExpr = Extract<Expr, { kind: 'column' }>

/** The expression with every column one of the row, under another name. */
function renamed(expr: Expr, nameOf: (column: ColumnExpr) => string): Expr {
  if (expr.kind === 'column') return { ...expr, row: 'row', name: nameOf(expr) }
  return expr.kind === 'call' ? { ...expr, args: expr.args.map((arg) => renamed(arg, nameOf)) } : expr
}

function reads(expr: Expr, side: 'row' | 'other'): boolean {
  if (expr.kind === 'column') return expr.row === side
  return expr.kind === 'call' && expr.args.some((arg) => reads(arg, side))
}

function both(where: Expr | null, condition: Expr): Expr {
  return where === null ? condition : call('and', where, condition)
}

function call(fn: string, ...args: readonly Expr[]): Expr {
  return { kind: 'call', fn, args, type: { kind: 'bool' }, missing: false }
}

interface BlankVector {
  readonly kind: 'numbers'
  readonly values: NumberArray
  readonly residual: Float64Array
  readonly valid: Uint8Array
}

/** Rows without any value. */
function blankVector(type: Scalar, rows: number): BlankVector {
  const values = arrayFor({ kind: 'column', row: 'row', name: '', type, missing: true }, rows)
  return { kind: 'numbers', values, residual: new Float64Array(rows), valid: new Uint8Array(rows) }
}

function finished({ values, residual, valid }: BlankVector): NumberVector {
  const isExact = residual.every((rest) => rest === 0)
  return { kind: 'numbers', values, residual: isExact ? null : residual, valid: valid.includes(0) ? valid : null }
}
