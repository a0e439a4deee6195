import { readFileSync } from 'node:fs'
import { RuntimeError } from '../errors.ts'
import type { Span } from '../ports/dataset.ts'

/**
 * A run table: CSV with a header that names `run`, `start` and `stop`; instants as integer nanoseconds since 1970 or ISO
 * text in UTC, half-open. A run may have several lines.
 *
 * @throws RuntimeError D001, D002 when it cannot be read, with the line
 */
export function readRunTable(path: string): readonly Span[] {
  const [header = '', ...lines] = textOf(path)
    .replace(/^\ufeff/, '')
    .split(/\r?\n/)
  const names = cells(header)
  const at = { run: names.indexOf('run'), start: names.indexOf('start'), stop: names.indexOf('stop') }
  if (Object.values(at).includes(-1)) {
    throw unusable(path, `its first line is \`${header}\``, 'The first line must name the columns `run,start,stop`.')
  }
  return lines.flatMap((line, number) => {
    if (line.trim() === '') return []
    const row = cells(line)
    const cell = (column: number): string => row[column] ?? ''
    const [run, start, stop] = [Number(cell(at.run)), instant(cell(at.start)), instant(cell(at.stop))]
    if (cell(at.run) === '' || !Number.isSafeInteger(run) || start === null || stop === null || stop < start) {
      throw unusable(
        path,
        `line ${number + 2} is \`${line}\``,
        'Write a whole number and two instants: nanoseconds since 1970, or `2025-09-01T12:00:00Z`.',
      )
    }
    return [{ run, start: String(start), stop: String(stop) }]
  })
}

function cells(line: string): readonly string[] {
  return line.split(',').map((cell) => cell.trim().replace(/^"(.*)"$/, '$1'))
}

function instant(text: string): bigint | null {
  if (/^-?\d{1,19}$/.test(text)) return BigInt(text)
  const [, day, time = '00:00:00', fraction = ''] =
    /^(\d{4}-\d\d-\d\d)(?:[T ](\d\d:\d\d(?::\d\d)?)(?:\.(\d{1,9}))?)?Z?$/.exec(text) ?? []
  const ms = day === undefined ? Number.NaN : Date.parse(`${day}T${time}Z`)
  return Number.isNaN(ms) ? null : BigInt(ms) * 1_000_000n + BigInt(fraction.padEnd(9, '0'))
}

function textOf(path: string): string {
  try {
    return readFileSync(path, 'utf8')
  } catch (cause) {
    const absent = cause instanceof Error && 'code' in cause && cause.code === 'ENOENT'
    throw new RuntimeError(absent ? 'D001' : 'D002', `The run table \`${path}\` cannot be read.`, { cause })
  }
}

function unusable(path: string, why: string, fix: string): RuntimeError {
  return new RuntimeError('D002', `The run table \`${path}\` cannot be used: ${why}.`, { fix })
}
