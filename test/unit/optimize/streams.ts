import fc from 'fast-check'
import type { Expr, Named, Plan, Role } from '../../../dsl/ir/plan.ts'
import { schemaOf } from '../../../dsl/ir/schema.ts'
import { goodTimeOf } from '../../../runtime/naive/good-time.ts'
import type { Cell, NaiveData, Row } from '../../../runtime/naive/row.ts'
import { rowsOver } from '../../../runtime/naive/rows.ts'
import {
  about,
  call,
  column,
  eventsIn,
  filter,
  instant,
  int64,
  match,
  measure,
  number,
  otherColumn,
  role,
  scan,
  veto,
  within,
} from '../naive/build.ts'

/** Streams `a` and `b` of a few events, many at one time, some with NaN, and good time with gaps. */
export const streams: fc.Arbitrary<NaiveData> = fc.tuple(eventList(), eventList()).map(
  ([a, b]) =>
    new Map([
      ['a', dataset(a, 0)],
      ['b', dataset(b, 1)],
    ]),
)

interface Drawn {
  readonly t: number
  readonly E: number
  readonly n: number
}

function eventList(): fc.Arbitrary<readonly Drawn[]> {
  const energy = fc.oneof(
    { weight: 9, arbitrary: fc.integer({ min: -1, max: 4 }) },
    { weight: 1, arbitrary: fc.constant(NaN) },
  )
  return fc.array(fc.record({ t: fc.nat(12), E: energy, n: fc.integer({ min: 0, max: 3 }) }), { maxLength: 8 })
}

function dataset(rows: readonly Drawn[], file: number) {
  const spans = [
    { run: 1, start: '0', stop: '5' },
    { run: 2, start: '6', stop: '13' },
  ]
  return eventsIn({ spans, approximate: false }, ...rows.map((row, entry) => ({ ...row, entry, file })))
}

const a = scan('a')
const b = scan('b')

/** Those of `b` that have one of `a` up to 2 ns behind them, and those of `a` that are not in front of such. */
const followed = filter(b, call('greater', about('count', a, within(0, 2)), number(0)))
const free = veto('veto', a, followed, { low: -2, high: -1 })
const stream = fc.constantFrom(a, b, followed, free)
const small = fc.integer({ min: 0, max: 3 })

/** A condition on a column of numbers. */
function test(name: string, of: (name: string) => Expr = column): fc.Arbitrary<Expr> {
  return fc
    .tuple(fc.constantFrom('less', 'greaterEqual', 'notEqual'), small, fc.boolean())
    .map(([fn, value, not]) =>
      not ? call('not', call(fn, of(name), number(value))) : call(fn, of(name), number(value)),
    )
}

/** A condition on one or two columns, or on the neighbours of the row. */
function condition(names: readonly string[], key: string | null): fc.Arbitrary<Expr> {
  const one = fc.constantFrom(...names).chain((name) => test(name))
  const two = fc
    .tuple(fc.constantFrom(...names), fc.constantFrom(...names))
    .map(([x, y]) => call('less', column(x), call('add', column(y), number(1))))
  const both = fc.tuple(one, one).map(([x, y]) => call('and', x, y))
  const kinds = [one, two, both]
  return fc.oneof(...(key === null ? kinds : [...kinds, neighbours(names, key)]))
}

/** A count of the neighbours that have less than the row. */
function neighbours(names: readonly string[], key: string): fc.Arbitrary<Expr> {
  return fc.tuple(stream, small, fc.constantFrom(...names)).map(([source, high, name]) => {
    const where = call('less', otherColumn('E'), column(name))
    return call('greaterEqual', about('count', source, within(-1, high, 'any', key), { where }), number(1))
  })
}

/** The columns of numbers that a plan's rows have. */
export function numbersOf(plan: Plan): readonly string[] {
  return schemaOf(plan).columns.flatMap(({ name, type }) =>
    type.kind === 'number' && !/(^|\.)(file|entry)$/.test(name) ? [name] : [],
  )
}

export function someFilter(input: Plan): fc.Arbitrary<Plan> {
  return condition(numbersOf(input), schemaOf(input).key).map((where) => filter(input, where))
}

let names = 0

/** A stage on a plan, of a kind that its rows allow. */
export function stage(input: Plan): fc.Arbitrary<Plan> {
  const { stream: kind } = schemaOf(input)
  const anyRows = [someFilter(input), defined(input), sorted(input), taken(input)]
  if (kind === 'table') return fc.oneof(...anyRows)
  const timed = [...anyRows, vetoed(input), during(input), joined(input), grouped(input)]
  return fc.oneof(...timed, ...(kind === 'events' ? [shifted(input), matched(input)] : []))
}

export function defined(input: Plan): fc.Arbitrary<Plan> {
  const columns = numbersOf(input)
  const value = fc
    .tuple(fc.constantFrom(...columns), fc.constantFrom(...columns), fc.constantFrom('add', 'hypot'))
    .map(([x, y, fn]): Expr => (x === y ? column(x) : call(fn, column(x), column(y))))
  return fc.array(value, { minLength: 1, maxLength: 2 }).map((values): Plan => {
    const named = values.map((each): Named => ({ name: `c${names++}`, value: each }))
    return { op: 'define', input, columns: named }
  })
}

export function sorted(input: Plan): fc.Arbitrary<Plan> {
  return fc
    .tuple(fc.constantFrom(...numbersOf(input)), fc.boolean())
    .map(([name, descending]) => ({ op: 'sort', input, by: column(name), descending }))
}

function taken(input: Plan): fc.Arbitrary<Plan> {
  return small.map((count) => ({ op: 'take', input, count }))
}

export function vetoed(input: Plan): fc.Arbitrary<Plan> {
  const where = fc.option(test('E', otherColumn))
  return fc
    .tuple(stream, small, where, fc.constantFrom('veto', 'keep'))
    .map(([source, high, condition_, mode]) => veto(mode, input, source, { low: -1, high, where: condition_ }))
}

export function during(input: Plan): fc.Arbitrary<Plan> {
  return fc
    .constantFrom('veto', 'keep')
    .map((mode) => ({ op: 'during', mode, input, spans: { kind: 'goodTime', source: b }, label: null, text: mode }))
}

export function joined(input: Plan): fc.Arbitrary<Plan> {
  const unique: Plan = {
    op: 'group',
    input: b,
    keys: [{ name: 'n', value: column('n', int64) }],
    measures: [measure('E', 'count')],
  }
  return fc
    .tuple(fc.constantFrom(...numbersOf(input)), fc.constantFrom('drop', 'missing', 'missing'))
    .map(([name, unmatched]) => {
      const keys = [{ left: column(name), right: column('n', int64) }]
      return { op: 'join', input, name: `j${names++}`, source: unique, keys, unmatched }
    })
}

export function grouped(input: Plan): fc.Arbitrary<Plan> {
  const key = schemaOf(input).key ?? ''
  const bin = { ...call('binInstant', column(`${key}t`, instant), number(4)), type: instant } as const
  return fc.tuple(fc.constantFrom(...numbersOf(input)), fc.boolean()).map(([name, isTimed]) => {
    const keys = [{ name: 'k', value: isTimed ? bin : column(name) }]
    const all = {
      op: 'group',
      input,
      keys,
      measures: [measure('c', 'count'), measure('s', 'sum', column(name))],
    } as const
    return isTimed ? { ...all, livetime: 'l' } : all
  })
}

export function shifted(input: Plan): fc.Arbitrary<Plan> {
  return fc.integer({ min: -2, max: 2 }).map((by) => ({ op: 'shift', input, by }))
}

export function matched(input: Plan): fc.Arbitrary<Plan> {
  const quantifier = fc.constantFrom<Role['quantifier']>('each', 'each', 'first', 'last', 'nearest', 'without')
  const first = fc
    .tuple(quantifier, stream, small, fc.option(test('E', otherColumn)))
    .map(([q, source, high, where]) => role(q, 'd', source, within(0, high, 'after', 'p.'), where))
  const second = fc
    .tuple(quantifier, fc.boolean())
    .map(([q, isJoint]) =>
      role(q, 'e', b, within(-1, 2, 'any', 'p.'), isJoint ? call('less', otherColumn('E'), column('p.E')) : null),
    )
  return fc.tuple(first, fc.option(second)).map(([d, e]) => match(input, 'p', d, ...(e === null ? [] : [e])))
}

function plain(cell: Cell): unknown {
  return typeof cell === 'bigint' ? `${cell}` : cell === undefined ? 'missing' : cell
}

/** What can be seen of a plan: its rows in their order, and its good time. */
export function seen(plan: Plan, data: NaiveData): unknown {
  const rowsOf = rowsOver(data)
  const columns = schemaOf(plan).columns.map(({ name }) => name)
  const rows = rowsOf(plan).map((row: Row) => columns.map((name) => plain(row.get(name))))
  return { rows, goodTime: goodTimeOf(plan, data, rowsOf) }
}
