import type { Data, FixedSizeList, Utf8, Vector as ArrowVector } from 'apache-arrow'
import type { Column, ListType, Scalar } from '../../dsl/ir/types.ts'
import type { Texts } from '../engine/task.ts'
import type { ListVector, NumberArray, NumberVector, Vector } from '../engine/vector.ts'
import { asInt64 } from '../index/whole.ts'
import {
  arrayTypeOf,
  copyBits,
  copyCodes,
  copyInstants,
  copyNumbers,
  grown,
  refuseFar,
  validityOf,
} from './column-kernel.ts'

/** The terms in which vectors are written. */
export interface Terms {
  /** What instants count from, ns since 1970. */
  readonly base: bigint
  readonly texts: Texts
}

/** `isTime`: rows are ordered by the column, or looked at by it, so that it must be exact from the base. */
interface SinkTerms extends Terms {
  readonly isTime?: boolean
}

/** Gathers the batches of one column to one vector. */
export interface Sink {
  append(data: Data): void
  finish(): Vector
}

/**
 * @param rows how many will come; a wrong guess costs copies only
 * @param target where the values of a column that is no list go, of shape [rows]; new memory when absent
 */
export function sinkOf({ type }: Pick<Column, 'type'>, rows: number, terms: SinkTerms, target?: NumberArray): Sink {
  return type.kind === 'list' ? new ListSink(type, rows, terms) : new NumberSink(type, rows, terms, target)
}

class NumberSink implements Sink {
  readonly #write: (data: Data, target: NumberArray, at: number) => Float64Array | null
  #values: NumberArray
  #residual: Float64Array | null = null
  #valid: Uint8Array | null = null
  #rows = 0

  constructor(type: Scalar, rows: number, terms: SinkTerms, target?: NumberArray) {
    this.#values = target ?? new (arrayTypeOf(type))(rows)
    this.#write = writerOf(type, terms)
  }

  /** @param mask 1 where the record around the value is there; null when everywhere */
  append(data: Data, mask: Uint8Array | null = null): void {
    const [at, end] = [this.#rows, this.#rows + data.length]
    this.#values = grown(this.#values, end)
    const residual = this.#write(data, this.#values, at)
    if (residual !== null || this.#residual !== null) {
      this.#residual = grown(this.#residual ?? new Float64Array(this.#values.length), this.#values.length)
      if (residual !== null) this.#residual.set(residual, at)
    }
    this.#appendValid(both(validityOf(data), mask), at, end)
    this.#rows = end
  }

  finish(): NumberVector {
    return {
      kind: 'numbers',
      values: this.#values.subarray(0, this.#rows),
      residual: this.#residual?.subarray(0, this.#rows) ?? null,
      valid: this.#valid?.subarray(0, this.#rows) ?? null,
    }
  }

  #appendValid(valid: Uint8Array | null, at: number, end: number): void {
    this.#valid = withValidity(this.#valid, valid, at, end, this.#values.length)
  }
}

class ListSink implements Sink {
  readonly #fields: ReadonlyMap<string, NumberSink>
  #offsets: Int32Array
  #valid: Uint8Array | null = null
  #rows = 0

  constructor({ element }: ListType, rows: number, terms: Terms) {
    this.#offsets = new Int32Array(rows + 1)
    this.#fields =
      element.kind === 'record'
        ? new Map(element.fields.map(({ name, type }) => [name, new NumberSink(scalar(type), rows, terms)]))
        : new Map([['', new NumberSink(element, rows, terms)]])
  }

  append(data: Data): void {
    const [at, end] = [this.#rows, this.#rows + data.length]
    this.#offsets = grown(this.#offsets, end + 1)
    const elements = this.#appendOffsets(data, at)
    for (const [name, sink] of this.#fields)
      sink.append(name === '' ? elements : fieldOf(elements, name), maskOf(elements, name))
    this.#valid = withValidity(this.#valid, validityOf(data), at, end, this.#offsets.length)
    this.#rows = end
  }

  finish(): ListVector {
    return {
      kind: 'list',
      offsets: this.#offsets.subarray(0, this.#rows + 1),
      fields: new Map([...this.#fields].map(([name, sink]) => [name, sink.finish()])),
      valid: this.#valid?.subarray(0, this.#rows) ?? null,
    }
  }

  /** @returns the elements of these rows, and no others */
  #appendOffsets(data: Data, at: number): Data {
    const [child] = data.children
    if (child === undefined) throw new Error('a list column has elements')
    const before = this.#offsets[at] ?? 0
    const offsets = data.valueOffsets as Int32Array | undefined
    if (offsets === undefined) {
      const { listSize } = data.type as FixedSizeList
      for (let row = 1; row <= data.length; row++) this.#offsets[at + row] = before + row * listSize
      return child.slice(0, data.length * listSize)
    }
    const first = offsets[0] ?? 0
    for (let row = 1; row <= data.length; row++) this.#offsets[at + row] = before + (offsets[row] ?? first) - first
    return child.slice(first, (offsets[data.length] ?? first) - first)
  }
}

function writerOf(
  type: Scalar,
  { base, texts, isTime = false }: SinkTerms,
): (data: Data, target: NumberArray, at: number) => Float64Array | null {
  switch (type.kind) {
    case 'bool':
      return (data, target, at) => {
        copyBits(data.values as Uint8Array, data.offset, data.length, target as Uint8Array, at)
        return null
      }
    case 'number':
      return copyNumbers
    case 'text': {
      const ids = new DictionaryIds(texts)
      return (data, target, at) => {
        const codes = (data.values as Int32Array).subarray(0, data.length)
        copyCodes(codes, ids.of(data.dictionary as ArrowVector<Utf8>), target as Int32Array, at)
        return null
      }
    }
    case 'instant':
      return (data, target, at) => {
        const residual = copyInstants(asInt64(data), validityOf(data), base, target as Float64Array, at)
        if (isTime) refuseFar(residual)
        return residual
      }
  }
}

/** The ids of a dictionary's texts, by code. Batches mostly share one dictionary. */
class DictionaryIds {
  readonly #texts: Texts
  #dictionary: ArrowVector<Utf8> | undefined
  #ids = new Int32Array(0)

  constructor(texts: Texts) {
    this.#texts = texts
  }

  of(dictionary: ArrowVector<Utf8>): Int32Array {
    if (dictionary !== this.#dictionary) {
      this.#dictionary = dictionary
      this.#ids = Int32Array.from({ length: dictionary.length }, (_, code) =>
        this.#texts.idOf(dictionary.get(code) ?? ''),
      )
    }
    return this.#ids
  }
}

function scalar(type: Column['type']): Scalar {
  if (type.kind === 'list') throw new Error('no list in a list')
  return type
}

function fieldOf(record: Data, name: string): Data {
  const at = (record.type.children as readonly { name: string }[]).findIndex((field) => field.name === name)
  const field = record.children[at]
  if (field === undefined) throw new Error(`the elements have no field ${name}`)
  return field
}

/** Where the records themselves are there; a plain element has its own validity. */
function maskOf(elements: Data, name: string): Uint8Array | null {
  return name === '' ? null : validityOf(elements)
}

function both(left: Uint8Array | null, right: Uint8Array | null): Uint8Array | null {
  if (left === null || right === null) return left ?? right
  return left.map((bit, row) => bit & (right[row] ?? 0))
}

/** Validity of all rows so far, given that of the rows [at, end); stays null while no row lacks a value. */
function withValidity(
  known: Uint8Array | null,
  next: Uint8Array | null,
  at: number,
  end: number,
  capacity: number,
): Uint8Array | null {
  if (known === null && next === null) return null
  const valid = known === null ? new Uint8Array(capacity).fill(1, 0, at) : grown(known, Math.max(end, capacity))
  if (next === null) valid.fill(1, at, end)
  else valid.set(next, at)
  return valid
}
