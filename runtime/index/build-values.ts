import { type Data, type DataType, DataType as Types, makeData, type RecordBatch } from 'apache-arrow'
import type { Type } from '../../dsl/ir/types.ts'
import { RuntimeError } from '../errors.ts'
import { dictionaryOf } from './build-gather-kernel.ts'
import { readerOf, reduce, type Reduced } from './build-reduce-kernel.ts'
import type { Arithmetic, BuildColumn, BuildPlan, RowValue } from './build-plan.ts'
import { arrowTypeOf } from './saved-columns.ts'
import { asInt64 } from './whole.ts'

/**
 * The columns of the index for a batch of event data, in the order of the plan.
 *
 * @throws RuntimeError R004 for a value that its column cannot hold
 */
export function valuesOf(batch: RecordBatch, plan: BuildPlan, arithmetic: Arithmetic): readonly Data[] {
  const given = new Map(batch.schema.fields.map(({ name }, at) => [name, batch.data.children[at]]))
  const dataOf = (name: string): Data => {
    const data = given.get(name)
    if (data === undefined) throw new Error(`the build has not read ${name}`)
    return data
  }
  const readers = new Map<string, RowValue>()
  for (const reduction of plan.reductions) {
    readers.set(reduction.name, reducedReader(reduce(reduction, dataOf(reduction.list), arithmetic)))
  }
  const columnOf = ({ name }: { readonly name: string }): RowValue => {
    const reader = readers.get(name) ?? readerOf(dataOf(name))
    readers.set(name, reader)
    return reader
  }
  return plan.columns.map((column) => valueOf(column, { rows: batch.numRows, dataOf, columnOf, arithmetic }))
}

interface Batch {
  readonly rows: number
  readonly dataOf: (name: string) => Data
  readonly columnOf: (column: { readonly name: string }) => RowValue
  readonly arithmetic: Arithmetic
}

function reducedReader(values: Reduced): RowValue {
  return (row) => values[row]
}

function valueOf({ column, value }: BuildColumn, { rows, dataOf, columnOf, arithmetic }: Batch): Data {
  switch (value.kind) {
    case 'column':
      return dataOf(value.name)
    case 'time':
      return instants(scaled(asInt64(dataOf(value.name)), BigInt(value.nanoseconds)))
    case 'timestamp': {
      const [seconds, rest] = [asInt64(dataOf(value.seconds)), asInt64(dataOf(value.nanoseconds))]
      return instants(scaled(seconds, 1_000_000_000n).map((ns, row) => ns + (rest[row] ?? 0n)))
    }
    case 'expression': {
      const evaluate = arithmetic.evaluator(value.value, columnOf)
      return written(
        Array.from({ length: rows }, (_, row) => evaluate(row, 0)),
        column,
      )
    }
  }
}

function scaled(values: BigInt64Array, factor: bigint): BigInt64Array {
  return factor === 1n ? values : values.map((value) => value * factor)
}

/** As the times of an index are: whole nanoseconds. */
function instants(values: BigInt64Array): Data {
  return makeData({
    type: arrowTypeOf(nanoseconds) as never,
    length: values.length,
    nullCount: 0,
    data: values as never,
  })
}

const nanoseconds: Type = { kind: 'number', repr: 'int64', unit: [] }

type Value = ReturnType<RowValue>

/** Values as a column of the type that the index gives it. */
function written(values: readonly Value[], { name, type }: BuildColumn['column']): Data {
  const validity = validityOf(values)
  const arrow = type.kind === 'instant' ? arrowTypeOf(nanoseconds) : arrowTypeOf(type)
  if (Types.isBool(arrow)) {
    return makeData({ type: arrow, length: values.length, data: bitsOf(values), ...validity }) as Data
  }
  if (type.kind === 'text') return texts(values, arrow, validity)
  const array = new (arrow.ArrayType as new (length: number) => Float64Array | BigInt64Array)(values.length)
  const isWhole = Types.isInt(arrow)
  values.forEach((value, row) => {
    if (value === undefined) return
    array[row] = array instanceof BigInt64Array || array instanceof BigUint64Array ? wide(value, name) : Number(value)
    if (isWhole && Number(array[row]) !== Number(value)) throw unfit(value, name, String(arrow))
  })
  return makeData({ type: arrow as never, length: values.length, data: array as never, ...validity })
}

function wide(value: NonNullable<Value>, name: string): bigint {
  if (typeof value === 'bigint') return value
  if (typeof value === 'number' && Number.isInteger(value)) return BigInt(value)
  throw unfit(value, name, 'a whole number')
}

function unfit(value: NonNullable<Value>, name: string, type: string): RuntimeError {
  return new RuntimeError('R004', `Column \`${name}\` has the value ${String(value)}, which is no ${type}.`, {
    fix: 'Give the column another type in the file of columns, or round its value.',
  })
}

type Validity = { readonly nullCount: 0 } | { readonly nullCount: number; readonly nullBitmap: Uint8Array }

function validityOf(values: readonly Value[]): Validity {
  const nullCount = values.filter((value) => value === undefined).length
  return nullCount === 0 ? { nullCount } : { nullCount, nullBitmap: bitsOf(values.map((value) => value !== undefined)) }
}

function bitsOf(values: readonly Value[]): Uint8Array {
  const bits = new Uint8Array((values.length + 7) >> 3)
  values.forEach((value, row) => {
    if (value === true) bits[row >> 3] = (bits[row >> 3] ?? 0) | (1 << (row & 7))
  })
  return bits
}

function texts(values: readonly Value[], type: DataType, validity: Validity): Data {
  const known = new Map<string, number>()
  const codes = Int32Array.from(values, (value) => {
    const text = String(value ?? '')
    const code = known.get(text) ?? known.size
    known.set(text, code)
    return code
  })
  const dictionary = dictionaryOf([...known.keys()])
  return makeData({ type, length: codes.length, data: codes, dictionary, ...validity } as never) as Data
}
