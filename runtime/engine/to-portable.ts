import type { Column, Scalar, Type } from '../../dsl/ir/types.ts'
import { RuntimeError } from '../errors.ts'
import { Int64Writer } from './int64.ts'
import type { Terms } from './kernels.ts'
import type { Portable, PortableArray, PortableColumn, PortableList } from './portable.ts'
import { slice, type NumberArray, type NumberVector, type Rows, type Vector } from './vector.ts'

/** Columns of rows as they travel: in the types of the schema, in buffers of their own. */
export function toPortable(rows: Rows, columns: readonly Pick<Column, 'name' | 'type'>[], terms: Terms): Portable {
  return {
    rows: rows.rows,
    columns: new Map(columns.map(({ name, type }) => [name, portableColumn(rows, name, type, terms)])),
  }
}

function portableColumn(rows: Rows, name: string, type: Type, terms: Terms): PortableColumn | PortableList {
  const vector = rows.columns.get(name)
  if (vector === undefined) throw new Error(`no column ${name} among ${[...rows.columns.keys()].join(', ')}`)
  return portableVector(vector, { name, type }, rows.rows, terms)
}

function portableVector(
  vector: Vector,
  { name, type }: Pick<Column, 'name' | 'type'>,
  rows: number,
  terms: Terms,
): PortableColumn | PortableList {
  if (type.kind !== 'list') return portableNumbers(numbersIn(vector, name), { name, type }, rows, terms)
  if (vector.kind !== 'list') throw new Error(`${name} is no list`)
  const element = type.element
  // The rows may be some out of the middle: their lists do not begin with the first element then.
  const [first, end] = [vector.offsets[0] ?? 0, vector.offsets[rows] ?? 0]
  const all = element.kind === 'record' ? element.fields : [{ name: '', type: element }]
  // Of event data a list has the fields that the query looks at; where all are wanted, all are there.
  const types = all.filter((field) => vector.fields.has(field.name))
  const fields = types.map(({ name: field, type: fieldType }): [string, PortableColumn] => {
    const values = vector.fields.get(field)
    if (values === undefined || fieldType.kind === 'list') throw new Error(`${name} has no field ${field}`)
    const own = slice(values, first, end)
    return [field, portableNumbers(own, { name: `${name}.${field}`, type: fieldType }, end - first, terms)]
  })
  return {
    kind: 'list',
    type,
    offsets: vector.offsets.subarray(0, rows + 1).map((offset) => offset - first),
    fields: new Map(fields),
    valid: vector.valid?.slice(0, rows) ?? null,
  }
}

function numbersIn(vector: Vector, name: string): NumberVector {
  if (vector.kind !== 'numbers') throw new Error(`${name} is a list`)
  return vector
}

interface NamedScalar {
  readonly name: string
  readonly type: Scalar
}

function portableNumbers(vector: NumberVector, column: NamedScalar, rows: number, terms: Terms): PortableColumn {
  const valid = vector.valid?.slice(0, rows) ?? null
  const { type } = column
  if (type.kind === 'text') return { kind: 'values', type, valid, ...localTexts(vector.values, valid, rows, terms) }
  return { kind: 'values', type, valid, texts: null, values: portableValues(vector, column, rows, terms) }
}

/** Ids of this worker's texts as positions in the list of those that occur. */
function localTexts(
  ids: NumberArray,
  valid: Uint8Array | null,
  rows: number,
  terms: Terms,
): { values: Int32Array; texts: string[] } {
  const places = new Map<number, number>()
  const texts: string[] = []
  const values = new Int32Array(rows)
  for (let i = 0; i < rows; i++) {
    if (valid?.[i] === 0) continue
    const id = ids[i]!
    let place = places.get(id)
    if (place === undefined) {
      place = texts.push(terms.textOf(id)) - 1
      places.set(id, place)
    }
    values[i] = place
  }
  return { values, texts }
}

function portableValues(vector: NumberVector, column: NamedScalar, rows: number, terms: Terms): PortableArray {
  const { type } = column
  switch (type.kind) {
    case 'bool':
    case 'text':
      return Uint8Array.from(vector.values.subarray(0, rows))
    case 'instant':
      return wholeNumbers(new BigInt64Array(rows), vector, column, terms.base)
    case 'number':
      switch (type.repr) {
        case 'int64':
          return wholeNumbers(new BigInt64Array(rows), vector, column, 0n)
        case 'uint64':
          return wholeNumbers(new BigUint64Array(rows), vector, column, 0n)
        case 'float64':
          return Float64Array.from(vector.values.subarray(0, rows))
        case 'float32':
          return Float32Array.from(vector.values.subarray(0, rows))
        case 'int8':
          return narrowed(new Int8Array(rows), vector, column)
        case 'int16':
          return narrowed(new Int16Array(rows), vector, column)
        case 'int32':
          return narrowed(new Int32Array(rows), vector, column)
        case 'uint8':
          return narrowed(new Uint8Array(rows), vector, column)
        case 'uint16':
          return narrowed(new Uint16Array(rows), vector, column)
        case 'uint32':
          return narrowed(new Uint32Array(rows), vector, column)
      }
  }
}

function wholeNumbers<A extends BigInt64Array | BigUint64Array>(
  target: A,
  vector: NumberVector,
  column: NamedScalar,
  base: bigint,
): A {
  const { values, residual, valid } = vector
  const writer = residual === null && target instanceof BigInt64Array ? new Int64Writer(target, base) : null
  for (let i = 0; i < target.length; i++) {
    if (valid?.[i] === 0) continue
    const value = values[i]!
    if (writer !== null && Number.isSafeInteger(value)) {
      writer.put(i, value)
      continue
    }
    if (!Number.isInteger(value)) throw unrepresentable(value, column)
    const exact = BigInt(value) + base + (residual === null ? 0n : BigInt(residual[i]!))
    target[i] = exact
    if (target[i] !== exact) throw unrepresentable(exact, column)
  }
  return target
}

function narrowed<A extends Exclude<NumberArray, Float64Array | Float32Array>>(
  target: A,
  { values, valid }: NumberVector,
  column: NamedScalar,
): A {
  for (let i = 0; i < target.length; i++) {
    if (valid?.[i] === 0) continue
    target[i] = values[i]!
    if (target[i] !== values[i]) throw unrepresentable(values[i]!, column)
  }
  return target
}

function unrepresentable(value: number | bigint, { name, type }: NamedScalar): RuntimeError {
  if (type.kind === 'instant') {
    const why = typeof value === 'bigint' ? 'before 1677 or after 2262' : 'moved by NaN or by infinity'
    return new RuntimeError('R004', `a time in \`${name}\` is ${why}: it is no instant`)
  }
  return new RuntimeError(
    'R004',
    `the value ${value} of \`${name}\` is no ${type.kind === 'number' ? type.repr : type.kind}`,
  )
}
