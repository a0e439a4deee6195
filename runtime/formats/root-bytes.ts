import { Damage } from './file.ts'

/** Reads big-endian values one after the other. @throws Damage beyond the end */
export class RootBytes {
  readonly #bytes: Buffer
  #at: number

  constructor(bytes: Buffer, at = 0) {
    this.#bytes = bytes
    this.#at = at
  }

  get at(): number {
    return this.#at
  }

  skip(count: number): void {
    this.#at += count
  }

  int16(): number {
    return this.#bytes.readInt16BE(this.#take(2))
  }

  int32(): number {
    return this.#bytes.readInt32BE(this.#take(4))
  }

  /** @throws Damage beyond 2^53, where no file ends */
  int64(): number {
    const value = this.#bytes.readBigInt64BE(this.#take(8))
    if (value < 0n || value > BigInt(Number.MAX_SAFE_INTEGER)) throw new Damage(`a position is said to be ${value}`)
    return Number(value)
  }

  /** A place in the file; files of more than 2 GB write it with 8 bytes. */
  position(large: boolean): number {
    return large ? this.int64() : this.int32()
  }

  text(): string {
    const short = this.#bytes.readUInt8(this.#take(1))
    const length = short === 255 ? this.int32() : short
    if (length < 0) throw new Damage('a text has no length')
    const start = this.#take(length)
    return this.#bytes.toString('utf8', start, start + length)
  }

  bytes(count: number): Buffer {
    const start = this.#take(count)
    return this.#bytes.subarray(start, start + count)
  }

  #take(count: number): number {
    const start = this.#at
    if (start < 0 || start + count > this.#bytes.length) throw new Damage('a record is shorter than its contents')
    this.#at += count
    return start
  }
}
