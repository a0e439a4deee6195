/** Uint32 values that are appended in blocks. */
export class GrowingIndices {
  #values = new Uint32Array(1024)
  #length = 0

  append(block: Uint32Array, count: number): void {
    if (this.#length + count > this.#values.length) {
      const larger = new Uint32Array(Math.max(2 * this.#values.length, this.#length + count))
      larger.set(this.#values.subarray(0, this.#length))
      this.#values = larger
    }
    this.#values.set(block.subarray(0, count), this.#length)
    this.#length += count
  }

  take(): Uint32Array {
    return this.#values.subarray(0, this.#length)
  }
}
