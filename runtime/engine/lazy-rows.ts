import { gather, numbers, type Rows, type Vector } from './vector.ts'

/**
 * Rows whose columns are written down when they are first read: rows are chosen several times in a row (by filters, by
 * having a candidate, by having none), and a column that only the last few survivors need is read for those alone.
 */
class LazyColumns implements ReadonlyMap<string, Vector> {
  readonly #entries: ReadonlyMap<string, Entry>

  constructor(entries: ReadonlyMap<string, Entry>) {
    this.#entries = entries
  }

  get size(): number {
    return this.#entries.size
  }

  get(name: string): Vector | undefined {
    return this.#entries.get(name)?.vector()
  }

  has(name: string): boolean {
    return this.#entries.has(name)
  }

  keys(): MapIterator<string> {
    return this.#entries.keys()
  }

  values(): MapIterator<Vector> {
    return this.#written().values()
  }

  entries(): MapIterator<[string, Vector]> {
    return this.#written().entries()
  }

  [Symbol.iterator](): MapIterator<[string, Vector]> {
    return this.entries()
  }

  forEach(visit: (vector: Vector, name: string, columns: ReadonlyMap<string, Vector>) => void): void {
    this.#written().forEach((vector, name) => visit(vector, name, this))
  }

  entry(name: string): Entry | undefined {
    return this.#entries.get(name)
  }

  #written(): Map<string, Vector> {
    return new Map([...this.#entries].map(([name, entry]) => [name, entry.vector()]))
  }
}

/** What a column is at some positions of its base; null means at all of them. */
export type ColumnAt = (positions: Uint32Array | null) => Vector

/** One column that may not be written down yet. */
class Entry {
  readonly #at: ColumnAt
  readonly #picked: Picked | null
  #vector: Vector | undefined

  constructor(at: ColumnAt, picked: Picked | null) {
    this.#at = at
    this.#picked = picked
  }

  vector(): Vector {
    this.#vector ??= this.#at(this.#picked?.positions() ?? null)
    return this.#vector
  }

  /** The same column at some of its rows. A column that is written down already is the base of what follows. */
  pick(indices: Uint32Array, chains: Map<Picked | null, Picked>): Entry {
    const parent = this.#vector === undefined ? this.#picked : null
    const picked = chains.get(parent) ?? new Picked(indices, parent)
    chains.set(parent, picked)
    return new Entry(this.#vector === undefined ? this.#at : gatheredFrom(this.#vector), picked)
  }
}

/** Chosen rows of chosen rows of a base. */
class Picked {
  readonly #indices: Uint32Array
  readonly #parent: Picked | null
  #positions: Uint32Array | undefined

  constructor(indices: Uint32Array, parent: Picked | null) {
    this.#indices = indices
    this.#parent = parent
  }

  /** In the base. */
  positions(): Uint32Array {
    this.#positions ??= this.#compose()
    return this.#positions
  }

  #compose(): Uint32Array {
    if (this.#parent === null) return this.#indices
    const outer = this.#parent.positions()
    const positions = new Uint32Array(this.#indices.length)
    for (let i = 0; i < positions.length; i++) positions[i] = outer[this.#indices[i]!]!
    return positions
  }
}

function gatheredFrom(vector: Vector): ColumnAt {
  return (positions) => (positions === null ? vector : gather(vector, positions, positions.length))
}

function entryOf({ columns }: Rows, name: string): Entry {
  const entry = columns instanceof LazyColumns ? columns.entry(name) : undefined
  if (entry !== undefined) return entry
  const vector = columns.get(name)
  if (vector === undefined) throw new Error(`no column ${name} among ${[...columns.keys()].join(', ')}`)
  return new Entry(gatheredFrom(vector), null)
}

/** Columns of a base, under the names that the map gives them, and computed columns, at the selected rows of the base. */
export function selectedRows(
  base: Rows,
  selection: Uint32Array | null,
  columns: ReadonlyMap<string, string | ColumnAt>,
): Rows {
  const chains = new Map<Picked | null, Picked>()
  const entries = [...columns].map(([name, from]): [string, Entry] => {
    const entry = typeof from === 'string' ? entryOf(base, from) : new Entry(from, null)
    return [name, selection === null ? entry : entry.pick(selection, chains)]
  })
  return { rows: selection?.length ?? base.rows, columns: new LazyColumns(new Map(entries)) }
}

/** Rows at the given positions. */
export function pickRows(rows: Rows, indices: Uint32Array): Rows {
  return selectedRows(rows, indices, new Map([...rows.columns.keys()].map((name) => [name, name])))
}

/** Columns under other names; those for which there is none are dropped. */
export function renameRows(rows: Rows, nameOf: (name: string) => string | undefined): Rows {
  const entries = [...rows.columns.keys()].flatMap((name): [string, Entry][] => {
    const renamed = nameOf(name)
    return renamed === undefined ? [] : [[renamed, entryOf(rows, name)]]
  })
  return { rows: rows.rows, columns: new LazyColumns(new Map(entries)) }
}

/** The columns of both; they have equally many rows. */
export function besides(left: Rows, right: Rows): Rows {
  const entries = [left, right].flatMap((rows) =>
    [...rows.columns.keys()].map((name): [string, Entry] => [name, entryOf(rows, name)]),
  )
  return { rows: left.rows, columns: new LazyColumns(new Map(entries)) }
}

/** The rows with one more column. */
export function withVector(rows: Rows, name: string, vector: Vector): Rows {
  return besides(rows, { rows: rows.rows, columns: new Map([[name, vector]]) })
}

/** A column of whole numbers from `start` on: chosen rows of it are the choice itself, moved by `start`. */
export function countingFrom(start: number, rows: number): ColumnAt {
  return (positions) => {
    if (positions !== null && start === 0) return numbers(positions)
    const values = new Uint32Array(positions?.length ?? rows)
    for (let i = 0; i < values.length; i++) values[i] = start + (positions === null ? i : positions[i]!)
    return numbers(values)
  }
}
