import type { Data } from 'apache-arrow'
import {
  asDoubles,
  bools,
  emptyValues,
  fixedLists,
  lists,
  numbers,
  type NumberName,
  type NumberValues,
  structs,
  texts,
  valuesOf,
} from './column.ts'
import { Damage, Unsupported } from './file.ts'
import type { Layout, ListLayout, ScalarLayout } from './hdf5-layout.ts'
import type { Hdf5File } from './hdf5-library.ts'
import { codesOfFixedTexts, codesOfNames, readVariableTexts } from './hdf5-text.ts'
import { type Stored, Window } from './hdf5-window.ts'
import type { Pace } from './pace.ts'
import type { ColumnReader } from './source.ts'
import { TextDictionary } from './text.ts'
import { toNanoseconds } from './time.ts'

/** One pass over a column of an HDF5 file. */
export function readerOf(file: Hdf5File, layout: Layout): ColumnReader {
  return layout.kind === 'list' ? new ListReader(file, layout) : new ScalarReader(file, layout)
}

class ScalarReader implements ColumnReader {
  readonly #file: Hdf5File
  readonly #layout: ScalarLayout
  readonly #window: Window
  #dictionary = new TextDictionary()
  /** For an enumeration, the code of the name of each value. */
  readonly #names: ReadonlyMap<number, number>

  constructor(file: Hdf5File, layout: ScalarLayout) {
    this.#file = file
    this.#layout = layout
    const { storage, metadata } = layout
    const members = storage.kind === 'names' ? Object.entries(storage.members) : []
    this.#names = new Map(members.map(([name, value]) => [value, this.#dictionary.codeOfString(name)]))
    const width = layout.length ?? 1
    const chunkRows = metadata.chunks?.[0] ?? 1
    const read: Stored['read'] = (start, end) => this.#stored(start, end)
    this.#window = new Window({ values: comesAs(layout), rows: layout.rows, width, chunkRows, read })
  }

  read(start: number, end: number, pace: Pace): Data {
    if (this.#dictionary.full && this.#names.size === 0) {
      this.#dictionary = new TextDictionary()
      this.#window.clear()
    }
    const flat = this.#dataOf(this.values(start, end, pace))
    const { length, type } = this.#layout
    return length === undefined ? flat : fixedLists(type, end - start, flat)
  }

  /** The values themselves: codes of texts, one byte for a bool. */
  values(start: number, end: number, pace: Pace): NumberValues {
    return this.#window.read(start, end, pace)
  }

  empty(): Data {
    return this.#dataOf(emptyValues(comesAs(this.#layout), 0))
  }

  #dataOf(values: NumberValues): Data {
    const { storage, length, type } = this.#layout
    const element = length === undefined ? type : type.children[0]!.type
    switch (storage.kind) {
      case 'number':
      case 'instant':
      case 'half':
        return numbers(element, values)
      case 'bool':
        return bools(values as Uint8Array)
      case 'names':
      case 'variableText':
      case 'fixedText':
        return texts(element, values as Int32Array, this.#dictionary)
    }
  }

  #stored(start: number, end: number): NumberValues {
    const { storage, path, metadata, name } = this.#layout
    if (storage.kind === 'variableText') {
      return readVariableTexts(this.#file, path, metadata, { start, end }, this.#dictionary)
    }
    const bytes = this.#file.readRows(path, metadata, start, end)
    switch (storage.kind) {
      case 'number':
        return valuesOf(storage.values, bytes)
      case 'instant': {
        const column = `Column \`${name}\` of \`${this.#file.path}\``
        return toNanoseconds(valuesOf('int64', bytes) as BigInt64Array, storage.nanoseconds, null, column)
      }
      case 'half':
        return new Float32Array(new Float16Array(bytes.buffer))
      case 'bool':
        return bytes
      case 'names':
        return codesOfNames(valuesOf(storage.values, bytes), this.#names)
      case 'fixedText':
        return codesOfFixedTexts(bytes, metadata, this.#dictionary)
    }
  }
}

/** The values that a dataset is kept as: codes of texts, one byte for a bool. */
function comesAs({ storage }: ScalarLayout): NumberName {
  switch (storage.kind) {
    case 'number':
      return storage.values
    case 'instant':
      return 'timestamp'
    case 'half':
      return 'float32'
    case 'bool':
      return 'uint8'
    case 'names':
    case 'variableText':
    case 'fixedText':
      return 'int32'
  }
}

class ListReader implements ColumnReader {
  readonly #layout: ListLayout
  readonly #offsets: ScalarReader
  readonly #fields: readonly ScalarReader[]

  constructor(file: Hdf5File, layout: ListLayout) {
    this.#layout = layout
    this.#offsets = new ScalarReader(file, layout.offsets)
    this.#fields = layout.fields.map((field) => new ScalarReader(file, field))
  }

  read(start: number, end: number, pace: Pace): Data {
    const { name, type, plain, fields } = this.#layout
    const stored = this.#offsets.values(start, end + 1, pace)
    const { offsets, first, last } = rebased(stored, name)
    if (last > fields[0]!.rows)
      throw new Damage(`the offsets of \`${name}\` lead beyond its ${fields[0]!.rows} elements`)
    const children = this.#fields.map((field) => {
      pace.check()
      return last === first ? field.empty() : field.read(first, last, pace)
    })
    const element = type.children[0]!.type
    return lists(type, offsets, plain ? children[0]! : structs(element, last - first, children))
  }
}

/** Offsets that begin at 0, and the elements that they cover. */
function rebased(stored: NumberValues, name: string): { offsets: Int32Array; first: number; last: number } {
  const absolute = asDoubles(stored)
  const first = absolute[0]!
  const last = absolute.at(-1)!
  let good = Number(first >= 0)
  for (let row = 1; row < absolute.length; row++) good &= Number(absolute[row]! >= absolute[row - 1]!)
  if (good === 0) throw new Damage(`the offsets of \`${name}\` do not ascend`)
  if (last - first > 0x7fffffff) throw new Unsupported(`\`${name}\` has more than 2³¹ elements in one batch of rows`)
  const offsets = new Int32Array(absolute.length)
  for (let row = 0; row < offsets.length; row++) offsets[row] = absolute[row]! - first
  return { offsets, first, last }
}
