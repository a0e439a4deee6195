import { type Data, DataType, type Field, Int64 } from 'apache-arrow'
import type { Hdf5Target, Hdf5Values } from './hdf5-write-library.ts'

/** Takes a column piece by piece; `finish` writes what is left. */
export interface ColumnWriter {
  add(data: Data): void
  finish(): void
}

const chunkRows = 32_768

export function columnWriter(target: Hdf5Target, field: Field): ColumnWriter {
  return writerAt(target, field.name, field)
}

function writerAt(target: Hdf5Target, path: string, field: Field): ColumnWriter {
  const { type } = field
  const unit = field.metadata.get('unit')
  if (DataType.isList(type)) return new ListWriter(target, path, type.children[0]!, unit)
  if (DataType.isDictionary(type)) return new TextWriter(target, path)
  if (DataType.isFixedSizeList(type))
    return new FlatWriter(target, path, { type: type.children[0]!.type, unit, width: type.listSize })
  return new FlatWriter(target, path, { type, unit, width: null })
}

interface Flat {
  readonly type: DataType
  readonly unit: string | undefined
  readonly width: number | null
}

/** Numbers, bools and instants; whole chunks are written, so that none is compressed twice. */
class FlatWriter implements ColumnWriter {
  readonly #target: Hdf5Target
  readonly #path: string
  readonly #width: number | null
  #pending: Hdf5Values[] = []
  #pendingRows = 0
  #rows = 0

  constructor(target: Hdf5Target, path: string, { type, unit, width }: Flat) {
    this.#target = target
    this.#path = path
    this.#width = width
    target.growing(path, { dtype: dtypeOf(type), chunkRows, width })
    if (DataType.isTimestamp(type)) target.attribute(path, 'unit', 'ns since 1970-01-01')
    else if (unit !== undefined) target.attribute(path, 'unit', unit)
    if (DataType.isBool(type)) target.attribute(path, 'type', 'bool')
  }

  add(data: Data): void {
    const width = this.#width ?? 1
    this.append(valuesOf(this.#width === null ? data : data.children[0]!, data.length * width))
  }

  /** Takes the values over: they must not change. */
  append(values: Hdf5Values): void {
    const width = this.#width ?? 1
    this.#pending.push(values)
    this.#pendingRows += values.length / width
    if (this.#pendingRows >= chunkRows) this.#write(Math.floor(this.#pendingRows / chunkRows) * chunkRows)
  }

  finish(): void {
    if (this.#pendingRows > 0) this.#write(this.#pendingRows)
  }

  #write(rows: number): void {
    const width = this.#width ?? 1
    const all = joined(this.#pending)
    this.#target.append(this.#path, all.subarray(0, rows * width), { rows: this.#rows, width: this.#width })
    this.#rows += rows
    this.#pendingRows -= rows
    this.#pending = this.#pendingRows === 0 ? [] : [all.slice(rows * width)]
  }
}

class TextWriter implements ColumnWriter {
  readonly #target: Hdf5Target
  readonly #path: string
  readonly #texts: string[] = []
  readonly #codes = new Map<string, number>()
  #rows = new Int32Array(1024)
  #count = 0

  constructor(target: Hdf5Target, path: string) {
    this.#target = target
    this.#path = path
  }

  add(data: Data): void {
    const own = new Map<number, number>()
    const codes = data.values as Int32Array
    this.#reserve(this.#count + data.length)
    for (let row = 0; row < data.length; row++) {
      const code = own.get(codes[row]!) ?? this.#codeOf(String(data.dictionary?.get(codes[row]!)))
      own.set(codes[row]!, code)
      this.#rows[this.#count++] = code
    }
  }

  finish(): void {
    this.#target.texts(
      this.#path,
      Array.from(this.#rows.subarray(0, this.#count), (code) => this.#texts[code]!),
    )
  }

  #codeOf(text: string): number {
    const code = this.#codes.get(text) ?? this.#texts.push(text) - 1
    this.#codes.set(text, code)
    return code
  }

  #reserve(rows: number): void {
    if (rows <= this.#rows.length) return
    const larger = new Int32Array(Math.max(rows, 2 * this.#rows.length))
    larger.set(this.#rows)
    this.#rows = larger
  }
}

/** A group: `offsets` of shape [rows + 1], and the fields of the elements. */
class ListWriter implements ColumnWriter {
  readonly #offsets: FlatWriter
  readonly #fields: readonly ColumnWriter[]
  readonly #isRecord: boolean
  #elements = 0n

  constructor(target: Hdf5Target, path: string, element: Field, unit: string | undefined) {
    target.group(path)
    if (unit !== undefined) target.attribute(path, 'unit', unit)
    this.#offsets = new FlatWriter(target, `${path}/offsets`, { type: int64, unit: undefined, width: null })
    this.#offsets.append(BigInt64Array.of(0n))
    this.#isRecord = DataType.isStruct(element.type)
    this.#fields = DataType.isStruct(element.type)
      ? element.type.children.map((field) => writerAt(target, `${path}/${field.name}`, field))
      : [writerAt(target, `${path}/values`, element)]
  }

  add(data: Data): void {
    const own = data.valueOffsets as Int32Array
    const start = own[0] ?? 0
    const before = this.#elements
    this.#offsets.append(
      BigInt64Array.from({ length: data.length }, (_, row) => before + BigInt(own[row + 1]! - start)),
    )
    const count = (own[data.length] ?? start) - start
    this.#elements += BigInt(count)
    const child = data.children[0]!.slice(start, count)
    this.#fields.forEach((field, at) => field.add(this.#isRecord ? child.children[at]! : child))
  }

  finish(): void {
    this.#offsets.finish()
    for (const field of this.#fields) field.finish()
  }
}

const int64 = new Int64()

function dtypeOf(type: DataType): string {
  if (DataType.isBool(type)) return '<B'
  if (DataType.isTimestamp(type)) return '<q'
  if (DataType.isFloat(type)) return type.ArrayType === Float32Array ? '<f' : '<d'
  if (!DataType.isInt(type)) throw new Error(`no format may give a column of Arrow type ${type.typeId}`)
  const letter = { 8: 'b', 16: 'h', 32: 'i', 64: 'q' }[type.bitWidth]
  return `<${type.isSigned ? letter : letter.toUpperCase()}`
}

function valuesOf(data: Data, length: number): Hdf5Values {
  if (!DataType.isBool(data.type)) return (data.values as Float64Array).subarray(0, length)
  const bits = data.values as Uint8Array
  return Uint8Array.from({ length }, (_, row) => (bits[(row + data.offset) >> 3]! >> ((row + data.offset) & 7)) & 1)
}

function joined(parts: readonly Hdf5Values[]): Float64Array {
  const [first] = parts as readonly Float64Array[]
  if (first === undefined || parts.length === 1) return first ?? new Float64Array(0)
  const all = new (first.constructor as Float64ArrayConstructor)(parts.reduce((sum, { length }) => sum + length, 0))
  let at = 0
  for (const part of parts as readonly Float64Array[]) {
    all.set(part, at)
    at += part.length
  }
  return all
}
