import type { Value } from '../../dsl/functions/function.ts'
import type { Expr, WindowAggregate } from '../../dsl/ir/plan.ts'
import { accumulatorOf, type Accumulator } from './accumulator.ts'
import { stateValue } from './accumulator-state.ts'
import { putCell } from './cell.ts'
import type { AggregateColumns, Evaluator } from './evaluator.ts'
import { blankVector, finished } from './blank-vector.ts'
import { derivedIn, mayRefuse, reads, replaced, withParts } from './expr-parts.ts'
import { columnExpr } from './frame.ts'
import { derivedName, listColumn, otherColumn, valueColumn } from './lists.ts'
import { lookingAt } from './looking.ts'
import { pairedRows, type Pairing, type Pairs } from './paired-rows.ts'
import { findPairs, havePartner, pairBlocks } from './pairs.ts'
import { scalarOf, type Reference } from './plan-parts.ts'
import { rangedColumn } from './ranged-aggregate.ts'
import { withVector } from './lazy-rows.ts'
import { numbers, type NumberVector, type Rows } from './vector.ts'

interface AggregateRequest {
  readonly rows: Rows
  readonly expressions: readonly (Expr | null)[]
  readonly bound: readonly Reference[]
}

/** Evaluates the window aggregates about each row and the reductions of its lists, those inside of another one first. */
export function aggregateColumns(
  { rows, expressions, bound }: AggregateRequest,
  evaluation: Evaluator,
): AggregateColumns {
  const known = new Map<Expr, Expr>()
  const columns = new Map<string, Expr>()
  let all = rows
  for (const derived of derivedIn(expressions)) {
    const name = derivedName(derived, evaluation.tools)
    const column = columnExpr(name, derived.type)
    known.set(derived, column)
    if (columns.has(name)) continue
    const vector =
      derived.kind === 'aggregate'
        ? aggregateColumn(
            withParts(derived, (part) => replaced(part, known)) as WindowAggregate,
            all,
            bound,
            evaluation,
          )
        : listColumn(derived, all, evaluation.tools)
    all = withVector(all, name, vector)
    columns.set(name, column)
  }
  return { rows: all, replaced: expressions.flatMap((expr) => (expr === null ? [] : [replaced(expr, known)])), columns }
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
  const ranged = mayRefuse(value) ? undefined : rangedColumn(aggregate, value, pairing, evaluation.tools)
  return ranged ?? pairedColumn(aggregate, value, pairing, evaluation)
}

/** An aggregate from a look at each pair. */
function pairedColumn(aggregate: WindowAggregate, value: Expr, pairing: Pairing, evaluation: Evaluator): NumberVector {
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

/** A value of the member alone is computed once for each row of the source, which must not refuse those in no window; else for each pair. */
function membersOf(value: Expr, pairing: Pairing, evaluation: Evaluator, found?: Pairs): Members {
  const { tools } = evaluation
  if (!reads(value, 'row') && !mayRefuse(value)) {
    const blocks = (): Iterable<Pairs> => pairBlocks(pairing, 'each', tools)
    return { vector: otherColumn(value, pairing.source, tools), blocks, at: ({ other }, pair) => other[pair]! }
  }
  const pairs = found ?? findPairs(pairing, 'each', tools)
  return { vector: pairValues(value, pairing, pairs, evaluation), blocks: () => [pairs], at: (_, pair) => pair }
}

function pairValues(value: Expr, pairing: Pairing, pairs: Pairs, { tools }: Evaluator): NumberVector {
  const { rows, expr } = pairedRows(value, pairing, pairs)
  return valueColumn(expr, rows, tools)
}

function both(where: Expr | null, condition: Expr): Expr {
  return where === null ? condition : call('and', where, condition)
}

function call(fn: string, ...args: readonly Expr[]): Expr {
  return { kind: 'call', fn, args, type: { kind: 'bool' }, missing: false }
}
