import { Damage } from './file.ts'

/**
 * A table of a FlatBuffer, the encoding of Arrow's headers. Fields go by their number in Arrow's schema files.
 *
 * Every access is checked: bytes that contradict themselves give a Damage, never a wrong value from elsewhere.
 */
export class FlatTable {
  readonly #view: DataView
  readonly #at: number
  readonly #fields: number
  readonly #fieldCount: number

  private constructor(view: DataView, at: number) {
    this.#view = view
    this.#at = at
    this.#fields = at - checked(() => view.getInt32(at, true)) + 4
    this.#fieldCount = (checked(() => view.getUint16(this.#fields - 4, true)) - 4) >> 1
  }

  /** The table that a whole buffer holds. */
  static root(bytes: Uint8Array): FlatTable {
    const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength)
    return new FlatTable(
      view,
      checked(() => view.getUint32(0, true)),
    )
  }

  bool(field: number): boolean {
    return this.byte(field) !== 0
  }

  byte(field: number): number {
    return this.#scalar(field, 0, (at) => this.#view.getUint8(at))
  }

  short(field: number, absent = 0): number {
    return this.#scalar(field, absent, (at) => this.#view.getInt16(at, true))
  }

  int(field: number, absent = 0): number {
    return this.#scalar(field, absent, (at) => this.#view.getInt32(at, true))
  }

  long(field: number): number {
    return this.#scalar(field, 0, (at) => safe(this.#view.getBigInt64(at, true)))
  }

  string(field: number): string | undefined {
    const vector = this.#vector(field, 1)
    if (vector === undefined) return undefined
    return Buffer.from(this.#view.buffer, this.#view.byteOffset + vector.at, vector.length).toString('utf8')
  }

  table(field: number): FlatTable | undefined {
    const at = this.#position(field)
    return at === undefined ? undefined : new FlatTable(this.#view, this.#target(at))
  }

  tables(field: number): FlatTable[] {
    const vector = this.#vector(field, 4)
    if (vector === undefined) return []
    return Array.from({ length: vector.length }, (_, i) => new FlatTable(this.#view, this.#target(vector.at + 4 * i)))
  }

  longs(field: number): number[] {
    return this.structs(field, 8, (at) => this.longAt(at))
  }

  /** A vector of structs of `bytes` each; `read` gets the position of one. */
  structs<T>(field: number, bytes: number, read: (at: number) => T): T[] {
    const vector = this.#vector(field, bytes)
    if (vector === undefined) return []
    return Array.from({ length: vector.length }, (_, i) => read(vector.at + bytes * i))
  }

  intAt(at: number): number {
    return checked(() => this.#view.getInt32(at, true))
  }

  longAt(at: number): number {
    return safe(checked(() => this.#view.getBigInt64(at, true)))
  }

  #scalar(field: number, absent: number, read: (at: number) => number): number {
    const at = this.#position(field)
    return at === undefined ? absent : checked(() => read(at))
  }

  #vector(field: number, elementBytes: number): { readonly at: number; readonly length: number } | undefined {
    const at = this.#position(field)
    if (at === undefined) return undefined
    const start = this.#target(at)
    const length = checked(() => this.#view.getUint32(start, true))
    if (start + 4 + length * elementBytes > this.#view.byteLength) throw new Damage('an Arrow header runs over its end')
    return { at: start + 4, length }
  }

  #position(field: number): number | undefined {
    if (field >= this.#fieldCount) return undefined
    const offset = checked(() => this.#view.getUint16(this.#fields + 2 * field, true))
    return offset === 0 ? undefined : this.#at + offset
  }

  #target(at: number): number {
    return at + checked(() => this.#view.getUint32(at, true))
  }
}

function safe(value: bigint): number {
  const number = Number(value)
  if (!Number.isSafeInteger(number)) throw new Damage(`an Arrow header holds the number ${value}`)
  return number
}

function checked<T>(read: () => T): T {
  try {
    return read()
  } catch (cause) {
    if (cause instanceof RangeError) throw new Damage('an Arrow header points outside itself', { cause })
    throw cause
  }
}
