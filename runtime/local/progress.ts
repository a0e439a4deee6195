import type { Progress } from '../ports/backend.ts'
import type { Dataset } from '../ports/dataset.ts'

/** Rows [start, end) of a file that a task read, and the bytes that they became. */
export interface ReadNews {
  readonly path: string
  readonly start: number
  readonly end: number
  readonly bytes: number
}

/** So fine is it told which rows have been read. */
const cellRows = 65_536

/**
 * How much of the files a query has read. Rows that several tasks or several passes read count once, so that it never
 * exceeds the total.
 */
export class ReadProgress {
  readonly #totalRows: number
  readonly #tell: (progress: Progress) => void
  readonly #seen = new Map<string, Set<number>>()
  readonly #fileRows: ReadonlyMap<string, number>
  #rows = 0
  #bytes = 0

  constructor(datasets: readonly Dataset[], tell: (progress: Progress) => void) {
    this.#fileRows = new Map(datasets.flatMap(({ files }) => files.map(({ path, rows }) => [path, rows])))
    this.#totalRows = [...this.#fileRows.values()].reduce((sum, rows) => sum + rows, 0)
    this.#tell = tell
  }

  add(news: readonly ReadNews[]): void {
    for (const { path, start, end, bytes } of news) {
      this.#bytes += bytes
      this.#see(path, start, end)
    }
    this.#tell({ rows: this.#rows, totalRows: this.#totalRows, bytes: this.#bytes })
  }

  #see(path: string, start: number, end: number): void {
    const rows = this.#fileRows.get(path) ?? 0
    const seen = this.#seen.get(path) ?? new Set()
    this.#seen.set(path, seen)
    for (let cell = Math.floor(start / cellRows); cell * cellRows < end; cell++) {
      if (seen.has(cell)) continue
      seen.add(cell)
      this.#rows += Math.min(rows, (cell + 1) * cellRows) - cell * cellRows
    }
  }
}

/** Gathers news and passes them on a few times a second. */
export class ReadReporter {
  readonly #tell: (news: readonly ReadNews[]) => void
  #news: ReadNews[] = []
  /** The first news go at once: a task can compute long on the little that it has read. */
  #told = -Infinity

  constructor(tell: (news: readonly ReadNews[]) => void) {
    this.#tell = tell
  }

  add(news: ReadNews): void {
    this.#news.push(news)
    if (performance.now() - this.#told > 50) this.flush()
  }

  flush(): void {
    if (this.#news.length > 0) this.#tell(this.#news)
    this.#news = []
    this.#told = performance.now()
  }
}
