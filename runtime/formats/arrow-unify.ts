import {
  Data,
  DataType,
  Dictionary,
  type Field,
  FixedSizeList,
  Int32,
  List,
  type RecordBatch,
  Schema,
  Struct,
  Utf8,
  Vector,
} from 'apache-arrow'
import { batchOf } from './source.ts'
import { TextDictionary } from './text.ts'

/**
 * Gives the batches of a stream one dictionary per text column, whatever dictionaries they come with.
 *
 * An Arrow file knows one dictionary per column, which may only grow: what a batch adds becomes one more chunk of it.
 * Only texts that are used get in.
 */
export class Unifier {
  /** The schema of the batches that come out. */
  readonly schema: Schema
  readonly #dictionaries = new Map<DataType, GrowingDictionary>()

  constructor(schema: Schema) {
    const fields = schema.fields.map((field) => this.#ownField(field))
    this.schema = new Schema(fields, new Map(schema.metadata))
  }

  /** @throws Error when the batch has other columns than the schema */
  unify(batch: RecordBatch): RecordBatch {
    const [given, own] = [namesOf(batch.schema), namesOf(this.schema)]
    if (given !== own) throw new Error(`a batch of ${given} does not belong to a file of ${own}`)
    const columns = batch.data.children.map((data, i) => this.#ownData(data, this.schema.fields[i]!.type))
    return batchOf(this.schema, columns, batch.numRows)
  }

  #ownField(field: Field): Field {
    return field.clone({ type: this.#ownType(field.type) })
  }

  #ownType(type: DataType): DataType {
    if (DataType.isDictionary(type)) {
      // Numbered within the file, so that the same rows give the same bytes: the type's own number counts all there ever were.
      const own = new Dictionary(new Utf8(), new Int32(), this.#dictionaries.size)
      this.#dictionaries.set(own, new GrowingDictionary())
      return own
    }
    if (DataType.isList(type)) return new List(this.#ownField(type.children[0]!))
    if (DataType.isFixedSizeList(type)) return new FixedSizeList(type.listSize, this.#ownField(type.children[0]!))
    if (DataType.isStruct(type)) return new Struct(type.children.map((field) => this.#ownField(field)))
    return type
  }

  #ownData(data: Data, type: DataType): Data {
    const dictionary = this.#dictionaries.get(type)
    if (dictionary !== undefined) return dictionary.recode(data, type)
    if (data.children.length === 0) return data
    const children = data.children.map((child, i) => this.#ownData(child, type.children[i]!.type))
    return data.clone(type, data.offset, data.length, data.nullCount, data.buffers, children)
  }
}

function namesOf(schema: Schema): string {
  return schema.fields.map((field) => field.name).join(', ')
}

/** The texts of one column so far, in chunks that never change. */
class GrowingDictionary {
  readonly #texts = new TextDictionary()
  readonly #chunks: Data<Utf8>[] = []
  #chunked = 0

  /** The data with codes of this dictionary, which grows. */
  recode(data: Data, type: DataType): Data {
    const codes = new Int32Array(data.length)
    const stored = data.values as Int32Array
    const known = new Int32Array(data.dictionary?.length ?? 0).fill(-1)
    const nulls = data.nullCount === 0 ? undefined : data.nullBitmap
    for (let row = 0; row < codes.length; row++) {
      const bit = data.offset + row
      if (nulls !== undefined && ((nulls[bit >> 3]! >> (bit & 7)) & 1) === 0) continue
      const code = stored[row]!
      if (known[code] === -1) known[code] = this.#codeOf(data.dictionary!, code)
      codes[row] = known[code]!
    }
    this.#seal()
    const buffers = { 1: codes, ...(nulls === undefined ? {} : { 2: nulls }) }
    return new Data(type, data.offset, data.length, data.nullCount, buffers, [], new Vector(this.#chunks))
  }

  #codeOf(dictionary: Vector<Utf8>, index: number): number {
    let within = index
    for (const { length, valueOffsets, values } of dictionary.data) {
      if (within < length) return this.#texts.codeOf(values, valueOffsets[within]!, valueOffsets[within + 1]!)
      within -= length
    }
    throw new Error(`index ${index} lies outside its dictionary`)
  }

  #seal(): void {
    const { size } = this.#texts
    if (size === this.#chunked && this.#chunks.length > 0) return
    this.#chunks.push(this.#texts.vector().data[0]!.slice(this.#chunked, size - this.#chunked))
    this.#chunked = size
  }
}
