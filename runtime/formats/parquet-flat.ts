import type { Data, DataType } from 'apache-arrow'
import { bools, type Mask, numbers, texts, valuesOf } from './column.ts'
import { Damage } from './file.ts'
import type { Pace } from './pace.ts'
import { LeafPages, type StoredColumn } from './parquet-leaf.ts'
import { atLeast, countOnes, levelsOf, spread } from './parquet-levels.ts'
import type { PageHead } from './parquet-pages.ts'
import type { Leaf } from './parquet-schema.ts'
import { widthOf } from './parquet-values.ts'
import type { ColumnReader } from './source.ts'
import type { TextDictionary } from './text.ts'

interface FlatPage {
  readonly start: number
  readonly end: number
  /** `widthOf(leaf)` bytes a row. */
  readonly bytes: Uint8Array
  readonly mask: Mask
}

/** One pass over a column without lists: a value a row. */
export class FlatReader implements ColumnReader {
  readonly #leaf: Leaf
  readonly #type: DataType
  readonly #pages: LeafPages
  readonly #width: number
  #page: FlatPage = { start: 0, end: 0, bytes: new Uint8Array(0), mask: null }
  /** First row of the next page. */
  #next = 0

  constructor(column: StoredColumn, type: DataType) {
    this.#leaf = column.leaf
    this.#type = type
    this.#pages = new LeafPages(column)
    this.#width = widthOf(column.leaf)
  }

  async read(start: number, end: number, pace: Pace): Promise<Data> {
    const width = this.#width
    const bytes = new Uint8Array((end - start) * width)
    let mask: Uint8Array | null = null
    if (this.#leaf.kind.kind === 'text') this.#renewTexts(start)
    for (let row = start; row < end;) {
      const page = row < this.#page.end && row >= this.#page.start ? this.#page : await this.#seek(row, pace)
      const from = row - page.start
      const count = Math.min(end, page.end) - row
      bytes.set(page.bytes.subarray(from * width, (from + count) * width), (row - start) * width)
      if (page.mask !== null) {
        mask ??= new Uint8Array(end - start).fill(1)
        mask.set(page.mask.subarray(from, from + count), row - start)
      }
      row += count
    }
    return leafData(this.#leaf, this.#type, bytes, mask, this.#pages.values.texts)
  }

  #renewTexts(row: number): void {
    const { start, end, bytes } = this.#page
    this.#pages.values.renewTexts(row < end ? bytes.subarray((row - start) * 4) : bytes.subarray(0, 0))
  }

  async #seek(row: number, pace: Pace): Promise<FlatPage> {
    if (this.#pages.enter(row)) this.#next = this.#pages.groupStart
    for (;;) {
      const head = this.#pages.next()
      if (head === undefined) throw new Damage('a column ends before its row group')
      const start = this.#next
      this.#next += head.entries
      if (row < this.#next) {
        this.#page = await this.#decode(head, start, pace)
        return this.#page
      }
    }
  }

  async #decode(head: PageHead, start: number, pace: Pace): Promise<FlatPage> {
    const body = await this.#pages.open(head, pace)
    const { present } = this.#leaf
    const mask = atLeast(levelsOf(body.definition, present, head.entries), present)
    const values = this.#pages.values.decode(head.encoding, body.bytes, body.valuesStart, countOnes(mask, head.entries))
    const bytes = mask === null ? values : spread(values, mask, this.#width)
    return { start, end: start + head.entries, bytes, mask }
  }
}

/** @param bytes `widthOf(leaf)` bytes a row */
export function leafData(leaf: Leaf, type: DataType, bytes: Uint8Array, mask: Mask, dictionary: TextDictionary): Data {
  switch (leaf.kind.kind) {
    case 'bool':
      return bools(bytes, mask)
    case 'text':
      return texts(type, valuesOf('int32', bytes) as Int32Array, dictionary, mask)
    case 'number':
      return numbers(type, valuesOf(leaf.kind.name, bytes), mask)
  }
}
