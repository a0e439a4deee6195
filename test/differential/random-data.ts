import type { Value } from '../../dsl/functions/function.ts'
import type { Column, Scalar, Schema, Type } from '../../dsl/ir/types.ts'
import type { Cell, Element, Row } from '../../runtime/naive/row.ts'
import type { GoodTime } from '../../runtime/ports/dataset.ts'
import type { MemoryDataset } from '../support/memory-executor.ts'
import { bool, float64, instant, int32, int64, text } from '../unit/naive/build.ts'
import type { Tape } from './tape.ts'

const float32: Scalar = { kind: 'number', repr: 'float32', unit: [] }
const int16: Scalar = { kind: 'number', repr: 'int16', unit: [] }

const place: readonly Column[] = [
  { name: 't', type: instant, missing: false },
  { name: 'file', type: int32, missing: false },
  { name: 'entry', type: int64, missing: false },
]

const hit: readonly Column[] = [
  { name: 'time', type: float64, missing: false },
  { name: 'n', type: int64, missing: false },
  { name: 'ok', type: bool, missing: false },
  { name: 'late', type: instant, missing: true },
  { name: 'det', type: text, missing: false },
]

/** Lists as rows of events have them. */
const lists: readonly Column[] = [
  { name: 'hits', type: { kind: 'list', element: { kind: 'record', fields: hit } }, missing: false },
  { name: 'charges', type: { kind: 'list', element: float32 }, missing: true },
]

const quantities: readonly Column[] = [
  { name: 'E', type: float64, missing: false },
  { name: 'q', type: float32, missing: false },
  { name: 'n', type: int16, missing: false },
  { name: 'ok', type: bool, missing: false },
  { name: 'det', type: text, missing: false },
  { name: 'opt', type: float64, missing: true },
  { name: 'big', type: int64, missing: true },
  { name: 'flag', type: bool, missing: true },
  { name: 'tag', type: text, missing: true },
  { name: 'when', type: instant, missing: true },
]

const run: Column = { name: 'run', type: int32, missing: false }
const columns = [...place, run, ...quantities, ...lists]
const events: Schema = { stream: 'events', columns, key: '', references: [''], roles: [] }

/** A stored match: two references in each row, ordered by the first. */
const stored: Schema = {
  stream: 'match',
  columns: ['a', 'b'].flatMap((role) =>
    [...place, run, ...quantities.slice(0, 2), ...lists.slice(0, 1)].map((column) => ({
      ...column,
      name: `${role}.${column.name}`,
    })),
  ),
  key: 'a.',
  references: ['a.', 'b.'],
  roles: ['a', 'b'],
}

const table: Schema = { stream: 'table', columns: quantities, key: null, references: [], roles: [] }

/** Of each column the values are different in all rows: a key is there once. */
const keys: Schema = {
  ...table,
  columns: [
    ...quantities
      .filter(({ name }) => ['q', 'n', 'det', 'opt', 'big', 'when', 'tag'].includes(name))
      .map((column) => ({ ...column, missing: true })),
    ...lists,
  ],
}

const spans: Schema = {
  ...table,
  columns: ['start', 'stop'].map((name) => ({ name, type: instant, missing: false })),
}

export const schemas: ReadonlyMap<string, Schema> = new Map([
  ['events', events],
  ['others', events],
  ['stored', stored],
  ['table', table],
  ['keys', keys],
  ['spans', spans],
])

/** Far from 1970, so that instants are no exact float64. */
export const epoch = 1_764_547_200_123_456_789n
/** Events lie in [epoch, epoch + span): so dense that many are simultaneous. */
export const span = 24
/** So far that float64 does not hold the nanoseconds from the events. */
const year = 31_557_600_123_456_789n

/** Streams of up to `most` rows, and now and then one of them three times as long beside a short one. Events of `events` and `others` may be the same, those within each are distinct. */
export function randomData(tape: Tape, most: number): ReadonlyMap<string, MemoryDataset> {
  const goodTime = randomGoodTime(tape)
  const isUneven = tape.once(4)
  const make = (key: string, rows: readonly Row[]): [string, MemoryDataset] => [
    key,
    { schema: schemas.get(key)!, rows, goodTime },
  ]
  return new Map([
    make('events', eventRows(tape, isUneven ? 3 * most : most)),
    make('others', eventRows(tape, isUneven ? 2 : most)),
    make('stored', storedRows(tape, Math.min(most, 6))),
    make(
      'table',
      tape.many(most, () => row(tape, quantities, '')),
    ),
    make('keys', keyRows(tape)),
    make(
      'spans',
      tape.many(4, () => row(tape, spans.columns, '')),
    ),
  ])
}

function keyRows(tape: Tape): readonly Row[] {
  const known = keys.columns.map(() => new Set<string>())
  return tape
    .many(5, () => row(tape, keys.columns, ''))
    .map((cells) => {
      const once = keys.columns.map(({ name, type }, at): [string, Cell] => {
        const value = cells.get(name)
        if (type.kind === 'list') return [name, value]
        const text = String(value === 0 ? 0 : (value as Value))
        const isNew = !known[at]!.has(text)
        known[at]!.add(text)
        return [name, isNew ? value : undefined]
      })
      return new Map(once)
    })
}

function eventRows(tape: Tape, most: number): readonly Row[] {
  const known = new Set<string>()
  return tape
    .many(
      most,
      () => new Map([...placeOf(tape, '', Math.max(8, most)), ...row(tape, [run, ...quantities, ...lists], '')]),
    )
    .filter((cells) => {
      const event = keyOf(cells, 'file', 'entry')
      return !known.has(event) && known.add(event)
    })
}

function keyOf(cells: Row, ...names: readonly string[]): string {
  return names.map((name) => String(cells.get(name) as Value)).join(':')
}

function storedRows(tape: Tape, most: number): readonly Row[] {
  const known = new Set<string>()
  return tape
    .many(
      most,
      () =>
        new Map(
          ['a.', 'b.'].flatMap((role) => [
            ...placeOf(tape, role, 8),
            ...row(tape, [run, ...quantities.slice(0, 2), ...lists.slice(0, 1)], role),
          ]),
        ),
    )
    .filter((cells) => {
      // Rows with one anchor would have no order of their own.
      const anchor = keyOf(cells, 'a.t', 'a.file', 'a.entry')
      return !known.has(anchor) && known.add(anchor)
    })
}

function placeOf(tape: Tape, prefix: string, entries: number): readonly [string, Value][] {
  return [
    [`${prefix}t`, epoch + BigInt(tape.below(span))],
    [`${prefix}file`, tape.below(2)],
    [`${prefix}entry`, tape.below(entries)],
  ]
}

function row(tape: Tape, columns: readonly Column[], prefix: string): Row {
  const cells = columns.map(({ name, type, missing }): [string, Cell] => {
    return [`${prefix}${name}`, missing && tape.once(3) ? undefined : cellOf(tape, type, name)]
  })
  return new Map(cells)
}

function cellOf(tape: Tape, type: Type, name: string): Cell {
  if (name === 'run') return 1 + tape.below(3)
  if (type.kind !== 'list') return valueOf(tape, type)
  const { element } = type
  return tape.many(3, (): Element => {
    if (element.kind !== 'record') return valueOf(tape, element)
    return Object.fromEntries(
      element.fields.map((field): [string, Value] => {
        return [field.name, field.missing && tape.once(3) ? undefined : valueOf(tape, field.type as Scalar)]
      }),
    )
  })
}

const floats = [1, 2, 0, 0.5, -1.5, 3, NaN, 1e16, -0, 0.1, Infinity, -Infinity, 7, 1e-320]
const bigs = [1n, 2n, 2n ** 53n, -(2n ** 53n) - 1n, 2n ** 53n + 1n, 0n, 2n ** 62n, 2n ** 62n + 1n, -(2n ** 61n)]

function valueOf(tape: Tape, type: Scalar): Value {
  switch (type.kind) {
    case 'bool':
      return tape.once(2)
    case 'text':
      return tape.of(['CD', 'WP', '', 'é', '\u{1F600}', '\uFFFD'])
    case 'instant':
      return epoch + tape.of([0n, 0n, 0n, year, -2n * year]) + BigInt(tape.below(span))
    case 'number':
      if (type.repr === 'int64') return tape.of(bigs)
      return type.repr.startsWith('float') ? Math.fround(tape.of(floats)) : tape.below(5) - 1
  }
}

function randomGoodTime(tape: Tape): GoodTime {
  let at = epoch - 2n
  const spans = tape.many(3, (run) => {
    const start = at + BigInt(tape.below(5))
    at = start + BigInt(1 + tape.below(12))
    return { run: run + 1, start: String(start), stop: String(at) }
  })
  return { spans, approximate: false }
}
