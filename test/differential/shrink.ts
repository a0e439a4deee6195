import { isDeepStrictEqual } from 'node:util'
import { withWheres } from '../../dsl/check/wheres.ts'
import type { Expr } from '../../dsl/ir/plan.ts'
import { typeOf } from '../../dsl/ir/schema.ts'
import type { Law } from '../../dsl/optimize/law.ts'
import type { BackendQuery } from '../../runtime/ports/backend.ts'
import type { MemoryDataset } from '../support/memory-executor.ts'
import type { Data, Way } from './answers.ts'
import { isSound } from './sound.ts'

/** What was compared: a query, the laws by which the engine ran it, how it ran, and the streams. */
export interface Case {
  readonly query: BackendQuery
  readonly laws: readonly Law[]
  readonly way: Way
  readonly data: Data
}

export interface Shrunk {
  readonly smallest: Case
  readonly steps: number
  readonly tries: number
  /** Whether nothing more could go, rather than the tries being used up. */
  readonly isDone: boolean
}

/** Makes a failing case smaller, part by part, until every part is needed or the tries are used up. */
export async function shrunk(failing: Case, fails: (smaller: Case) => Promise<boolean>, most = 4000): Promise<Shrunk> {
  let [smallest, steps, tries] = [failing, 0, 0]
  let isDone = false
  while (!isDone && tries < most) {
    isDone = true
    for (const smaller of smallerCases(smallest)) {
      if (tries++ >= most) return { smallest, steps, tries, isDone: false }
      if (!(await fails(smaller))) continue
      smallest = smaller
      steps++
      isDone = false
      break
    }
  }
  return { smallest, steps, tries, isDone }
}

/** What is left of a case when one part of it goes, the largest parts first. */
function* smallerCases(of: Case): Generator<Case> {
  const { wheres: _, ...asked } = { wheres: undefined, ...of.query }
  for (const query of smallerParts(asked)) {
    if (isSound(query as BackendQuery)) yield { ...of, query: withWheres(query as BackendQuery) }
  }
  for (const data of smallerData(of)) yield { ...of, data }
  for (const laws of without(of.laws)) yield { ...of, laws }
  for (const cuts of without(of.way.cuts)) yield { ...of, way: { ...of.way, cuts } }
  if (of.way.workers > 1) yield { ...of, way: { ...of.way, workers: 1 } }
  if (of.way.interpreted) yield { ...of, way: { ...of.way, interpreted: false } }
}

/** The rows of the datasets that are read, half of them, a quarter, each one; and the spans of good time. */
function* smallerData({ data, query }: Case): Generator<Data> {
  const text = JSON.stringify(query)
  for (const [key, dataset] of data) {
    if (!text.includes(`"dataset":"${key}"`)) continue
    for (const rows of without(dataset.rows)) yield changed(data, key, { ...dataset, rows })
    for (const spans of without(dataset.goodTime.spans)) {
      yield changed(data, key, { ...dataset, goodTime: { ...dataset.goodTime, spans } })
    }
  }
}

function changed(data: Data, key: string, dataset: MemoryDataset): Data {
  return new Map([...data, [key, dataset]])
}

/** A list without a half of it, without a quarter, …, without one of its elements. */
function* without<T>(list: readonly T[]): Generator<readonly T[]> {
  for (let size = Math.ceil(list.length / 2); size >= 1; size = size === 1 ? 0 : Math.ceil(size / 2)) {
    for (let at = 0; at < list.length; at += size) yield list.toSpliced(at, size)
  }
}

type Fields = Readonly<Record<string, unknown>>

/** Plain data with one part of it gone or made simpler, from the outside inwards. */
function* smallerParts(value: unknown, key = ''): Generator<unknown> {
  if (Array.isArray(value)) {
    if (removable.has(key)) for (const rest of without(value as readonly unknown[])) yield rest
    for (const [at, part] of value.entries()) for (const smaller of smallerParts(part)) yield value.with(at, smaller)
    return
  }
  if (typeof value !== 'object' || value === null) return
  const fields = value as Fields
  yield* simplerNode(fields)
  for (const [name, part] of Object.entries(fields)) {
    if (fixed.has(name) || (name === 'columns' && fields['op'] === 'renumber')) continue
    for (const smaller of smallerParts(part, name)) {
      yield name === 'columns' && fields['op'] === 'select'
        ? withSchema(fields, smaller)
        : { ...fields, [name]: smaller }
    }
  }
}

const removable = new Set(['roles', 'columns', 'keys', 'measures', 'windows', 'axes', 'inputs'])
const fixed = new Set(['schema', 'type', 'files', 'list'])

/** A selection with the columns that are left. */
function withSchema(select: Fields, columns: unknown): unknown {
  const schema = select['schema'] as { readonly columns: readonly { readonly name: string }[] }
  const left = new Set((columns as readonly { readonly name: string }[]).map(({ name }) => name))
  return { ...select, columns, schema: { ...schema, columns: schema.columns.filter(({ name }) => left.has(name)) } }
}

function* simplerNode(fields: Fields): Generator<unknown> {
  if ('op' in fields) {
    if ('input' in fields) yield fields['input']
    if (Array.isArray(fields['inputs'])) yield* fields['inputs']
    const { count } = fields
    if (typeof count === 'number' && count > 1) yield { ...fields, count: count - 1 }
    if (fields['op'] === 'join' && fields['unmatched'] !== 'drop') yield { ...fields, unmatched: 'drop' }
  }
  if (isExpr(fields)) yield* simplerExpr(fields as unknown as Expr)
  if ('quantifier' in fields && fields['quantifier'] !== 'each') yield { ...fields, quantifier: 'each' }
  for (const name of ['where', 'weight', 'by', 'label']) {
    if (fields['op'] === 'filter' && name === 'where') continue
    if (fields[name] !== undefined && fields[name] !== null && !(name === 'by' && 'op' in fields))
      yield without1(fields, name)
  }
  if ('windows' in fields && fields['kind'] === 'table') yield without1(fields, 'windows')
  if (fields['op'] === 'group' && fields['livetime'] !== undefined) yield without1(fields, 'livetime')
  for (const name of ['low', 'high', 'fromOffset', 'toOffset']) {
    if (typeof fields[name] === 'number' && fields[name] !== 0) yield { ...fields, [name]: 0 }
  }
}

/** A field taken away: the `where` of a measure and what a table counts are absent, others are null. */
function without1(fields: Fields, name: string): unknown {
  const isAbsent = ['windows', 'livetime'].includes(name) || (name === 'where' && 'fn' in fields && !('kind' in fields))
  const { [name]: _, ...rest } = fields
  return isAbsent ? rest : { ...fields, [name]: null }
}

const exprKinds = new Set([
  'call',
  'aggregate',
  'reduce',
  'element',
  'column',
  'number',
  'bool',
  'text',
  'instant',
  'missing',
])

function isExpr(fields: Fields): boolean {
  return exprKinds.has(String(fields['kind'])) && !('plan' in fields) && !('inputs' in fields)
}

/** Parts of an expression that have its type, and the plainest value of it. */
function* simplerExpr(expr: Expr): Generator<Expr> {
  const type = typeOf(expr)
  if (expr.kind === 'call') yield* expr.args.filter((arg) => isDeepStrictEqual(typeOf(arg), type))
  if (expr.kind === 'column' || expr.kind === 'missing') return
  if (type.kind === 'bool' && !(expr.kind === 'bool' && expr.value)) yield { kind: 'bool', value: true }
  if (type.kind === 'number' && expr.kind !== 'number') yield { kind: 'number', value: 1, type }
  if (type.kind === 'text' && expr.kind !== 'text') yield { kind: 'text', value: 'CD' }
}
