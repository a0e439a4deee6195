import type { Data, Vector } from 'apache-arrow'
import { bytesOf, type NumberName, type NumberValues } from './column.ts'
import type { ValuePlan } from './parquet-write-schema.ts'
import { TextDictionary } from './text.ts'

/** Bytes that only grow. */
export class GrowingBytes {
  #bytes = new Uint8Array(1024)
  #length = 0

  get length(): number {
    return this.#length
  }

  push(value: number): void {
    if (this.#length === this.#bytes.length) this.#reserve(1)
    this.#bytes[this.#length++] = value
  }

  append(bytes: Uint8Array): void {
    this.#reserve(bytes.length)
    this.#bytes.set(bytes, this.#length)
    this.#length += bytes.length
  }

  fill(value: number, count: number): void {
    this.#reserve(count)
    this.#bytes.fill(value, this.#length, this.#length + count)
    this.#length += count
  }

  bytes(): Uint8Array<ArrayBuffer> {
    return this.#bytes.subarray(0, this.#length)
  }

  #reserve(count: number): void {
    if (this.#length + count <= this.#bytes.length) return
    const larger = new Uint8Array(Math.max(this.#bytes.length * 2, this.#length + count))
    larger.set(this.bytes())
    this.#bytes = larger
  }
}

/** The values of one stored column in one row group, without nulls; texts as codes of `texts`. */
export class ValueSink {
  readonly plan: ValuePlan
  readonly bytes = new GrowingBytes()
  readonly texts = new TextDictionary()
  #codes: Int32Array | undefined
  #codesOf: Vector | undefined

  constructor(plan: ValuePlan) {
    this.plan = plan
  }

  /** Bytes of one value as stored here: bools one, codes four, numbers as Parquet has them. */
  get width(): number {
    return this.plan.kind === 'bool' ? 1 : this.plan.kind === 'text' ? 4 : Math.max(4, bytesOf(this.plan.name))
  }

  /** Adds the values [start, end), but for those where the mask, which begins at `start`, is 0. */
  add(data: Data, start: number, end: number, mask: Uint8Array | undefined): void {
    const all = this.#stored(data, start, end)
    if (mask === undefined) this.bytes.append(all)
    else
      for (let i = 0; i < mask.length; i++)
        if (mask[i] !== 0) this.bytes.append(all.subarray(i * this.width, (i + 1) * this.width))
  }

  #stored(data: Data, start: number, end: number): Uint8Array {
    switch (this.plan.kind) {
      case 'bool':
        return boolBytes(data, start, end)
      case 'text':
        return bytesIn(this.#textCodes(data, start, end))
      case 'number':
        return bytesIn(widened(this.plan.name, (data.values as NumberValues).subarray(start, end)))
    }
  }

  #textCodes(data: Data, start: number, end: number): Int32Array {
    const dictionary: Vector = data.dictionary!
    if (this.#codesOf !== dictionary) {
      this.#codesOf = dictionary
      this.#codes = new Int32Array(dictionary.length).fill(-1)
    }
    const known = this.#codes!
    const codes = new Int32Array(end - start)
    for (let i = start; i < end; i++) {
      const code = Number(data.values[i])
      if (known[code] === -1) known[code] = this.texts.codeOfString(String(dictionary.get(code)))
      codes[i - start] = known[code] ?? 0
    }
    return codes
  }
}

function boolBytes(data: Data, start: number, end: number): Uint8Array {
  const bits = data.values as Uint8Array
  const bytes = new Uint8Array(end - start)
  for (let i = 0; i < bytes.length; i++) {
    const bit = data.offset + start + i
    bytes[i] = (bits[bit >> 3]! >> (bit & 7)) & 1
  }
  return bytes
}

/** Parquet has no integers below 32 bits. */
function widened(name: NumberName, values: NumberValues): NumberValues {
  switch (name) {
    case 'int8':
    case 'int16':
    case 'uint8':
    case 'uint16':
      return Int32Array.from(values as Int16Array)
    case 'int32':
    case 'int64':
    case 'uint32':
    case 'uint64':
    case 'float32':
    case 'float64':
    case 'timestamp':
      return values
  }
}

function bytesIn(values: NumberValues): Uint8Array {
  return new Uint8Array(values.buffer as ArrayBuffer, values.byteOffset, values.byteLength)
}
