import type { Column } from '../../dsl/ir/types.ts'
import type { Result } from '../../runtime/ports/backend.ts'
import type { ColumnRange, GoodTime, Span } from '../../runtime/ports/dataset.ts'
import { goodTimeHtml, goodTimeText, layoutLines, layoutOf, spanLine } from './good-time.ts'
import { htmlNote, htmlPre, htmlTable } from './html.ts'
import {
  formatBytes,
  formatCount,
  formatDuration,
  formatInstant,
  formatNumber,
  formatSeconds,
  plural,
} from './numbers.ts'
import { textTable } from './text-table.ts'
import { shortTypeName, unitOfType } from './value.ts'

export type DescribeResult = Extract<Result, { kind: 'describe' }>

/** How many runs are shown. */
const mostRuns = 100

/** A stream's rows, columns with their units, good time by run, and live time. */
export function describeText(result: DescribeResult): string {
  const { lines: columns } = textTable(schemaColumns(result))
  const { goodTime, catalog } = result
  const runs = goodTime === null ? [] : ['', ...textTable(runColumns(goodTime)).lines, ...runsLeftOut(goodTime)]
  const picture = goodTime === null || catalog === undefined ? [] : ['', ...goodTimeText(goodTime.spans)]
  return [title(result), '', ...columns, ...runs, ...picture, ...livetime(result)].join('\n')
}

export function describeHtml(result: DescribeResult): string {
  const { goodTime, catalog } = result
  const runs = goodTime === null ? '' : htmlTable(runColumns(goodTime)) + runsLeftOut(goodTime).map(htmlNote).join('')
  return [
    htmlNote(title(result)),
    htmlTable(schemaColumns(result)),
    runs,
    goodTime === null || catalog === undefined ? '' : picture(goodTime),
    ...livetime(result).map(htmlNote),
  ].join('')
}

function picture({ spans }: GoodTime): string {
  const layout = layoutOf(spans)
  if (layout === null) return ''
  return htmlNote(spanLine(layout)) + goodTimeHtml(spans) + htmlPre(layoutLines(layout).join('\n'))
}

function title({ name, schema, rows, catalog }: DescribeResult): string {
  const kind = schema.stream === 'match' ? `match(${schema.roles.join(', ')})` : schema.stream
  const files = catalog === undefined ? '' : ` in ${plural(catalog.files, 'file')}, ${formatBytes(catalog.bytes)}`
  return `${name}: ${kind}, ${plural(rows, 'row')}${files}`
}

function schemaColumns({ schema, catalog }: DescribeResult) {
  const columns = schema.columns.flatMap(withFields)
  const ranges = new Map(catalog?.ranges.map((range) => [range.name, range]))
  const left = (header: string, of: (column: Column) => string) => ({
    header: [header],
    align: 'left' as const,
    cells: columns.map(of),
  })
  return [
    left('column', ({ name }) => name),
    left('type', ({ type }) => shortTypeName(type)),
    left('unit', unitWords),
    ...(ranges.size > 0 ? [left('range', (column) => rangeText(ranges.get(column.name), column.type))] : []),
    ...(columns.some(({ missing }) => missing) ? [left('', ({ missing }) => (missing ? 'may be missing' : ''))] : []),
  ]
}

function rangeText(range: ColumnRange | undefined, type: Column['type']): string {
  if (range === undefined) return ''
  const text = (value: number | string): string => {
    if (type.kind === 'instant') return formatInstant(BigInt(value))
    return typeof value === 'string' ? value : formatNumber(value)
  }
  return `${text(range.min)} … ${text(range.max)}`
}

/** A list of records is followed by the fields of a record, each of which may have a unit. */
function withFields(column: Column): readonly Column[] {
  const { name, type } = column
  if (type.kind !== 'list' || type.element.kind !== 'record') return [column]
  return [column, ...type.element.fields.map((field) => ({ ...field, name: `  ${name}.${field.name}` }))]
}

function unitWords({ type }: Column): string {
  if (type.kind === 'number' && type.unit === null) return 'unknown'
  return unitOfType(type) ?? ''
}

/** One line for each run: from its first span to its last, and how long it was good. */
function runColumns({ spans }: GoodTime) {
  const runs = [...Map.groupBy(spans, ({ run }) => run)].slice(0, mostRuns)
  const column = (header: string, align: 'left' | 'right', of: (spans: readonly Span[], run: number) => string) => ({
    header: [header],
    align,
    cells: runs.map(([run, inRun]) => of(inRun, run)),
  })
  return [
    column('run', 'right', (_, run) => run.toString()),
    column('start', 'left', (inRun) => instant(inRun[0]?.start)),
    column('stop', 'left', (inRun) => instant(inRun.at(-1)?.stop)),
    column('spans', 'right', (inRun) => formatCount(inRun.length)),
    column('good time [s]', 'right', (inRun) => formatSeconds(lengthNs(inRun))),
  ]
}

function runsLeftOut({ spans }: GoodTime): readonly string[] {
  const runs = new Set(spans.map(({ run }) => run)).size
  return runs > mostRuns ? [`… ${plural(runs - mostRuns, 'run')} more`] : []
}

function instant(ns: string | undefined): string {
  return ns === undefined ? '' : formatInstant(BigInt(ns))
}

function lengthNs(spans: readonly Span[]): bigint {
  return spans.reduce((sum, { start, stop }) => sum + BigInt(stop) - BigInt(start), 0n)
}

function livetime({ livetimeNs, goodTime }: DescribeResult): readonly string[] {
  if (livetimeNs === null) return []
  const about = goodTime?.approximate === true
  const why = about ? '; known only from the first and last event of each run' : ''
  return [
    '',
    `live time ${about ? '≈ ' : ''}${formatSeconds(BigInt(livetimeNs))} s (${formatDuration(Number(livetimeNs))})${why}`,
  ]
}
