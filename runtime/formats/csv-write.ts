import { type Data, DataType, type Field, type RecordBatch, type Schema } from 'apache-arrow'
import { RuntimeError } from '../errors.ts'
import { LocalSink } from './sink.ts'

/**
 * Writes a table as CSV: one header line `E [MeV],det`, instants and durations as whole nanoseconds, a missing value empty,
 * NaN as `NaN`, a field in quotes only where it needs them. A number is the shortest text that reads as the same number
 * of its own width.
 *
 * @returns the count of rows
 * @throws RuntimeError D007 when the file cannot be written, or a column holds lists
 */
export async function writeCsv(path: string, schema: Schema, batches: AsyncIterable<RecordBatch>): Promise<number> {
  refuseLists(path, schema)
  const sink = new LocalSink(path)
  try {
    sink.write(encoder.encode(`${schema.fields.map(headerOf).join(',')}\n`))
    let rows = 0
    for await (const batch of batches) {
      writeRows(sink, batch)
      rows += batch.numRows
    }
    return rows
  } finally {
    sink.close()
  }
}

const encoder = new TextEncoder()
/** Rows that are text at once. */
const pieceRows = 4096

function writeRows(sink: LocalSink, batch: RecordBatch): void {
  const texts = batch.data.children.map(textOf)
  for (let start = 0; start < batch.numRows; start += pieceRows) {
    const lines: string[] = []
    for (let row = start; row < Math.min(start + pieceRows, batch.numRows); row++) {
      lines.push(texts.map((text) => text(row)).join(','))
    }
    sink.write(encoder.encode(`${lines.join('\n')}\n`))
  }
}

function headerOf({ name, type, metadata }: Field): string {
  const unit = DataType.isTimestamp(type) ? 'ns' : metadata.get('unit')
  return quoted(unit === undefined || unit === '1' ? name : `${name} [${unit}]`)
}

function refuseLists(path: string, { fields }: Schema): void {
  const list = fields.find(({ type }) => DataType.isList(type) || DataType.isFixedSizeList(type))
  if (list === undefined) return
  throw new RuntimeError('D007', `\`${path}\` cannot be written: column \`${list.name}\` holds lists.`, {
    fix: 'Leave it out with `select`, make a number of it, such as `count(…)`, or save to `.parquet`.',
  })
}

/** Gives a column's texts row by row. */
function textOf(data: Data): (row: number) => string {
  const text = valueText(data)
  return data.nullCount === 0 ? text : (row) => (data.getValid(row) ? text(row) : '')
}

function valueText(data: Data): (row: number) => string {
  const { type, offset } = data
  const values = data.values as Float64Array
  if (DataType.isBool(type)) {
    const bits = data.values as Uint8Array
    return (row) => (((bits[(row + offset) >> 3]! >> ((row + offset) & 7)) & 1) === 1 ? 'true' : 'false')
  }
  if (DataType.isDictionary(type)) {
    const codes = data.values as Int32Array
    const known = new Map<number, string>()
    return (row) => {
      const code = codes[row]!
      const text = known.get(code) ?? quoted(String(data.dictionary?.get(code)))
      known.set(code, text)
      return text
    }
  }
  if (data.values instanceof Float32Array) return (row) => shortest(values[row]!)
  return (row) => String(values[row]!)
}

/** The shortest decimal that reads as the same float32. */
function shortest(value: number): string {
  for (let digits = 6; digits < 9; digits++) {
    const short = Number(value.toPrecision(digits))
    if (Math.fround(short) === value) return String(short)
  }
  return Number.isFinite(value) ? String(Number(value.toPrecision(9))) : String(value)
}

function quoted(text: string): string {
  return /[",\r\n]/.test(text) ? `"${text.replaceAll('"', '""')}"` : text
}
