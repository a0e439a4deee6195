import { gather, type Rows, type Vector } from './vector.ts'

/** Files are unpacked by pages: where rows lie in half of all stretches of so many rows, reading all of them costs no more. */
const mostBlockRows = 8192

/** After so many readings of some rows, all are read. */
const mostReadings = 8

/** Reads columns at some rows, ascending, or at all of them (null). */
export type ReadColumns = (names: readonly string[], only: Uint32Array | null) => Promise<Rows>

/**
 * Columns of a dataset that no condition looks at. They are read when something asks for them, at the rows that it asks for:
 * who asks too early is thrown `NotRead`, and asks again once that is read.
 */
export class LateColumns {
  readonly names: readonly string[]
  readonly #rows: number
  readonly #read: ReadColumns
  readonly #whole = new Map<string, Vector>()
  readonly #readings: Reading[] = []

  /** @param rows how many there are */
  constructor(names: readonly string[], rows: number, read: ReadColumns) {
    this.names = names
    this.#rows = rows
    this.#read = read
  }

  /** A column at some positions, or at all rows (null). @throws NotRead */
  at(name: string, positions: Uint32Array | null): Vector {
    const whole = this.#whole.get(name)
    if (whole !== undefined) return positions === null ? whole : gather(whole, positions, positions.length)
    if (positions !== null) {
      for (const { places, columns } of this.#readings) {
        const found = placesIn(places, positions)
        if (found !== null) return gather(columns.get(name)!, found, found.length)
      }
    }
    throw new NotRead(() => this.#load(name, positions))
  }

  /** Whoever asks for one column at some rows wants the others there too. */
  async #load(name: string, positions: Uint32Array | null): Promise<void> {
    const missing = this.names.filter((known) => !this.#whole.has(known))
    const wanted = positions === null ? null : distinct(positions, this.#rows)
    const isMuch =
      wanted === null ||
      2 * blocksWith(wanted, this.#rows) > blocksOf(this.#rows) ||
      this.#readings.length >= mostReadings
    const { columns } = await this.#read(wanted === null ? [name] : missing, isMuch ? null : wanted)
    if (isMuch) for (const [read, vector] of columns) this.#whole.set(read, vector)
    else this.#readings.push({ places: numbered(wanted, this.#rows), columns })
  }
}

/** Thrown to ask for columns that are not read yet. */
export class NotRead extends Error {
  readonly load: () => Promise<void>

  constructor(load: () => Promise<void>) {
    super('a column is not read yet')
    this.load = load
  }
}

/** Columns at some rows, and for each row of all its place among these + 1, or 0. */
interface Reading {
  readonly places: Uint32Array
  readonly columns: Rows['columns']
}

function placesIn(places: Uint32Array, positions: Uint32Array): Uint32Array | null {
  const found = new Uint32Array(positions.length)
  for (let i = 0; i < found.length; i++) {
    const place = places[positions[i]!]!
    if (place === 0) return null
    found[i] = place - 1
  }
  return found
}

function distinct(positions: Uint32Array, rows: number): Uint32Array {
  const marks = new Uint8Array(rows)
  let count = 0
  for (let i = 0; i < positions.length; i++) {
    count += marks[positions[i]!]! ^ 1
    marks[positions[i]!] = 1
  }
  const found = new Uint32Array(count)
  for (let row = 0, at = 0; at < count; row++) if (marks[row] === 1) found[at++] = row
  return found
}

function blocksOf(rows: number): number {
  return Math.ceil(rows / blockRowsOf(rows))
}

/** Of few rows a stretch is shorter. */
function blockRowsOf(rows: number): number {
  return Math.max(1, Math.min(mostBlockRows, Math.floor(rows / 64)))
}

/** In how many stretches ascending positions lie. */
function blocksWith(positions: Uint32Array, rows: number): number {
  const blockRows = blockRowsOf(rows)
  let [count, last] = [0, -1]
  for (const position of positions) {
    const block = Math.floor(position / blockRows)
    if (block !== last) count++
    last = block
  }
  return count
}

function numbered(positions: Uint32Array, rows: number): Uint32Array {
  const places = new Uint32Array(rows)
  for (let i = 0; i < positions.length; i++) places[positions[i]!] = i + 1
  return places
}
