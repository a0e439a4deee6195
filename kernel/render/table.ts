import type { Schema } from '../../dsl/ir/types.ts'
import type { Result } from '../../runtime/ports/backend.ts'
import { htmlNote, htmlTable } from './html.ts'
import { goodTimeWords } from './notes.ts'
import { plural } from './numbers.ts'
import { textTable } from './text-table.ts'
import { columnValues, formatValue, isNumeric, shortTypeName, unitOfType } from './value.ts'
import { shorten } from './width.ts'

export type TableResult = Extract<Result, { kind: 'table' }>

/** The widest that a cell gets; a list has many values in it and leaves room for other columns. */
const cellWidth = 48
const listWidth = 24
/** What bounds the size of a table in a notebook. */
const htmlRows = 1000
const htmlColumns = 200

/** Rows of a stream under the names and units of their columns, and a line that counts them. */
export function tableText(table: TableResult): string {
  const columns = textColumns(table)
  const { lines, omitted } = textTable(
    columns.map(({ name, unit, ...rest }) => ({ ...rest, header: header(name, unit, table.schema) })),
  )
  const names = omitted.map((at) => columns[at]?.name ?? '')
  const left =
    names.length === 0 ? [] : [shorten(`… ${plural(names.length, 'column')} left out: ${names.join(', ')}`, 120)]
  return [...lines, ...left, countLine(table)].join('\n')
}

export function tableHtml(table: TableResult): string {
  const { columns } = table.schema
  const shown = textColumns({ ...table, schema: { ...table.schema, columns: columns.slice(0, htmlColumns) } }, htmlRows)
  const cells = shown.map(({ name, unit, type, ...rest }) => ({
    ...rest,
    header: [name, unit === null ? '' : `[${unit}]`, type],
  }))
  const left =
    columns.length > htmlColumns ? htmlNote(`… ${plural(columns.length - htmlColumns, 'column')} left out`) : ''
  return htmlNote(countLine(table, htmlRows)) + htmlTable(cells) + left
}

function textColumns({ schema, batches }: TableResult, limit = Infinity) {
  return schema.columns.map((column, at) => ({
    name: column.name,
    unit: unitOfType(column.type),
    type: shortTypeName(column.type),
    align: isNumeric(column) ? ('right' as const) : ('left' as const),
    cells: Array.from(columnValues(batches, at, limit), (value) =>
      shorten(formatValue(value, column.type), column.type.kind === 'list' ? listWidth : cellWidth),
    ),
  }))
}

/** The line of units is there if any column has one. */
function header(name: string, unit: string | null, { columns }: Schema): readonly string[] {
  const hasUnits = columns.some(({ type }) => unitOfType(type) !== null)
  return hasUnits ? [name, unit === null ? '' : `[${unit}]`] : [name]
}

/** Rows out, of them those shown, rows in, and how long the stream could see something. */
function countLine(table: TableResult, limit = Infinity): string {
  const { schema, rows, rowsIn, batches } = table
  const shown = Math.min(
    limit,
    batches.reduce((sum, batch) => sum + batch.numRows, 0),
  )
  const counted = shown < rows ? `the first ${shown} of ${plural(rows, 'row')}` : plural(rows, 'row')
  const entered = rowsIn === undefined || rowsIn === rows ? [] : [`${plural(rowsIn, 'row')} in`]
  return [`${counted}${streamWords(schema)}`, ...entered, goodTimeWords(table) ?? []].flat().join('; ')
}

function streamWords({ stream, roles }: Schema): string {
  switch (stream) {
    case 'events':
      return ' of events'
    case 'match':
      return ` of match(${roles.join(', ')})`
    case 'table':
      return ''
  }
}
