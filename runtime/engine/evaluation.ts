import type { Expr, Plan } from '../../dsl/ir/plan.ts'
import { typeOf } from '../../dsl/ir/schema.ts'
import type { Demands } from './demands.ts'
import { baseColumn, bind, columnExpr, frameOf, materialise, type Frame, type Tools } from './frame.ts'
import { matchRows } from './match.ts'
import { aggregatesIn, positionColumn, positionType, referencesOf, type Reference } from './plan-parts.ts'
import type { AggregateColumns, Evaluator } from './evaluator.ts'
import { aggregateColumns } from './window-aggregate.ts'
import { definesNeeded } from './define.ts'
import { vetoFrame } from './veto.ts'
import type { Looking } from './looking.ts'
import { positionsInside, spansSeen } from './spans.ts'
import { besides, countingFrom, selectedRows } from './lazy-rows.ts'
import { sliceRows, type Rows } from './vector.ts'

/** Rows that look are few where there are so many more to be looked at. */
const few = 8

/** What a task has read of a dataset, and which of its rows lie in the task's slice. */
export interface ScannedRows {
  readonly rows: Rows
  readonly ownedStart: number
  readonly ownedEnd: number
}

/**
 * Evaluates the nodes of a task's plans over what the task has read: each distinct node once, by structural identity.
 *
 * `owned` rows are those whose anchor lies in the slice; a node's input is owned with it, and what a window looks at is
 * always seen with its reach.
 */
export class Evaluation implements Evaluator {
  readonly tools: Tools
  readonly demands: Demands
  readonly #scanned: ReadonlyMap<string, ScannedRows>
  readonly #frames = new Map<string, Frame>()
  readonly #rows = new Map<number, Rows>()

  constructor(tools: Tools, demands: Demands, scanned: ReadonlyMap<string, ScannedRows>) {
    this.tools = tools
    this.demands = demands
    this.#scanned = scanned
  }

  frame(plan: Plan, owned: boolean): Frame {
    const id = `${this.tools.terms.identity.of(plan)}${owned ? ' owned' : ''}`
    const frame = this.#frames.get(id) ?? this.#evaluate(plan, owned)
    this.#frames.set(id, frame)
    return frame
  }

  /** All rows of a plan that a window may look at, written down. */
  rows(plan: Plan): Rows {
    const id = this.tools.terms.identity.of(plan)
    const rows = this.#rows.get(id) ?? materialise(this.frame(plan, false), this.tools)
    this.#rows.set(id, rows)
    return rows
  }

  rowsSeen(plan: Plan, looking: Looking, by: Rows): Rows {
    const frame = this.frame(plan, false)
    const isWritten = this.#rows.has(this.tools.terms.identity.of(plan)) || frame.conditions.length === 0
    const times = baseColumn(frame, `${looking.key}t`)
    if (isWritten || frame.selection !== null || times === undefined || by.rows * few > frame.base.rows)
      return this.rows(plan)
    const spans = spansSeen(looking, by)
    if (spans === undefined) return this.rows(plan)
    return materialise({ ...frame, selection: positionsInside(times.values, spans) }, this.tools)
  }

  /**
   * Expressions of a frame's columns as ones of its base, their window aggregates being columns of it by then: the frame
   * that is returned takes the place of the given one.
   *
   * @param bound the event references of the frame's rows
   */
  bind(
    frame: Frame,
    expressions: readonly Expr[],
    bound: readonly Reference[],
  ): { readonly frame: Frame; readonly bound: readonly Expr[] } {
    if (aggregatesIn(expressions).length === 0)
      return { frame, bound: expressions.map((expr) => bind(expr, frame.columns)) }
    const { rows, replaced, columns } = this.aggregated(materialise(frame, this.tools), expressions, bound)
    const types = new Map([...frame.columns].map(([name, expr]) => [name, columnExpr(name, typeOf(expr))]))
    const all = new Map([...types, ...columns])
    return { frame: frameOf(rows, types), bound: replaced.map((expr) => bind(expr, all)) }
  }

  /** Rows with a column for each window aggregate in the expressions, and the expressions that read these instead. */
  aggregated(rows: Rows, expressions: readonly (Expr | null)[], bound: readonly Reference[]): AggregateColumns {
    return aggregateColumns({ rows, expressions, bound }, this)
  }

  #evaluate(plan: Plan, owned: boolean): Frame {
    switch (plan.op) {
      case 'scan':
        return this.#scan(plan, owned)
      case 'filter': {
        const { frame, bound } = this.bind(this.frame(plan.input, owned), [plan.where], referencesOf(plan.input))
        return { ...frame, conditions: [...frame.conditions, ...bound] }
      }
      case 'define':
        return this.#define(plan, owned)
      case 'select':
        return this.#select(plan, owned)
      case 'veto':
        return vetoFrame(plan, this.frame(plan.input, owned), this)
      case 'match': {
        const { rows, types } = matchRows(plan, this.frame(plan.input, owned), this)
        return frameOf(rows, types)
      }
      case 'group':
      case 'sort':
      case 'take':
        throw new Error(`${plan.op} is held in memory before a task sees it`)
    }
  }

  #scan(plan: Extract<Plan, { op: 'scan' }>, owned: boolean): Frame {
    const scanned = this.#scanned.get(plan.dataset)
    if (scanned === undefined) throw new Error(`the task has not read ${plan.dataset}`)
    const [start, end] = owned ? [scanned.ownedStart, scanned.ownedEnd] : [0, scanned.rows.rows]
    const demanded = this.demands.of(plan)
    const base = sliceRows(scanned.rows, start, end)
    const types = new Map(plan.schema.columns.map(({ name, type }) => [name, type]))
    const columns = new Map([...demanded].map((name) => [name, columnExpr(name, types.get(name) ?? positionType)]))
    if (!demanded.has(positionColumn)) return frameOf(base, columns)
    const position = selectedRows(base, null, new Map([[positionColumn, countingFrom(start, base.rows)]]))
    return frameOf(besides(base, position), columns)
  }

  #define(plan: Extract<Plan, { op: 'define' }>, owned: boolean): Frame {
    const needed = definesNeeded(plan, this.demands.of(plan))
    return plan.columns
      .filter(({ name }) => needed.has(name))
      .reduce(
        (input, { name, value }) => {
          const { frame, bound } = this.bind(input, [value], referencesOf(plan.input))
          return { ...frame, columns: new Map([...frame.columns, [name, bound[0]!]]) }
        },
        this.frame(plan.input, owned),
      )
  }

  #select(plan: Extract<Plan, { op: 'select' }>, owned: boolean): Frame {
    const demanded = this.demands.of(plan)
    const chosen = plan.columns.filter(({ name }) => demanded.has(name))
    const values = chosen.map(({ value }) => value)
    const { frame, bound } = this.bind(this.frame(plan.input, owned), values, referencesOf(plan.input))
    const columns = new Map(chosen.map(({ name }, index): [string, Expr] => [name, bound[index]!]))
    for (const name of demanded) {
      const position = frame.columns.get(name)
      if (name.endsWith(positionColumn) && position !== undefined) columns.set(name, position)
    }
    return { ...frame, columns }
  }
}
