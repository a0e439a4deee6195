import type { ColumnExpr, Expr, Measure, Plan } from '../../dsl/ir/plan.ts'
import { schemaOf, typeOf } from '../../dsl/ir/schema.ts'
import type { Evaluation } from './evaluation.ts'
import { emptyState } from './accumulator-state.ts'
import { mayRefuse, rowColumns } from './expr-parts.ts'
import { ChunkValues, chunksOf, materialise, type Frame, type Tools } from './frame.ts'
import { GrowingIndices } from './growing.ts'
import { GroupFill, type TypedVector } from './group-fill.ts'
import { HistFill } from './hist-fill.ts'
import { elementColumns } from './lists.ts'
import { keyOf, referencesOf, scalarOf } from './plan-parts.ts'
import { sortedOrder } from './sort.ts'
import { toPortable } from './to-portable.ts'
import { pickRows } from './lazy-rows.ts'
import { numbersOf, type NumberArray } from './vector.ts'
import { spansAbout } from './spans.ts'
import { burstsAmong } from './burst.ts'
import { countCuts } from './cuts.ts'
import type { EventNumbers, GroupPart, Output, OutputPart, Sink } from './work.ts'

type SinkOf<K extends Sink['kind']> = Extract<Sink, { kind: K }>
type PartOf<K extends OutputPart['kind']> = Extract<OutputPart, { kind: K }>

/** What an output of the work gets from the rows of its plan that the task owns. */
export function collect({ plan, sink }: Output, evaluation: Evaluation): OutputPart {
  switch (sink.kind) {
    case 'rows':
      return collectRows(plan, sink, evaluation)
    case 'sorted':
      return collectSorted(plan, sink, evaluation)
    case 'group':
      return collectGroups(plan, sink, evaluation)
    case 'hist':
      return collectHist(plan, sink, evaluation)
    case 'range':
      return collectRange(plan, sink, evaluation)
    case 'spans':
      return collectSpans(plan, sink, evaluation)
    case 'cuts':
      return { kind: 'cuts', counts: countCuts(plan, sink, evaluation) }
    case 'bursts': {
      const owned = materialise(withColumns(evaluation.frame(plan, 0), ['t', 'file', 'entry']), evaluation.tools)
      return burstsAmong(owned, evaluation.rows(plan), sink, evaluation.tools.terms.base)
    }
    case 'events':
      return collectEvents(plan, sink, evaluation)
  }
}

function collectRows(plan: Plan, sink: SinkOf<'rows'>, evaluation: Evaluation): PartOf<'rows'> {
  const { tools } = evaluation
  const frame = withColumns(evaluation.frame(plan, 0), sink.columns)
  const types = schemaOf(plan).columns.filter(({ name }) => sink.columns.includes(name))
  if (sink.limit === null) {
    const rows = materialise(frame, tools)
    return { kind: 'rows', count: rows.rows, rows: toPortable(rows, types, tools.terms) }
  }
  const { first, count } = firstRows(frame, sink.limit, tools)
  const rows = materialise({ ...frame, conditions: [], selection: first }, tools)
  return { kind: 'rows', count, rows: toPortable(rows, types, tools.terms) }
}

function withColumns(frame: Frame, names: readonly string[]): Frame {
  const wanted = new Set(names)
  return { ...frame, columns: new Map([...frame.columns].filter(([name]) => wanted.has(name))) }
}

/** Positions of the first rows that hold, and how many hold. */
function firstRows(frame: Frame, limit: number, tools: Tools): { readonly first: Uint32Array; readonly count: number } {
  const first = new GrowingIndices()
  let count = 0
  for (const { start, end, selection } of chunksOf(frame, tools)) {
    const wanted = Math.min(end - start, limit - count)
    if (wanted > 0) first.append(positionsOf(start, wanted, selection), wanted)
    count += end - start
  }
  return { first: first.take(), count }
}

function positionsOf(start: number, count: number, selection: Uint32Array | null): Uint32Array {
  if (selection !== null) return selection.subarray(start, start + count)
  return Uint32Array.from({ length: count }, (_, i) => start + i)
}

const sortKey = 'sortKey'

function collectSorted(plan: Plan, sink: SinkOf<'sorted'>, evaluation: Evaluation): PartOf<'sorted'> {
  const { terms } = evaluation.tools
  const { frame, bound } = evaluation.bind(evaluation.frame(plan, 0), [sink.by], referencesOf(plan))
  const columns = new Map([...withColumns(frame, sink.columns).columns, [sortKey, bound[0]!]])
  const rows = materialise({ ...frame, columns }, evaluation.tools)
  const type = scalarOf(sink.by)
  const { values, residual, valid } = numbersOf(rows, sortKey)
  const textOf = type.kind === 'text' ? (row: number): string => terms.textOf(values[row]!) : null
  const order = sortedOrder({ values, residual, valid, textOf }, rows.rows, sink.descending, evaluation.tools.cancel)
  const first = order.subarray(0, sink.limit ?? order.length)
  const types = [...schemaOf(plan).columns.filter(({ name }) => sink.columns.includes(name)), { name: sortKey, type }]
  return { kind: 'sorted', rows: toPortable(pickRows(rows, first), types, terms) }
}

/**
 * A measure whose value the data may refuse is gathered for itself, of the rows for which its condition holds: the others
 * are not asked for a value. Its groups join those of the other measures by their keys.
 */
function collectGroups(plan: Plan, sink: SinkOf<'group'>, evaluation: Evaluation): PartOf<'group'> {
  const isApart = ({ value, where }: Measure): boolean => where !== undefined && value !== null && mayRefuse(value)
  const together = sink.measures.filter((measure) => !isApart(measure))
  const completed = (groups: readonly GroupPart[], own: readonly Measure[]): readonly GroupPart[] =>
    groups.map(({ keys, measures }) => ({
      keys,
      measures: sink.measures.map((measure) => measures[own.indexOf(measure)] ?? emptyState(measure)),
    }))
  const groups = completed(groupsOf(plan, { ...sink, measures: together }, evaluation), together)
  const others = sink.measures.filter(isApart).flatMap((measure) => {
    const { where, ...ofAll } = measure
    if (where === undefined) throw new Error('the measure has a condition')
    const filtered: Plan = { op: 'filter', input: plan, where, label: null, text: null }
    return completed(groupsOf(filtered, { ...sink, measures: [ofAll] }, evaluation), [measure])
  })
  return { kind: 'group', groups: [...groups, ...others] }
}

function groupsOf(plan: Plan, sink: SinkOf<'group'>, evaluation: Evaluation): readonly GroupPart[] {
  const values = [
    ...sink.keys.map(({ value }) => value),
    ...sink.measures.map(({ value }) => value ?? always),
    ...sink.measures.flatMap(({ where }) => where ?? []),
  ]
  const types = values.map(scalarOf)
  const { frame, bound } = evaluation.bind(evaluation.frame(plan, 0), values, referencesOf(plan))
  const chunk = new ChunkValues(bound, frame.base, evaluation.tools)
  const typed = chunk.vectors.map((vector, at): TypedVector => ({ vector, type: types[at]! }))
  const measures = sink.measures.map(({ fn, where }, at) => ({
    fn,
    ...typed[sink.keys.length + at]!,
    where: where === undefined ? null : chunk.vectors[values.indexOf(where)]!,
  }))
  const fill = new GroupFill(typed.slice(0, sink.keys.length), measures, evaluation.tools.terms)
  for (const part of chunksOf(frame, evaluation.tools)) {
    chunk.fill(part)
    fill.add(part.end - part.start)
  }
  return fill.parts()
}

const always: Expr = { kind: 'bool', value: true }

function collectHist(plan: Plan, sink: SinkOf<'hist'>, evaluation: Evaluation): PartOf<'hist'> {
  const values = [...sink.axes.map(({ value }) => value), ...(sink.weight === null ? [] : [sink.weight])]
  const fill = new HistFill(
    sink.axes.map(({ edges }) => edges),
    sink.weight !== null,
  )
  for (const { numbers, count } of filling(plan, values, sink.each, evaluation)) {
    fill.add(numbers, sink.weight === null ? null : numbers.at(-1)!, count)
  }
  return fill.part()
}

function collectRange(plan: Plan, { values, each }: SinkOf<'range'>, evaluation: Evaluation): PartOf<'range'> {
  const low = new Float64Array(values.length).fill(Number.POSITIVE_INFINITY)
  const high = new Float64Array(values.length).fill(Number.NEGATIVE_INFINITY)
  for (const { numbers, count } of filling(plan, values, each, evaluation)) {
    numbers.forEach((axis, at) => {
      for (let row = 0; row < count; row++) {
        const value = axis[row]!
        if (!Number.isFinite(value)) continue
        low[at] = Math.min(low[at]!, value)
        high[at] = Math.max(high[at]!, value)
      }
    })
  }
  return { kind: 'range', low, high }
}

interface NumberChunk {
  readonly numbers: readonly NumberArray[]
  readonly count: number
}

/** The values of expressions for each row, or for each element of a list of the rows. */
function filling(
  plan: Plan,
  values: readonly Expr[],
  each: ColumnExpr | undefined,
  evaluation: Evaluation,
): Iterable<NumberChunk> {
  return each === undefined ? numberChunks(plan, values, evaluation) : [elementNumbers(plan, values, each, evaluation)]
}

function elementNumbers(plan: Plan, values: readonly Expr[], each: ColumnExpr, evaluation: Evaluation): NumberChunk {
  const { tools } = evaluation
  const names = [each.name, ...values.flatMap((value) => [...rowColumns(value)])]
  const rows = materialise(withColumns(evaluation.frame(plan, 0), names), tools)
  const vectors = elementColumns(each.name, values, rows, tools)
  if (vectors.some(({ valid }) => valid?.includes(0) === true)) throw new Error('a histogram takes no missing value')
  return { numbers: vectors.map((vector) => vector.values), count: vectors[0]?.values.length ?? 0 }
}

/** The values of expressions as float64, chunk by chunk: instants in ns since 1970. */
function* numberChunks(plan: Plan, values: readonly Expr[], evaluation: Evaluation): Generator<NumberChunk> {
  const { base } = evaluation.tools.terms
  const { frame, bound } = evaluation.bind(evaluation.frame(plan, 0), values, referencesOf(plan))
  const chunk = new ChunkValues(bound, frame.base, evaluation.tools)
  for (const part of chunksOf(frame, evaluation.tools)) {
    const count = part.end - part.start
    chunk.fill(part)
    const numbers = chunk.vectors.map((vector, at) => {
      if (vector.valid?.subarray(0, count).includes(0)) throw new Error('a histogram takes no missing value')
      if (typeOf(values[at]!).kind !== 'instant') return vector.values
      return Float64Array.from(vector.values.subarray(0, count), (offset, row) =>
        Number.isNaN(offset) ? offset : Number(base + BigInt(offset) + BigInt(vector.residual?.[row] ?? 0)),
      )
    })
    yield { numbers, count }
  }
}

function collectEvents(plan: Plan, sink: SinkOf<'events'>, evaluation: Evaluation): PartOf<'events'> {
  const { tools } = evaluation
  const names = sink.references.flatMap((prefix) => [`${prefix}file`, `${prefix}entry`])
  const rows = materialise(withColumns(evaluation.frame(plan, 0), names), tools)
  const files = sink.files === null ? null : new Set(sink.files)
  const references = sink.references.map((prefix): EventNumbers => {
    const file = Float64Array.from(numbersOf(rows, `${prefix}file`).values)
    const entry = Float64Array.from(numbersOf(rows, `${prefix}entry`).values)
    if (files === null) return { files: file, entries: entry }
    const isWanted = (_: number, row: number): boolean => files.has(file[row]!)
    return { files: file.filter(isWanted), entries: entry.filter(isWanted) }
  })
  return { kind: 'events', references }
}

function collectSpans(plan: Plan, sink: SinkOf<'spans'>, evaluation: Evaluation): PartOf<'spans'> {
  const { tools } = evaluation
  const key = `${keyOf(plan)}t`
  const rows = materialise(withColumns(evaluation.frame(plan, 0), [key]), tools)
  const { starts, stops, count } = spansAbout(numbersOf(rows, key).values, sink)
  const instants = (offsets: Float64Array, after: bigint): BigInt64Array =>
    BigInt64Array.from({ length: count }, (_, at) => tools.terms.base + BigInt(offsets[at]!) + after)
  return { kind: 'spans', starts: instants(starts, 0n), stops: instants(stops, 1n) }
}
