import type { Data, DataType, Field, List, Struct } from 'apache-arrow'
import { lists, structs } from './column.ts'
import { Damage, type LocalFile } from './file.ts'
import type { Pace } from './pace.ts'
import { type Basket, Baskets } from './root-basket.ts'
import { elementData, FlatElements, swapBytes } from './root-flat.ts'
import type { Counter } from './root-leaves.ts'
import type { Branch } from './root-tree.ts'
import { elementBytes, type FlatLayout, type JaggedLayout } from './root-types.ts'
import { type ColumnReader, rowsOf, type Stretch } from './source.ts'

/** A leaf of lists, and the leaf that counts their elements where there is one. */
export interface JaggedLeaf {
  readonly branch: Branch
  readonly layout: JaggedLayout
  readonly counter: Counter | undefined
}

/** One pass over a leaf of lists of numbers. */
export class JaggedReader implements ColumnReader {
  readonly #items: JaggedItems
  readonly #type: List

  constructor(file: LocalFile, leaf: JaggedLeaf, type: DataType) {
    this.#items = new JaggedItems(file, leaf)
    this.#type = type as List
  }

  read(start: number, end: number, pace: Pace): Promise<Data> {
    return this.readAll([[start, end]], pace)
  }

  async readAll(stretches: readonly Stretch[], pace: Pace): Promise<Data> {
    const { offsets, bytes } = await this.#items.read(stretches, pace)
    return lists(this.#type, offsets, elementData(this.#items.element, this.#type.children[0]!.type, bytes))
  }
}

/** One pass over leaves of lists that belong together: a list of records. */
export class RecordsReader implements ColumnReader {
  readonly type: List
  readonly #items: readonly JaggedItems[]

  constructor(file: LocalFile, leaves: readonly JaggedLeaf[], type: DataType) {
    this.#items = leaves.map((leaf) => new JaggedItems(file, leaf))
    this.type = type as List
  }

  read(start: number, end: number, pace: Pace): Promise<Data> {
    return this.readAll([[start, end]], pace)
  }

  async readAll(stretches: readonly Stretch[], pace: Pace): Promise<Data> {
    const record = this.type.children[0]!.type as Struct
    const fields: readonly Field[] = record.children
    const children: Data[] = []
    let offsets = new Int32Array(1)
    for (const [index, items] of this.#items.entries()) {
      const column = await items.read(stretches, pace)
      if (index > 0 && !equal(offsets, column.offsets))
        throw new Damage(`\`${items.name}\` has lists of other lengths than its neighbours`)
      offsets = column.offsets
      children.push(elementData(items.element, fields[index]!.type, column.bytes))
    }
    return lists(this.type, offsets, structs(record, offsets.at(-1) ?? 0, children))
  }
}

function equal(left: Int32Array, right: Int32Array): boolean {
  return left.every((offset, row) => offset === right[row])
}

interface Items {
  /** Shape [rows + 1], from 0, in elements. */
  readonly offsets: Int32Array<ArrayBuffer>
  /** The elements in this machine's byte order. */
  readonly bytes: Uint8Array<ArrayBuffer>
}

const fewBytes = 64

class JaggedItems {
  readonly #leaf: JaggedLeaf
  readonly #baskets: Baskets
  readonly #counter: FlatElements | undefined
  readonly #width: number
  /** What the last read took, and a little more: the next one then seldom has to move. */
  #usualBytes = 0
  /** Where the entries of the basket in hand begin. */
  #basket: Basket | undefined
  #begins: Int32Array = new Int32Array(1)

  constructor(file: LocalFile, leaf: JaggedLeaf) {
    this.#leaf = leaf
    this.#baskets = new Baskets(file, leaf.branch)
    this.#counter = leaf.counter && new FlatElements(file, leaf.counter.branch, leaf.counter.layout)
    this.#width = elementBytes(leaf.layout.element)
  }

  get element(): JaggedLayout['element'] {
    return this.#leaf.layout.element
  }

  get name(): string {
    return this.#leaf.branch.name
  }

  async read(stretches: readonly Stretch[], pace: Pace): Promise<Items> {
    const rows = rowsOf(stretches)
    const offsets = new Int32Array(rows + 1)
    let bytes = uninitialised(this.#usualBytes)
    let at = 0
    for (const [start, end] of stretches) {
      for (let entry = start; entry < end;) {
        const basket = this.#loaded(entry) ?? (await this.#load(entry, pace))
        const stop = Math.min(end, basket.end)
        const items = this.#count(basket, entry, stop, offsets, at)
        const used = offsets[at]! * this.#width
        bytes = withRoom(bytes, used + items * this.#width)
        this.#copy(basket, entry, stop, bytes, used)
        at += stop - entry
        entry = stop
      }
    }
    const whole = bytes.subarray(0, offsets[rows]! * this.#width)
    this.#usualBytes = Math.ceil(1.1 * whole.length)
    swapBytes(whole, this.#width)
    return { offsets, bytes: whole }
  }

  #loaded(entry: number): Basket | undefined {
    const basket = this.#baskets.current(entry)
    return basket === this.#basket ? basket : undefined
  }

  async #load(entry: number, pace: Pace): Promise<Basket> {
    const basket = await this.#baskets.holding(entry, pace)
    if (basket !== this.#basket) {
      this.#begins = basket.offsets ?? (await this.#beginsByCounter(basket, pace))
      this.#basket = basket
    }
    return basket
  }

  /** Newer files may leave out the offsets of lists that another leaf counts. */
  async #beginsByCounter(basket: Basket, pace: Pace): Promise<Int32Array<ArrayBuffer>> {
    const entries = basket.end - basket.start
    const begins = new Int32Array(entries + 1)
    if (entries === 1) begins[1] = basket.bytes.length
    else if (this.#counter !== undefined)
      addCounts(
        begins,
        await this.#counter.bytes([[basket.start, basket.end]], pace),
        this.#leaf.counter!.layout,
        this.#width,
      )
    else if (basket.bytes.length > 0)
      throw new Damage(`a basket of \`${this.name}\` does not say where its entries begin`)
    if (begins[entries] !== basket.bytes.length)
      throw new Damage(`a basket of \`${this.name}\` has ${basket.bytes.length} bytes instead of ${begins[entries]!}`)
    return begins
  }

  /** Sets `offsets` after `at` for the entries [start, end). @returns their elements */
  #count(basket: Basket, start: number, end: number, offsets: Int32Array, at: number): number {
    const { header } = this.#leaf.layout
    let items = offsets[at]!
    for (let entry = start - basket.start; entry < end - basket.start; entry++) {
      const length = this.#begins[entry + 1]! - this.#begins[entry]! - header
      if (length < 0 || length % this.#width !== 0)
        throw new Damage(`an entry of \`${this.name}\` has ${length} bytes for elements of ${this.#width}`)
      items += length / this.#width
      offsets[++at] = items
    }
    return items - offsets[at - (end - start)]!
  }

  #copy(basket: Basket, start: number, stop: number, output: Uint8Array, at: number): void {
    const { header } = this.#leaf.layout
    const begins = this.#begins
    const first = start - basket.start
    const last = stop - basket.start
    if (header === 0) {
      output.set(basket.bytes.subarray(begins[first], begins[last]), at)
      return
    }
    let to = at
    for (let entry = first; entry < last; entry++) {
      const [from, end] = [begins[entry]! + header, begins[entry + 1]!]
      // A call costs as much as copying some tens of bytes one by one.
      if (end - from > fewBytes) basket.bytes.copy(output, to, from, end)
      else for (let byte = 0; byte < end - from; byte++) output[to + byte] = basket.bytes[from + byte]!
      to += end - from
    }
  }
}

/** @param counts of the layout's type, in this machine's byte order */
function addCounts(begins: Int32Array, counts: Uint8Array<ArrayBuffer>, layout: FlatLayout, width: number): void {
  const size = elementBytes(layout.element)
  const view = new DataView(counts.buffer, counts.byteOffset, counts.length)
  for (let entry = 0; entry + 1 < begins.length; entry++) {
    const count =
      size === 1
        ? view.getUint8(entry)
        : size === 2
          ? view.getUint16(2 * entry, true)
          : view.getUint32(size * entry, true)
    begins[entry + 1] = begins[entry]! + count * width
  }
}

function uninitialised(length: number): Uint8Array<ArrayBuffer> {
  return new Uint8Array(Buffer.allocUnsafeSlow(length).buffer)
}

function withRoom(bytes: Uint8Array<ArrayBuffer>, length: number): Uint8Array<ArrayBuffer> {
  if (length <= bytes.length) return bytes
  const larger = uninitialised(Math.max(length, bytes.length * 2, 1024))
  larger.set(bytes)
  return larger
}
