import type { Expr } from '../../dsl/ir/plan.ts'
import { typeOf } from '../../dsl/ir/schema.ts'
import type { ListType, Type } from '../../dsl/ir/types.ts'
import { arrayFor, chunkRows, leavesRest, type Columns, type Kernels, type Target, type Terms } from './kernels.ts'
import type { Cancel } from '../ports/format.ts'
import { pickRows, selectedRows, withVector, type ColumnAt } from './lazy-rows.ts'
import { numbers, numbersOf, type NumberVector, type Rows } from './vector.ts'

/**
 * The rows of a plan node without being written down: columns of a base, which of its rows are left, and what is still
 * to be tested. A `define` costs nothing until its column is needed; filters in a row become one loop.
 */
export interface Frame {
  readonly base: Rows
  /** Positions in the base, ascending; null for all of them. */
  readonly selection: Uint32Array | null
  /** Conditions on the base's columns that the selected rows have not been put to yet. */
  readonly conditions: readonly Expr[]
  /** The node's columns as expressions of the base's columns. */
  readonly columns: ReadonlyMap<string, Expr>
}

/** What evaluation needs besides the data. */
export interface Tools {
  readonly kernels: Kernels
  readonly terms: Terms
  readonly cancel: Cancel
}

/** A frame of rows as they are: each column stands for itself. */
export function frameOf(base: Rows, types: ReadonlyMap<string, Expr>): Frame {
  return { base, selection: null, conditions: [], columns: types }
}

/** Reads expressions at the rows of a base. */
export function columnsOf(base: Rows, other: Rows = base): Columns {
  return { row: (name) => numbersOf(base, name), other: (name) => numbersOf(other, name) }
}

/** An expression of a node's columns as one of its frame's base. */
export function bind(expr: Expr, columns: ReadonlyMap<string, Expr>, known = new Map<Expr, Expr>()): Expr {
  const found = known.get(expr)
  if (found !== undefined) return found
  const bound = bindNew(expr, columns, known)
  known.set(expr, bound)
  return bound
}

function bindNew(expr: Expr, columns: ReadonlyMap<string, Expr>, known: Map<Expr, Expr>): Expr {
  switch (expr.kind) {
    case 'number':
    case 'bool':
    case 'text':
    case 'instant':
    case 'missing':
      return expr
    case 'column': {
      if (expr.row === 'other') return expr
      const value = columns.get(expr.name)
      if (value === undefined) throw new Error(`no column ${expr.name} among ${[...columns.keys()].join(', ')}`)
      return value
    }
    case 'call':
      return { ...expr, args: expr.args.map((arg) => bind(arg, columns, known)) }
    case 'aggregate':
    case 'reduce':
    case 'element':
    case 'total':
      throw new Error(`${expr.kind} is a column or a literal before it is bound`)
  }
}

/** A run of selected rows: `selection[start..end)`, or the rows [start, end) where it is null. */
export interface Chunk {
  readonly start: number
  readonly end: number
  readonly selection: Uint32Array | null
}

/** The rows of a frame that hold, chunk by chunk. The selection of a chunk is overwritten by the next one. */
export function* chunksOf(frame: Frame, tools: Tools): Generator<Chunk> {
  const rows = frame.selection?.length ?? frame.base.rows
  const select =
    frame.conditions.length === 0 ? null : tools.kernels.select(frame.conditions, columnsOf(frame.base), tools.terms)
  const out = select === null ? null : new Uint32Array(Math.min(rows, chunkRows) + 1)
  for (let start = 0; start < rows; start += chunkRows) {
    tools.cancel.throwIfAborted()
    const end = Math.min(rows, start + chunkRows)
    if (select === null || out === null) yield { start, end, selection: frame.selection }
    else yield { start: 0, end: select(start, end, frame.selection, out, 0), selection: out }
  }
}

/** The same rows with all conditions applied. */
export function settle(frame: Frame, { kernels, terms, cancel }: Tools): Frame {
  if (frame.conditions.length === 0) return frame
  const known = settled.get(frame.conditions)
  if (known?.base === frame.base && known.before === frame.selection)
    return { ...frame, selection: known.selection, conditions: [] }
  const rows = frame.selection?.length ?? frame.base.rows
  const select = kernels.select(frame.conditions, columnsOf(frame.base), terms)
  // Memory that is not written to costs nothing.
  const all = new Uint32Array(rows + 1)
  let count = 0
  for (let start = 0; start < rows; start += chunkRows) {
    cancel.throwIfAborted()
    count = select(start, Math.min(rows, start + chunkRows), frame.selection, all, count)
  }
  const selection = all.subarray(0, count)
  settled.set(frame.conditions, { base: frame.base, before: frame.selection, selection })
  return { ...frame, selection, conditions: [] }
}

/** What was left of rows by conditions: several outputs ask it of one frame, or one asks again when more has been read. */
const settled = new WeakMap<
  readonly Expr[],
  { readonly base: Rows; readonly before: Uint32Array | null; readonly selection: Uint32Array }
>()

/** The rows of a frame with its columns, and no others; each is written down when it is first read. */
export function materialise(frame: Frame, tools: Tools): Rows {
  const { base, selection, columns } = settle(frame, tools)
  const sources = [...columns].map(([name, expr]): [string, string | ColumnAt] => {
    if (expr.kind === 'column') return [name, expr.name]
    if (expr.kind === 'missing' && expr.type.kind === 'list') return [name, noLists(expr.type, base.rows)]
    return [name, (positions) => evaluate(expr, { base, selection: positions }, tools)]
  })
  return selectedRows(base, selection, new Map(sources))
}

/** The same rows without a selection or condition, each column for itself. */
export function exactFrame(frame: Frame, tools: Tools): Frame {
  return frameOf(materialise(frame, tools), ownColumns(frame))
}

/** The columns of a frame as they are once it is written down. */
export function ownColumns({ columns }: Frame): ReadonlyMap<string, Expr> {
  return new Map([...columns].map(([name, expr]) => [name, columnExpr(name, typeOf(expr))]))
}

/** A column of lists without any. */
function noLists({ element }: ListType, baseRows: number): ColumnAt {
  const names = element.kind === 'record' ? element.fields.map(({ name }) => name) : ['']
  return (positions) => {
    const rows = positions?.length ?? baseRows
    const fields = new Map(names.map((name) => [name, numbers(new Float64Array(0))]))
    return { kind: 'list', offsets: new Int32Array(rows + 1), fields, valid: new Uint8Array(rows) }
  }
}

/** Where so many more rows are not selected, the columns are gathered first: they need not even be read elsewhere. */
const sparse = 4

/** The values of an expression over a base's columns, at the selected rows. */
function evaluate(expr: Expr, selected: Selected, { kernels, terms, cancel }: Tools): NumberVector {
  const { base, selection } = gathered(selected)
  const rows = selection?.length ?? base.rows
  const residual = leavesRest(expr) ? new Float64Array(rows) : undefined
  const own = residual === undefined ? {} : { residual }
  const target = { values: arrayFor(expr, rows), valid: new Uint8Array(rows).fill(1), ...own }
  const fill = kernels.fill([expr], [target], columnsOf(base), terms)
  for (let start = 0; start < rows; start += chunkRows) {
    cancel.throwIfAborted()
    fill(start, Math.min(rows, start + chunkRows), selection, start)
  }
  const valid = target.valid.includes(0) ? target.valid : null
  const isFar = residual?.some((rest) => rest !== 0) === true
  return isFar ? { kind: 'numbers', values: target.values, residual, valid } : numbers(target.values, valid)
}

interface Selected {
  readonly base: Rows
  readonly selection: Uint32Array | null
}

function gathered({ base, selection }: Selected): Selected {
  if (selection === null || selection.length * sparse > base.rows) return { base, selection }
  return { base: pickRows(base, selection), selection: null }
}

/** A column of a frame that is one of its base as it is: undefined for one that is computed. */
export function baseColumn({ base, columns }: Frame, name: string): NumberVector | undefined {
  const expr = columns.get(name)
  return expr?.kind === 'column' ? numbersOf(base, expr.name) : undefined
}

/** The rows of a frame for which the mask over its base is 1 (`keep`), or 0 (`veto`). */
export function masked(frame: Frame, mask: Uint8Array, mode: 'keep' | 'veto'): Frame {
  const name = `\0mask${frame.base.columns.size}`
  const isInside = columnExpr(name, { kind: 'bool' })
  const isOutside: Expr = { kind: 'call', fn: 'not', args: [isInside], type: { kind: 'bool' }, missing: false }
  return {
    ...frame,
    base: withVector(frame.base, name, numbers(mask)),
    conditions: [...frame.conditions, mode === 'keep' ? isInside : isOutside],
  }
}

/** Buffers that hold the values of expressions for one chunk after another, integers with what float64 does not hold. */
export class ChunkValues {
  readonly vectors: readonly NumberVector[]
  readonly #fill: (chunk: Chunk) => void

  constructor(expressions: readonly Expr[], base: Rows, { kernels, terms }: Tools) {
    const columns = columnsOf(base)
    const length = Math.min(base.rows, chunkRows)
    const targets = expressions.map((expr): Target => ({
      values: arrayFor(expr, length),
      valid: new Uint8Array(length).fill(1),
      ...(mayBeFar(expr, base) ? { residual: new Float64Array(length) } : {}),
    }))
    this.vectors = targets.map(({ values, valid, residual = null }, index) => ({
      kind: 'numbers',
      values,
      residual,
      valid: mayLack(expressions[index]!, base) ? valid : null,
    }))
    const fill = kernels.fill(expressions, targets, columns, terms)
    this.#fill = ({ start, end, selection }) => fill(start, end, selection, 0)
  }

  /** Writes the values of the chunk's rows to the front of `vectors`. */
  fill(chunk: Chunk): void {
    this.#fill(chunk)
  }
}

/** Whether a value of the expression may need more than float64 holds. */
function mayBeFar(expr: Expr, base: Rows): boolean {
  return expr.kind === 'column' ? numbersOf(base, expr.name).residual !== null : leavesRest(expr)
}

/** Whether a value of the expression may be missing, by the columns it reads. */
function mayLack(expr: Expr, base: Rows): boolean {
  if (expr.kind === 'column') return numbersOf(base, expr.name).valid !== null
  return expr.kind === 'missing' || (expr.kind === 'call' && expr.args.some((arg) => mayLack(arg, base)))
}

/** The column `name` of a row. Whether it may lack values is for its vector to say. */
export function columnExpr(name: string, type: Type): Expr {
  return { kind: 'column', row: 'row', name, type, missing: false }
}
