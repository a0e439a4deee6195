import type { Data, DataType, Field, List, Struct } from 'apache-arrow'
import { lists, type Mask, structs } from './column.ts'
import { Damage } from './file.ts'
import type { Pace } from './pace.ts'
import { leafData } from './parquet-flat.ts'
import { LeafPages, type StoredColumn } from './parquet-leaf.ts'
import { atLeast, countOnes, levelsOf, spread } from './parquet-levels.ts'
import type { PageHead } from './parquet-pages.ts'
import type { Leaf, ListLevels } from './parquet-schema.ts'
import { widthOf } from './parquet-values.ts'
import type { ColumnReader } from './source.ts'

/** One pass over a column of lists, of scalars (one stored column) or of structs (one for each field). */
export class ListReader implements ColumnReader {
  readonly #type: List
  readonly #record: boolean
  readonly #readers: readonly ItemReader[]

  constructor(columns: readonly StoredColumn[], levels: ListLevels, record: boolean, type: DataType) {
    this.#type = type as List
    this.#record = record
    this.#readers = columns.map((column) => new ItemReader(column, levels))
  }

  async read(start: number, end: number, pace: Pace): Promise<Data> {
    const items: Items[] = []
    for (const reader of this.#readers) items.push(await reader.read(start, end, pace))
    const [first] = items
    if (first === undefined) throw new Damage('a struct has no fields')
    const child = this.#record ? this.#structOf(items, first) : items[0]!.data(this.#type.children[0]!.type)
    return lists(this.#type, first.offsets, child, first.listMask)
  }

  #structOf(items: readonly Items[], first: Items): Data {
    const type = this.#type.children[0]!.type as Struct
    const fields: readonly Field[] = type.children
    for (const { offsets } of items) {
      if (!equal(offsets, first.offsets)) throw new Damage('the fields of a list have different lengths')
    }
    const children = items.map((item, index) => item.data(fields[index]!.type))
    return structs(type, first.offsets.at(-1) ?? 0, children, first.recordMask)
  }
}

function equal(left: Int32Array, right: Int32Array): boolean {
  return left.every((offset, row) => offset === right[row])
}

/** The entries of the lists of some rows, of one stored column. */
interface Items {
  /** Shape [rows + 1], from 0. */
  readonly offsets: Int32Array
  readonly listMask: Mask
  readonly recordMask: Mask
  data(type: DataType): Data
}

/** A decoded page. Its first entries may belong to the last row of the page before it. */
interface ListPage {
  /** Number of the first row that begins in the page. */
  readonly firstRow: number
  /** Shape [rows that begin + 1]: the entry at which each begins, and the count of entries. */
  readonly begins: Int32Array
  readonly rowMask: Mask
  readonly bytes: Uint8Array
  readonly mask: Mask
  readonly recordMask: Mask
}

const noPage: ListPage = {
  firstRow: 0,
  begins: new Int32Array(1),
  rowMask: null,
  bytes: new Uint8Array(0),
  mask: null,
  recordMask: null,
}

class ItemReader {
  readonly #leaf: Leaf
  readonly #levels: ListLevels
  readonly #pages: LeafPages
  readonly #width: number
  #page = noPage
  #nextRow = 0

  constructor(column: StoredColumn, levels: ListLevels) {
    this.#leaf = column.leaf
    this.#levels = levels
    this.#pages = new LeafPages(column)
    this.#width = widthOf(column.leaf)
  }

  async read(start: number, end: number, pace: Pace): Promise<Items> {
    const sink = new ItemSink(end - start, this.#width)
    if (this.#leaf.kind.kind === 'text') this.#pages.values.renewTexts(this.#page.bytes)
    for (let row = start; row < end;) {
      if (row < this.#page.firstRow || row >= this.#nextRow) await this.#seek(row, pace)
      const page = this.#page
      const stop = Math.min(end, this.#nextRow)
      sink.addRows(page, row, stop)
      row = stop
      if (row === this.#nextRow) await this.#finishRow(sink, pace)
    }
    const dictionary = this.#pages.values.texts
    return {
      ...sink.lists(),
      data: (type) => leafData(this.#leaf, type, sink.bytes(), sink.mask(), dictionary),
    }
  }

  /** In version 1 the last row of a page may go on in the next ones, until a row begins there. */
  async #finishRow(sink: ItemSink, pace: Pace): Promise<void> {
    for (;;) {
      const head = this.#pages.peek()
      if (head === undefined || head.rows !== undefined) return
      await this.#decode(head, this.#nextRow, pace)
      sink.addLead(this.#page)
      if (this.#page.begins.length > 1) return
    }
  }

  async #seek(row: number, pace: Pace): Promise<void> {
    if (this.#pages.enter(row)) this.#nextRow = this.#pages.groupStart
    while (row >= this.#nextRow) {
      const head = this.#pages.peek()
      if (head === undefined) throw new Damage('a column ends before its row group')
      if (head.rows !== undefined && this.#nextRow + head.rows <= row) this.#skip(head.rows)
      else await this.#decode(head, this.#nextRow, pace)
    }
  }

  #skip(rows: number): void {
    this.#pages.next()
    this.#nextRow += rows
  }

  async #decode(head: PageHead, firstRow: number, pace: Pace): Promise<void> {
    const body = await this.#pages.open(head, pace)
    this.#pages.next()
    const { present } = this.#leaf
    const repetition = levelsOf(body.repetition, 1, head.entries) ?? new Uint8Array(head.entries).fill(1)
    const definition = levelsOf(body.definition, present, head.entries)
    const there = atLeast(definition, present)
    const values = this.#pages.values.decode(
      head.encoding,
      body.bytes,
      body.valuesStart,
      countOnes(there, head.entries),
    )
    this.#page = pageOf(firstRow, repetition, definition, values, { leaf: this.#leaf, levels: this.#levels })
    this.#nextRow = firstRow + this.#page.begins.length - 1
  }
}

function pageOf(
  firstRow: number,
  repetition: Uint8Array,
  definition: Uint8Array | null,
  values: Uint8Array,
  { leaf, levels }: { readonly leaf: Leaf; readonly levels: ListLevels },
): ListPage {
  const entries = repetition.length
  const begins = new Int32Array(entries + 1)
  const rowMask = new Uint8Array(entries)
  const mask = new Uint8Array(entries)
  const recordMask = new Uint8Array(entries)
  let rows = 0
  let items = 0
  for (let i = 0; i < entries; i++) {
    const level = definition === null ? leaf.present : definition[i]!
    if (repetition[i] === 0) {
      begins[rows] = items
      rowMask[rows++] = Number(level >= levels.list)
    }
    mask[items] = Number(level >= leaf.present)
    recordMask[items] = Number(level >= levels.record)
    items += Number(level >= levels.entry)
  }
  begins[rows] = items
  const itemMask = whole(mask.subarray(0, items))
  return {
    firstRow,
    begins: begins.subarray(0, rows + 1),
    rowMask: whole(rowMask.subarray(0, rows)),
    bytes: itemMask === null ? values : spread(values, itemMask, widthOf(leaf)),
    mask: itemMask,
    recordMask: whole(recordMask.subarray(0, items)),
  }
}

function whole(mask: Uint8Array): Mask {
  return mask.includes(0) ? mask : null
}

/** Collects the entries of a range of rows from pages. */
class ItemSink {
  readonly #offsets: Int32Array<ArrayBuffer>
  readonly #rowMask: Uint8Array<ArrayBuffer>
  readonly #width: number
  #rows = 0
  #items = 0
  #bytes = new Uint8Array(0)
  #mask = new Uint8Array(0)
  #recordMask = new Uint8Array(0)

  constructor(rows: number, width: number) {
    this.#offsets = new Int32Array(rows + 1)
    this.#rowMask = new Uint8Array(rows)
    this.#width = width
  }

  /** Rows [start, end) of the file, which begin in the page. */
  addRows(page: ListPage, start: number, end: number): void {
    const first = page.begins[start - page.firstRow]!
    const shift = this.#items - first
    for (let row = start; row < end; row++) {
      const within = row - page.firstRow
      this.#rowMask[this.#rows++] = page.rowMask === null ? 1 : page.rowMask[within]!
      this.#offsets[this.#rows] = page.begins[within + 1]! + shift
    }
    this.#addItems(page, first, page.begins[end - page.firstRow]!)
  }

  /** The entries of a page before the first row that begins in it belong to the row added last. */
  addLead(page: ListPage): void {
    this.#addItems(page, 0, page.begins[0]!)
    this.#offsets[this.#rows] = this.#items
  }

  lists(): Pick<Items, 'offsets' | 'listMask' | 'recordMask'> {
    return {
      offsets: this.#offsets,
      listMask: whole(this.#rowMask),
      recordMask: whole(this.#recordMask.subarray(0, this.#items)),
    }
  }

  bytes(): Uint8Array {
    return this.#bytes.subarray(0, this.#items * this.#width)
  }

  mask(): Mask {
    return whole(this.#mask.subarray(0, this.#items))
  }

  #addItems(page: ListPage, first: number, last: number): void {
    const items = this.#items + last - first
    this.#bytes = withRoom(this.#bytes, items * this.#width)
    this.#mask = withRoom(this.#mask, items)
    this.#recordMask = withRoom(this.#recordMask, items)
    this.#bytes.set(page.bytes.subarray(first * this.#width, last * this.#width), this.#items * this.#width)
    setMask(this.#mask, this.#items, page.mask, first, last)
    setMask(this.#recordMask, this.#items, page.recordMask, first, last)
    this.#items = items
  }
}

function setMask(target: Uint8Array, at: number, mask: Mask, first: number, last: number): void {
  if (mask === null) target.fill(1, at, at + last - first)
  else target.set(mask.subarray(first, last), at)
}

function withRoom(bytes: Uint8Array<ArrayBuffer>, length: number): Uint8Array<ArrayBuffer> {
  if (length <= bytes.length) return bytes
  const larger = new Uint8Array(Math.max(length, bytes.length * 2, 1024))
  larger.set(bytes)
  return larger
}
