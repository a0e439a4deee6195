import { planLines } from '../../dsl/ir/plan-text.ts'
import type { Schema, Type } from '../../dsl/ir/types.ts'
import { unitText } from '../../dsl/ir/units.ts'
import type { NaiveResult } from '../../runtime/naive/evaluate.ts'
import type { BackendQuery } from '../../runtime/ports/backend.ts'
import { zero } from './data.ts'

/** The plans of a query as written, and as the laws make it where that is another one. */
export function plansText(query: BackendQuery, better: BackendQuery): string {
  const [written, run] = [plansOf(query), plansOf(better)].map((plans) => plans.map((plan) => `  ${plan}\n`).join(''))
  return `plan\n${written}${written === run ? '' : `by the laws\n${run}`}`
}

function plansOf(query: BackendQuery): readonly string[] {
  if (query.kind !== 'number') return planLines(query.plan)
  return query.inputs.flatMap(({ plan, kind }) => [`${kind} of`, ...planLines(plan).map((line) => `  ${line}`)])
}

/** @param plain the same result as plain values */
export function answerText(result: NaiveResult, plain: unknown): string {
  switch (result.kind) {
    case 'table':
      return tableText(result.schema, (plain as { readonly rows: readonly (readonly unknown[])[] }).rows)
    case 'number':
      return `${result.text} = ${valueText((plain as { readonly value: unknown }).value, result.type)}${unitOf(result.type)}\n`
    case 'cutflow':
      return cutflowText(result)
    case 'describe':
      return describeText(result)
    case 'explain':
      return `${result.text}\n`
    case 'hist':
      return `${JSON.stringify(plain, null, 1).replaceAll(/\n\s*/g, ' ').replaceAll('], [', '],\n  [')}\n`
  }
}

type Of<K extends NaiveResult['kind']> = Extract<NaiveResult, { kind: K }>

function cutflowText({ source, total, rows, by }: Of<'cutflow'>): string {
  const head = ['cut', ...(by === undefined ? [] : [by.name]), 'sequential', 'alone', 'n-1', 'efficiency', 'error']
  const lines = rows.map((row) => [
    row.cut,
    ...(by === undefined ? [] : [row.by]),
    ...[row.sequential, row.alone, row.nMinus1],
    ...[row.efficiency, row.error].map((share) => share?.toFixed(3)),
  ])
  return `${source}: ${total} rows\n${aligned([head, ...lines.map((line) => line.map((value) => String(value ?? '-')))])}`
}

function describeText({ name, schema, rows, goodTime, livetimeNs }: Of<'describe'>): string {
  const columns = schema.columns.map(({ name: column, type }) => `${column}${unitOf(type)}`)
  const spans = goodTime?.spans.map(({ run, start, stop }) => {
    return `  run ${run}: ${valueText(start, { kind: 'instant' })} .. ${valueText(stop, { kind: 'instant' })}\n`
  })
  return `${name}: ${rows} rows of ${columns.join(', ')}\n${spans?.join('')}live time ${livetimeNs} ns\n`
}

function aligned(rows: readonly (readonly string[])[]): string {
  const widths = rows[0]!.map((_, at) => Math.max(...rows.map((row) => row[at]?.length ?? 0)))
  return rows.map((row) => `  ${row.map((text, at) => text.padStart(widths[at] ?? 0)).join('  ')}\n`).join('')
}

/** What is read in every row of events; of other columns only those that a query has made. */
const telling = new Set(['t', 'file', 'entry', 'E', 'det'])
const own = new Set(['run', 'det', 'x', 'y', 'z', 'nhit', 'q', 'hits'])

function tableText({ columns, stream }: Schema, rows: readonly (readonly unknown[])[]): string {
  const shown = columns.flatMap(({ name, type }, at) => {
    const last = name.split('.').at(-1) ?? ''
    const isShown = stream === 'table' || telling.has(last) || !own.has(last)
    return isShown && !name.includes('~') ? [{ at, type, head: `${name}${unitOf(type)}` }] : []
  })
  const cells = rows.map((row) => shown.map(({ at, type }) => valueText(row[at], type)))
  return `${rows.length} rows\n${aligned([shown.map(({ head }) => head), ...cells])}`
}

/** An instant as time since the zero of the data. */
function valueText(value: unknown, type: Type): string {
  if (value === 'missing' && type.kind !== 'text') return 'missing'
  if (type.kind === 'instant') return `${Number(BigInt(String(value)) - zero) / 1000} us`
  if (type.kind === 'list') return JSON.stringify(value)
  if (Object.is(value, -0)) return '-0'
  return String(value)
}

function unitOf(type: Type): string {
  const unit = type.kind === 'number' ? unitText(type.unit) : null
  return unit === null || unit === '' ? '' : ` [${unit}]`
}
