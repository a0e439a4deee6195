/** Some entries of one file, a bit for each that the file has. */
export class EntrySet {
  readonly #bits: Uint32Array
  #count = 0

  constructor(entries: number) {
    this.#bits = new Uint32Array(Math.ceil(entries / 32))
  }

  /** @returns 1 when the entry is new, else 0 */
  add(entry: number): number {
    const word = entry >>> 5
    const bit = 1 << (entry & 31)
    const isNew = Number((this.#bits[word]! & bit) === 0)
    this.#bits[word]! |= bit
    this.#count += isNew
    return isNew
  }

  /** Ascending. */
  entries(): Float64Array {
    const found = new Float64Array(this.#count)
    let at = 0
    for (let word = 0; word < this.#bits.length; word++) {
      for (let rest = this.#bits[word]!; rest !== 0; rest &= rest - 1)
        found[at++] = 32 * word + 31 - Math.clz32(rest & -rest)
    }
    return found
  }
}
