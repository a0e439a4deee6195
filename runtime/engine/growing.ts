/** Uint32 values that are appended one by one or in blocks. */
export class GrowingIndices {
  #values = new Uint32Array(1024)
  #length = 0

  append(block: Uint32Array, count: number): void {
    this.#reserve(count)
    this.#values.set(block.subarray(0, count), this.#length)
    this.#length += count
  }

  push(index: number): void {
    if (this.#length === this.#values.length) this.#reserve(1)
    this.#values[this.#length++] = index
  }

  take(): Uint32Array {
    return this.#values.subarray(0, this.#length)
  }

  #reserve(count: number): void {
    if (this.#length + count <= this.#values.length) return
    const larger = new Uint32Array(Math.max(2 * this.#values.length, this.#length + count))
    larger.set(this.#values.subarray(0, this.#length))
    this.#values = larger
  }
}
