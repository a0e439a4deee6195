import { Damage, type LocalFile } from './file.ts'
import type { Pace } from './pace.ts'
import { type Chunk, ChunkPages, type PageBody, type PageHead, PageWindow } from './parquet-pages.ts'
import type { Leaf } from './parquet-schema.ts'
import { ValueDecoder } from './parquet-values.ts'

/** A stored column over all row groups. */
export interface StoredColumn {
  readonly file: LocalFile
  readonly leaf: Leaf
  readonly chunks: readonly Chunk[]
}

/** Walks forward through the data pages of a stored column. Pages are unpacked only when they are opened. */
export class LeafPages {
  readonly values: ValueDecoder
  readonly #column: StoredColumn
  readonly #window: PageWindow
  #group = 0
  /** First row of the group the pages are of, and of the one after it. */
  #groupStart = 0
  #groupEnd: number
  #pages: ChunkPages | undefined
  #dictionary: PageHead | undefined
  #ahead: PageHead | undefined

  constructor(column: StoredColumn) {
    this.#column = column
    this.#window = new PageWindow(column.file)
    this.values = new ValueDecoder(column.leaf)
    this.#groupEnd = column.chunks[0]?.rows ?? 0
  }

  get groupStart(): number {
    return this.#groupStart
  }

  get groupEnd(): number {
    return this.#groupEnd
  }

  /** Goes on to the group of `row`, which is not before the current one. @returns whether that is another group */
  enter(row: number): boolean {
    if (this.#pages !== undefined && row < this.#groupEnd) return false
    while (row >= this.#groupEnd && this.#group + 1 < this.#column.chunks.length) {
      this.#group++
      this.#groupStart = this.#groupEnd
      this.#groupEnd += this.#column.chunks[this.#group]!.rows
    }
    const chunk = this.#column.chunks[this.#group]
    if (chunk === undefined || row >= this.#groupEnd) throw new Damage('a column has fewer rows than the file')
    this.#pages = new ChunkPages(this.#window, chunk)
    this.#dictionary = undefined
    this.#ahead = undefined
    this.values.clearDictionary()
    return true
  }

  /** The next data page of the group; undefined at its end. */
  next(): PageHead | undefined {
    const head = this.peek()
    this.#ahead = undefined
    return head
  }

  /** What `next` will give. */
  peek(): PageHead | undefined {
    while (this.#ahead === undefined) {
      const head = this.#pages?.next()
      if (head === undefined) return undefined
      if (head.kind === 'dictionary') this.#dictionary = head
      else this.#ahead = head
    }
    return this.#ahead
  }

  async open(head: PageHead, pace: Pace): Promise<PageBody> {
    await pace.step()
    const { repeated, present } = this.#column.leaf
    if (this.#dictionary !== undefined) this.#readDictionary(this.#dictionary)
    return this.#pages!.open(head, repeated, present > 0)
  }

  #readDictionary(head: PageHead): void {
    // A copy: the window goes on, the dictionary stays.
    this.values.setDictionary(this.#pages!.open(head, false, false).bytes.slice(), head.entries)
    this.#dictionary = undefined
  }
}
