import type { Schema, Type } from '../../dsl/ir/types.ts'
import type { HistResult, Result } from '../../runtime/ports/backend.ts'
import type { CellOutput } from '../cell-output.ts'
import type { Problem } from '../problem.ts'
import type { GoodTime } from '../../runtime/ports/dataset.ts'
import { layoutOf } from '../render/good-time.ts'
import { columnValues, type PlainValue, typeName, unitOfType } from '../render/value.ts'
import { type NotebookCell, placeOf } from './notebook.ts'

type JsonValue = null | number | boolean | string | readonly JsonValue[] | { readonly [key: string]: JsonValue }
type JsonObject = { readonly [key: string]: JsonValue }

/** How many values of a column are turned into text at once. */
const chunkValues = 16_384

/**
 * One line of `--json` for an output of a cell, in pieces; none for what is only for people.
 *
 * @param time whether timings are wanted
 */
export function jsonLine(
  output: CellOutput,
  cell: NotebookCell,
  { time }: { readonly time: boolean },
): Iterable<string> {
  switch (output.kind) {
    case 'result':
      return resultLine(output.result, cell.number)
    case 'definition':
      return line('definition', cell.number, { name: output.name, type: output.type })
    case 'saved':
      return line('saved', cell.number, { path: output.path, rows: output.rows })
    case 'stale':
      return line('stale', cell.number, { name: output.name, madeIn: output.madeIn, older: output.older })
    case 'problem':
      return problemLine(output.problem, cell)
    case 'timing':
      return time ? line('timing', cell.number, { ms: Math.round(output.ms * 1000) / 1000 }) : []
    case 'progress':
    case 'finished':
      return []
  }
}

function resultLine(result: Result, cell: number): Iterable<string> {
  switch (result.kind) {
    case 'table':
      return tableLine(result, cell)
    case 'number':
      return line('number', cell, {
        value: jsonValue(result.value, result.type),
        unit: unitOfType(result.type),
        type: typeName(result.type),
        text: result.text,
      })
    case 'hist':
      return line('hist', cell, hist(result))
    case 'cutflow':
      return line('cutflow', cell, {
        source: result.source,
        total: result.total,
        rows: result.rows.map(({ cut, sequential, alone, nMinus1, efficiency, error, by }) => ({
          ...(result.by === undefined ? {} : { [result.by.name]: jsonValue(by ?? null, result.by.type) }),
          cut,
          sequential,
          alone,
          nMinus1,
          efficiency,
          error,
        })),
      })
    case 'describe':
      return line('describe', cell, describe(result))
    case 'explain':
      return line('explain', cell, { text: result.text, plan: JSON.parse(JSON.stringify(result.plan)) as JsonValue })
  }
}

function* tableLine(result: Extract<Result, { kind: 'table' }>, cell: number): Generator<string> {
  const { schema, rows, batches } = result
  const head = { kind: 'table', cell, stream: schema.stream, rows, columns: columns(schema) }
  yield `${JSON.stringify(head).slice(0, -1)},"data":{`
  for (const [at, { name, type }] of schema.columns.entries()) {
    yield `${at === 0 ? '' : ','}${JSON.stringify(name)}:[`
    yield* valueTexts(columnValues(batches, at), type)
    yield ']'
  }
  yield '}}\n'
}

function* valueTexts(values: Iterable<PlainValue>, type: Type): Generator<string> {
  let chunk: string[] = []
  let separator = ''
  for (const value of values) {
    chunk.push(JSON.stringify(jsonValue(value, type)))
    if (chunk.length < chunkValues) continue
    yield separator + chunk.join(',')
    separator = ','
    chunk = []
  }
  if (chunk.length > 0) yield separator + chunk.join(',')
}

function hist({ axes, counts, underflow, overflow, outside, nan, sumw2 }: HistResult): JsonObject {
  const flows =
    axes.length === 1 ? { underflow: real(underflow), overflow: real(overflow) } : { outside: real(outside) }
  return {
    axes: axes.map(({ label, unit, edges }) => ({ label, unit, edges })),
    counts: counts.map(real),
    ...flows,
    nan: real(nan),
    ...(sumw2 === null ? {} : { sumw2: sumw2.map(real) }),
  }
}

function describe({
  name,
  schema,
  rows,
  goodTime,
  livetimeNs,
  catalog,
}: Extract<Result, { kind: 'describe' }>): JsonObject {
  return {
    name,
    stream: schema.stream,
    rows,
    columns: columns(schema),
    goodTime: goodTime?.spans.map(({ run, start, stop }) => ({ run, start, stop })) ?? null,
    livetime: livetimeNs === null ? null : integer(BigInt(livetimeNs)),
    approximate: goodTime?.approximate ?? null,
    ...(catalog === undefined ? {} : { files: catalog.files, bytes: catalog.bytes, ...layout(goodTime) }),
    ...(catalog === undefined
      ? {}
      : { ranges: catalog.ranges.map(({ name: column, min, max }) => ({ column, min, max })) }),
  }
}

/** Instants as those of the good time, decimal strings. */
function layout(goodTime: GoodTime | null): JsonObject {
  const { gaps = [], overlaps = [] } = layoutOf(goodTime?.spans ?? []) ?? {}
  const ends = ({ start, stop }: { readonly start: bigint; readonly stop: bigint }) => ({
    start: `${start}`,
    stop: `${stop}`,
  })
  return { gaps: gaps.map(ends), overlaps: overlaps.map((overlap) => ({ ...ends(overlap), runs: [...overlap.runs] })) }
}

function columns(schema: Schema): JsonValue {
  return schema.columns.map(({ name, type, missing }) => ({
    name,
    type: typeName(type),
    unit: unitOfType(type),
    missing,
  }))
}

function problemLine(
  { severity, code, message, span, fix }: Problem,
  { number, origin }: NotebookCell,
): Iterable<string> {
  const place = span === null ? { line: null, column: null, length: null } : placeOf(span, origin)
  return line(severity, number, { code, message, ...place, fix })
}

function line(kind: string, cell: number, rest: JsonObject): Iterable<string> {
  return [`${JSON.stringify({ kind, cell, ...rest })}\n`]
}

/** An instant is always text, so that a reader finds one type. */
function jsonValue(value: PlainValue, type: Type): JsonValue {
  if (value === null) return null
  if (type.kind === 'instant') return (value as bigint).toString()
  if (Array.isArray(value)) {
    const element = type.kind === 'list' ? type.element : type
    return value.map((item: PlainValue) =>
      element.kind === 'record' ? record(item, element.fields) : jsonValue(item, element),
    )
  }
  if (typeof value === 'bigint') return integer(value)
  if (typeof value === 'number') return real(value)
  return value as boolean | string
}

function record(value: PlainValue, fields: Schema['columns']): JsonValue {
  if (value === null) return null
  const row = value as { readonly [field: string]: PlainValue }
  return Object.fromEntries(fields.map(({ name, type }) => [name, jsonValue(row[name] ?? null, type)]))
}

/** As a number where that is exact. */
function integer(value: bigint): JsonValue {
  const limit = 1n << 53n
  return value >= -limit && value <= limit ? Number(value) : value.toString()
}

function real(value: number): JsonValue {
  return Number.isFinite(value) ? value : String(value)
}
