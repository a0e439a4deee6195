import type { Data, DataType, List } from 'apache-arrow'
import { lists, texts } from './column.ts'
import { Damage, type LocalFile } from './file.ts'
import type { Pace } from './pace.ts'
import { type Basket, Baskets } from './root-basket.ts'
import type { Branch } from './root-tree.ts'
import type { TextLayout } from './root-types.ts'
import { type ColumnReader, rowsOf, type Stretch } from './source.ts'
import { TextDictionary } from './text.ts'

/** One pass over a leaf of texts, or of lists of texts. */
export class TextReader implements ColumnReader {
  readonly #layout: TextLayout
  readonly #type: DataType
  readonly #baskets: Baskets
  readonly #name: string
  #dictionary = new TextDictionary()
  #basket: Basket | undefined
  #begins: Int32Array = new Int32Array(1)

  constructor(file: LocalFile, branch: Branch, layout: TextLayout, type: DataType) {
    this.#layout = layout
    this.#type = type
    this.#name = branch.name
    this.#baskets = new Baskets(file, branch)
  }

  read(start: number, end: number, pace: Pace): Promise<Data> {
    return this.readAll([[start, end]], pace)
  }

  async readAll(stretches: readonly Stretch[], pace: Pace): Promise<Data> {
    if (this.#dictionary.full) this.#dictionary = new TextDictionary()
    const offsets = new Int32Array(rowsOf(stretches) + 1)
    const codes: number[] = []
    let at = 0
    for (const [start, end] of stretches) {
      for (let entry = start; entry < end;) {
        const basket = await this.#load(entry, pace)
        const stop = Math.min(end, basket.end)
        for (; entry < stop; entry++) {
          this.#addEntry(basket, entry - basket.start, codes)
          offsets[++at] = codes.length
        }
      }
    }
    const flat = Int32Array.from(codes)
    if (this.#layout.length !== 'count') return texts(this.#type, flat, this.#dictionary)
    return lists(this.#type, offsets, texts((this.#type as List).children[0]!.type, flat, this.#dictionary))
  }

  #addEntry(basket: Basket, entry: number, codes: number[]): void {
    const { bytes } = basket
    const end = this.#begins[entry + 1]!
    let at = this.#begins[entry]! + this.#layout.header
    const count = this.#layout.length === 'count' ? bytes.readInt32BE(at - 4) : 1
    for (let i = 0; i < count; i++) {
      const { start, stop } = this.#textAt(bytes, at)
      if (stop > end) throw new Damage(`a text of \`${this.#name}\` goes beyond its entry`)
      codes.push(this.#dictionary.codeOf(bytes, start, stop))
      at = stop
    }
    if (at !== end) throw new Damage(`an entry of \`${this.#name}\` has ${end - at} bytes more than its text`)
  }

  #textAt(bytes: Buffer, at: number): { readonly start: number; readonly stop: number } {
    const short = this.#layout.length === 'word' ? 255 : bytes.readUInt8(at)
    const start = this.#layout.length === 'word' ? at + 4 : short === 255 ? at + 5 : at + 1
    const length = short === 255 ? bytes.readInt32BE(start - 4) : short
    if (length < 0) throw new Damage(`a text of \`${this.#name}\` has no length`)
    return { start, stop: start + length }
  }

  async #load(entry: number, pace: Pace): Promise<Basket> {
    const basket = await this.#baskets.holding(entry, pace)
    if (basket !== this.#basket) {
      this.#begins = basket.offsets ?? this.#beginsOf(basket)
      this.#basket = basket
    }
    return basket
  }

  /** Texts say their own length, so that a basket without offsets can be read from its start. */
  #beginsOf(basket: Basket): Int32Array<ArrayBuffer> {
    const begins = new Int32Array(basket.end - basket.start + 1)
    for (let entry = 0; entry + 1 < begins.length; entry++) {
      begins[entry + 1] =
        this.#layout.length === 'count'
          ? basket.bytes.length
          : this.#textAt(basket.bytes, begins[entry]! + this.#layout.header).stop
    }
    return begins
  }
}
