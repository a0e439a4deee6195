import { Damage } from './file.ts'

/**
 * Decodes Parquet's hybrid of runs and bit-packed values, from `bytes` [start, end), until `output` is full.
 *
 * @param width bits of a value, 0 to 32
 * @param output changed in place
 * @throws Damage when the bytes end before
 */
export function decodeHybrid(
  bytes: Uint8Array,
  start: number,
  end: number,
  width: number,
  output: Int32Array | Uint8Array,
): void {
  if (width > 32) throw new Damage(`values of ${width} bits`)
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength)
  const valueBytes = (width + 7) >> 3
  let at = start
  let done = 0
  while (done < output.length) {
    const header = readVarint(bytes, at, end)
    at = header.end
    if ((header.value & 1) === 0) {
      const count = Math.min(header.value >>> 1, output.length - done)
      if (count === 0 || at + valueBytes > end) throw new Damage('a run of values is empty or cut')
      output.fill(littleEndian(bytes, at, valueBytes), done, done + count)
      at += valueBytes
      done += count
    } else {
      const count = (header.value >>> 1) * 8
      const used = Math.min(count, output.length - done)
      if (used === 0 || at + Math.ceil((used * width) / 8) > end)
        throw new Damage('a group of packed values is empty or cut')
      unpackBits(view, at, width, output, done, used)
      at += (count * width) / 8
      done += used
    }
  }
}

/** Whether all `count` values are `value`, by the first run alone: false also means "look closer". */
export function isOneRun(bytes: Uint8Array, start: number, end: number, value: number, count: number): boolean {
  if (count === 0) return true
  const header = readVarint(bytes, start, end)
  return (header.value & 1) === 0 && header.value >>> 1 >= count && bytes[header.end] === value
}

/** Unpacks `count` values of `width` bits, the first in the lowest bits of the byte at `at`, into `output` from `from` on. */
export function unpackBits(
  view: DataView,
  at: number,
  width: number,
  output: Int32Array | Uint8Array,
  from: number,
  count: number,
): void {
  if (width === 0) {
    output.fill(0, from, from + count)
    return
  }
  // A value is read as the four bytes that hold its first bit; beyond the last place where they exist, byte by byte.
  const whole = width > 25 ? 0 : Math.max(0, Math.min(count, Math.floor(((view.byteLength - 4 - at) * 8) / width)))
  const mask = width === 32 ? -1 : (1 << width) - 1
  let bit = 0
  for (let i = 0; i < whole; i++) {
    output[from + i] = (view.getUint32(at + (bit >> 3), true) >>> (bit & 7)) & mask
    bit += width
  }
  for (let i = whole; i < count; i++) {
    output[from + i] = bitsAt(view, at * 8 + bit, width) & mask
    bit += width
  }
}

/** Up to 32 bits from bit `bit` on; bits above `width` are not cleared. */
export function bitsAt(view: DataView, bit: number, width: number): number {
  let value = 0
  for (let have = 0; have < width;) {
    const inByte = (bit + have) & 7
    value |= (view.getUint8((bit + have) >>> 3) >>> inByte) << have
    have += 8 - inByte
  }
  return value
}

export interface Varint {
  readonly value: number
  readonly end: number
}

/** Up to 32 bits; higher ones are lost. @throws Damage when it does not end before `end` */
export function readVarint(bytes: Uint8Array, start: number, end: number): Varint {
  let value = 0
  for (let at = start, shift = 0; at < end && shift < 70; at++, shift += 7) {
    const byte = bytes[at]!
    if (shift < 32) value |= (byte & 127) << shift
    if (byte < 128) return { value: value >>> 0, end: at + 1 }
  }
  throw new Damage('a number does not end')
}

function littleEndian(bytes: Uint8Array, at: number, count: number): number {
  let value = 0
  for (let i = 0; i < count; i++) value |= bytes[at + i]! << (8 * i)
  return value
}
