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

/** Instants that are appended one by one. In front of the first and behind the last there is room for one more. */
export class GrowingInstants {
  #values = new BigInt64Array(64)
  #length = 0

  get last(): bigint | undefined {
    return this.#length === 0 ? undefined : this.#values[this.#length]
  }

  set last(instant: bigint) {
    this.#values[this.#length] = instant
  }

  push(instant: bigint): void {
    if (this.#length + 2 === this.#values.length) {
      const larger = new BigInt64Array(2 * this.#values.length)
      larger.set(this.#values)
      this.#values = larger
    }
    this.#length += 1
    this.#values[this.#length] = instant
  }

  take(): BigInt64Array {
    return this.#values.subarray(1, this.#length + 1)
  }

  /** With another in front of the first. */
  after(first: bigint): BigInt64Array {
    this.#values[0] = first
    return this.#values.subarray(0, this.#length + 1)
  }

  /** With another behind the last. */
  before(last: bigint): BigInt64Array {
    this.#values[this.#length + 1] = last
    return this.#values.subarray(1, this.#length + 2)
  }
}
