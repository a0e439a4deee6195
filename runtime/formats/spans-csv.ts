import { makeData, TimestampNanosecond } from 'apache-arrow'
import { RuntimeError } from '../errors.ts'
import type { Format, Source } from '../ports/format.ts'
import { fieldOf } from './column.ts'
import { openLocalFile } from './file.ts'
import { sourceOf } from './source.ts'

const names = ['start', 'stop'] as const

/**
 * Spans of time as text, for `during`: a header with `start` and `stop`, then one span a line, as whole nanoseconds since
 * 1970 or as ISO instants (UTC). Other columns are passed over, empty lines too.
 */
export const spansCsv: Format = {
  name: 'csv',
  endings: [],
  recognises: (head) => {
    const [line = ''] = Buffer.from(head).toString('utf8').split(/\r?\n/)
    const header = headerOf(line)
    return names.every((name) => header.includes(name))
  },
  open: openSpans,
}

async function openSpans(path: string): Promise<Source> {
  const file = openLocalFile(path)
  const text = file.read(0, file.size).toString('utf8')
  file.close()
  const columns = spansIn(path, text)
  const rows = columns[0].length
  const type = new TimestampNanosecond()
  const values = new Map<string, BigInt64Array>(names.map((name, at) => [name, columns[at]!]))
  return sourceOf({
    path,
    fields: names.map((name) => fieldOf(name, type, false, undefined)),
    rows,
    skipped: new Map(),
    document: undefined,
    uuid: undefined,
    groups: [rows],
    statistics: () => undefined,
    column: (name) => ({
      read: (start, end) =>
        makeData({ type, length: end - start, nullCount: 0, data: values.get(name)!.subarray(start, end) }),
    }),
    close: () => {},
  })
}

function headerOf(line: string): readonly string[] {
  return line
    .replace(/^\uFEFF/, '')
    .split(',')
    .map(unquoted)
}

function spansIn(path: string, text: string): readonly [BigInt64Array, BigInt64Array] {
  const [first = '', ...lines] = text.split(/\r?\n/)
  const header = headerOf(first)
  const places = names.map((name) => header.indexOf(name))
  const spans: [bigint[], bigint[]] = [[], []]
  lines.forEach((line, at) => {
    if (line.trim() === '') return
    const cells = line.split(',').map(unquoted)
    places.forEach((place, column) => spans[column]!.push(instantOf(cells[place] ?? '', { path, line: at + 2 })))
  })
  return [BigInt64Array.from(spans[0]), BigInt64Array.from(spans[1])]
}

function unquoted(cell: string): string {
  return cell.trim().replace(/^"(.*)"$/, '$1')
}

const iso = /^@?(\d{4})-(\d\d)-(\d\d)(?:[T ](\d\d):(\d\d)(?::(\d\d)(?:\.(\d{1,9}))?)?)?Z?$/

function instantOf(text: string, { path, line }: { readonly path: string; readonly line: number }): bigint {
  if (/^-?\d{1,19}$/.test(text) && BigInt.asIntN(64, BigInt(text)) === BigInt(text)) return BigInt(text)
  const written = iso.exec(text)
  if (written === null) throw noInstant(path, line, text)
  const [year, month, day, hour = 0, minute = 0, second = 0] = written.slice(1, 7).map((part) => Number(part ?? 0))
  const ms = Date.UTC(year!, month! - 1, day, hour, minute, second)
  const date = new Date(ms)
  const isReal =
    date.getUTCMonth() === month! - 1 && date.getUTCDate() === day && hour < 24 && minute < 60 && second < 60
  if (!isReal) throw noInstant(path, line, text)
  return BigInt(ms) * 1_000_000n + BigInt((written[7] ?? '').padEnd(9, '0'))
}

function noInstant(path: string, line: number, text: string): RuntimeError {
  const what = text === '' ? 'there is no `start` or no `stop`' : `\`${text}\` is no instant`
  return new RuntimeError('D002', `\`${path}\`, line ${line}: ${what}.`, {
    fix: 'Write whole nanoseconds since 1970, or 2025-09-01T12:00:00.123456789 in UTC.',
  })
}
