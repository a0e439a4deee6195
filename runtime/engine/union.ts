import type { Type } from '../../dsl/ir/types.ts'
import { RuntimeError } from '../errors.ts'
import { selectedRows, type ColumnAt } from './lazy-rows.ts'
import type { UnionPlan } from './plan-parts.ts'
import { concatenate, gather, numbersOf, type NumberArray, type Rows, type Vector } from './vector.ts'

/**
 * The rows of all inputs in the total order, with the named columns.
 *
 * @throws RuntimeError D005 when two of them are the same event at the same time
 */
export function unionRows({ schema }: UnionPlan, inputs: readonly Rows[], names: readonly string[]): Rows {
  const types = new Map(schema.columns.map(({ name, type }) => [name, type]))
  const rows = inputs.reduce((sum, input) => sum + input.rows, 0)
  const joined = (name: string): Vector => joinedColumn(inputs, name, types.get(name))
  const columns = names.map((name): [string, ColumnAt] => [
    name,
    (positions) => (positions === null ? joined(name) : gather(joined(name), positions, positions.length)),
  ])
  const order = mergedOrder(inputs)
  return selectedRows({ rows, columns: new Map() }, order, new Map(columns))
}

/** A whole number in a column of floating-point numbers is the nearest of these. */
function joinedColumn(inputs: readonly Rows[], name: string, type: Type | undefined): Vector {
  const parts = inputs.map((input): Rows => {
    const vector = input.columns.get(name)
    if (vector === undefined) throw new Error(`an input of a union has no column ${name}`)
    const isFloat = type?.kind === 'number' && type.repr.startsWith('float')
    const own = isFloat && vector.kind === 'numbers' ? { ...vector, residual: null } : vector
    return { rows: input.rows, columns: new Map([[name, own]]) }
  })
  const joined = concatenate(parts).columns.get(name)
  if (joined === undefined) throw new Error('a union has inputs')
  return joined
}

interface Places {
  readonly t: NumberArray
  readonly file: NumberArray
  readonly entry: NumberArray
}

/** Positions in the inputs one after the other, in the total order. */
function mergedOrder(inputs: readonly Rows[]): Uint32Array {
  const all = inputs.map((input) => ({ rows: input.rows, columns: placeColumns(input) }))
  const joined = concatenate(all)
  const values = (name: string): NumberArray => numbersOf(joined, name).values
  const places = { t: values('t'), file: values('file'), entry: values('entry') }
  let merged = new Uint32Array(0)
  let start = 0
  for (const { rows } of inputs) {
    const next = Uint32Array.from({ length: rows }, (_, row) => start + row)
    merged = merged.length === 0 ? next : merge(merged, next, places)
    start += rows
  }
  return merged
}

function placeColumns({ columns }: Rows): Map<string, Vector> {
  return new Map(['t', 'file', 'entry'].map((name) => [name, columns.get(name)!]))
}

function merge(left: Uint32Array, right: Uint32Array, places: Places): Uint32Array<ArrayBuffer> {
  const out = new Uint32Array(left.length + right.length)
  let [a, b] = [0, 0]
  for (let i = 0; i < out.length; i++) {
    const isLeft = b === right.length || (a < left.length && isBefore(places, left[a]!, right[b]!))
    out[i] = isLeft ? left[a++]! : right[b++]!
  }
  return out
}

function isBefore({ t, file, entry }: Places, left: number, right: number): boolean {
  if (t[left] !== t[right]) return t[left]! < t[right]!
  if (file[left] !== file[right]) return file[left]! < file[right]!
  if (entry[left] === entry[right]) throw sameEvent(file[left]!, entry[left]!)
  return entry[left]! < entry[right]!
}

export function sameEvent(file: number, entry: number, path?: string): RuntimeError {
  const where = path === undefined ? `file number ${file}` : `\`${path}\``
  return new RuntimeError('D005', `The same event is on both sides of a union: entry ${entry} of ${where}.`, {
    fix: 'Unite streams that have no event in common, for example parts of one by disjoint conditions.',
  })
}
