import type { Expr, Plan } from '../../dsl/ir/plan.ts'
import { schemaOf } from '../../dsl/ir/schema.ts'
import { burstRows } from './burst.ts'
import type { Demands } from './demands.ts'
import { duringFrame } from './during.ts'
import { derivedIn } from './expr-parts.ts'
import { baseColumn, bind, columnExpr, frameOf, materialise, ownColumns, type Frame, type Tools } from './frame.ts'
import { heldBy, isHeldBurst, isHeldDuring, isHeldJoin } from './held-plan.ts'
import { joinedRows } from './join.ts'
import { matchRows } from './match.ts'
import { positionColumn, positionType, referencesOf, type Reference, type UnionPlan } from './plan-parts.ts'
import type { Held } from './portable.ts'
import { renumberedRows } from './renumber.ts'
import { sampledRows } from './sample.ts'
import { shiftFrame } from './shift.ts'
import { unionRows } from './union.ts'
import type { AggregateColumns, Evaluator } from './evaluator.ts'
import { aggregateColumns } from './window-aggregate.ts'
import { definesNeeded } from './define.ts'
import { vetoFrame } from './veto.ts'
import type { LateColumns } from './late-columns.ts'
import type { Looking } from './looking.ts'
import { positionsInside, spansSeen } from './spans.ts'
import { besides, countingFrom, selectedRows, type ColumnAt } from './lazy-rows.ts'
import { slice, sliceRows, type Rows } from './vector.ts'

export interface EvaluationData {
  /** By the dataset that scans name. */
  readonly scanned: ReadonlyMap<string, ScannedRows>
  readonly held: ReadonlyMap<string, Held>
}

/** Rows that look are few where there are so many more to be looked at. */
const few = 8

/** What a task has read of a dataset. */
export interface ScannedRows {
  readonly rows: Rows
  /** Columns besides those of `rows`. */
  readonly late: LateColumns
  /** The rows [start, end) whose time lies in the task's slice when the slice is moved by so many ns. */
  owned(by: number): readonly [start: number, end: number]
}

/**
 * Evaluates the nodes of a task's plans over what the task has read: each distinct node once, by structural identity.
 *
 * `owned` says which rows: those whose time lies in the slice moved by so many ns, or null for all that the reach shows.
 * A node's input is owned with it, and what a window looks at is always seen with its reach.
 */
export class Evaluation implements Evaluator {
  readonly tools: Tools
  readonly demands: Demands
  readonly #scanned: ReadonlyMap<string, ScannedRows>
  readonly #held: ReadonlyMap<string, Held>
  readonly #frames = new Map<string, Frame>()
  readonly #rows = new Map<number, Rows>()

  constructor(tools: Tools, demands: Demands, { scanned, held }: EvaluationData) {
    this.tools = tools
    this.demands = demands
    this.#scanned = scanned
    this.#held = held
  }

  frame(plan: Plan, owned: number | null): Frame {
    const id = `${this.tools.terms.identity.of(plan)} ${owned}`
    const frame = this.#frames.get(id) ?? this.#evaluate(plan, owned)
    this.#frames.set(id, frame)
    return frame
  }

  /** All rows of a plan that a window may look at, written down. */
  rows(plan: Plan): Rows {
    const id = this.tools.terms.identity.of(plan)
    const rows = this.#rows.get(id) ?? materialise(this.frame(plan, null), this.tools)
    this.#rows.set(id, rows)
    return rows
  }

  rowsSeen(plan: Plan, looking: Looking, by: Rows): Rows {
    const frame = this.frame(plan, null)
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
    if (derivedIn(expressions).length === 0)
      return { frame, bound: expressions.map((expr) => bind(expr, frame.columns)) }
    const { rows, replaced, columns } = this.aggregated(materialise(frame, this.tools), expressions, bound)
    const types = ownColumns(frame)
    const all = new Map([...types, ...columns])
    return { frame: frameOf(rows, types), bound: replaced.map((expr) => bind(expr, all)) }
  }

  /** Rows with a column for each window aggregate in the expressions, and the expressions that read these instead. */
  aggregated(rows: Rows, expressions: readonly (Expr | null)[], bound: readonly Reference[]): AggregateColumns {
    return aggregateColumns({ rows, expressions, bound }, this)
  }

  #evaluate(plan: Plan, owned: number | null): Frame {
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
      case 'shift':
        return shiftFrame(plan, this.frame(plan.input, owned === null ? null : owned - plan.by))
      case 'sample':
        return this.#exact(plan, owned, (rows) => sampledRows(plan, rows))
      case 'renumber':
        return this.#exact(plan, owned, (rows) => renumberedRows(plan, rows))
      case 'union':
        return this.#union(plan, owned)
      case 'burst':
      case 'during':
      case 'join':
      case 'complete':
      case 'group':
      case 'sort':
      case 'take':
        return this.#overHeld(plan, owned)
    }
  }

  /** Nodes that look at what is held in memory. */
  #overHeld(plan: Plan, owned: number | null): Frame {
    const key = heldBy(plan)
    const held = key === undefined ? undefined : this.#held.get(key)
    if (held === undefined) throw new Error(`${plan.op} is held in memory before a task sees it`)
    if (isHeldBurst(plan)) return this.#exact(plan, owned, (rows) => burstRows(rows, held, this.tools.terms.base))
    if (isHeldJoin(plan)) return this.#exact(plan, owned, (rows) => joinedRows(plan, rows, held, this))
    if (isHeldDuring(plan)) return duringFrame(plan, this.frame(plan.input, owned), held, this.tools)
    throw new Error(`${plan.op} needs nothing held`)
  }

  /** A node that makes its rows of those of its input as written down. */
  #exact(plan: Exclude<Plan, { op: 'scan' | 'union' }>, owned: number | null, make: (rows: Rows) => Rows): Frame {
    return this.#written(plan, make(materialise(this.frame(plan.input, owned), this.tools)))
  }

  #union(plan: UnionPlan, owned: number | null): Frame {
    const names = [...new Set([...this.demands.of(plan), 't', 'file', 'entry'])]
    const inputs = plan.inputs.map((input) => materialise(this.frame(input, owned), this.tools))
    return this.#written(plan, unionRows(plan, inputs, names))
  }

  #written(plan: Plan, rows: Rows): Frame {
    const types = new Map(schemaOf(plan).columns.map(({ name, type }) => [name, type]))
    const columns = [...rows.columns.keys()].map((name): [string, Expr] => [
      name,
      columnExpr(name, types.get(name) ?? positionType),
    ])
    return frameOf(rows, new Map(columns))
  }

  #scan(plan: Extract<Plan, { op: 'scan' }>, owned: number | null): Frame {
    const scanned = this.#scanned.get(plan.dataset)
    if (scanned === undefined) throw new Error(`the task has not read ${plan.dataset}`)
    const [start, end] = owned === null ? [0, scanned.rows.rows] : scanned.owned(owned)
    const demanded = this.demands.of(plan)
    const early = sliceRows(scanned.rows, start, end)
    const base = scanned.late.names.length === 0 ? early : besides(early, lateRows(scanned.late, start, end))
    const types = new Map(plan.schema.columns.map(({ name, type }) => [name, type]))
    const columns = new Map([...demanded].map((name) => [name, columnExpr(name, types.get(name) ?? positionType)]))
    if (!demanded.has(positionColumn)) return frameOf(base, columns)
    const position = selectedRows(base, null, new Map([[positionColumn, countingFrom(start, base.rows)]]))
    return frameOf(besides(base, position), columns)
  }

  #define(plan: Extract<Plan, { op: 'define' }>, owned: number | null): Frame {
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

  #select(plan: Extract<Plan, { op: 'select' }>, owned: number | null): Frame {
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

/** The rows [start, end) with their late columns. */
function lateRows(late: LateColumns, start: number, end: number): Rows {
  const columns = late.names.map((name): [string, ColumnAt] => [
    name,
    (positions) => {
      if (positions === null) return slice(late.at(name, null), start, end)
      return late.at(name, start === 0 ? positions : positions.map((position) => start + position))
    },
  ])
  return selectedRows({ rows: end - start, columns: new Map() }, null, new Map(columns))
}
