import { Damage } from './file.ts'
import { bitsAt, readVarint } from './parquet-rle.ts'

/** 64 bits as two words: signed high, low. All arithmetic wraps, as Parquet asks. */
interface Words {
  readonly low: number
  readonly high: number
}

/**
 * Decodes DELTA_BINARY_PACKED into pairs of 32-bit words, low word first; the low words alone are the INT32 values.
 *
 * @returns the words and the position after the last byte used
 */
export function decodeDelta(
  bytes: Uint8Array,
  start: number,
  count: number,
): { readonly words: Int32Array<ArrayBuffer>; readonly end: number } {
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength)
  const blockSize = readVarint(bytes, start, bytes.length)
  const miniblocks = readVarint(bytes, blockSize.end, bytes.length)
  const total = readVarint(bytes, miniblocks.end, bytes.length)
  const first = readZigzag(bytes, total.end)
  const perMiniblock = blockSize.value / miniblocks.value
  if (!(perMiniblock >= 8) || perMiniblock % 8 !== 0 || total.value < count)
    throw new Damage('a block of deltas has a wrong header')
  const words = new Int32Array(2 * count)
  let at = first.end
  let { low, high } = first
  let done = 0
  if (count > 0) {
    words[0] = low
    words[1] = high
    done = 1
  }
  while (done < count) {
    const least = readZigzag(bytes, at)
    const widths = least.end
    at = widths + miniblocks.value
    for (let block = 0; block < miniblocks.value && done < count; block++) {
      const width = view.getUint8(widths + block)
      if (width > 64) throw new Damage(`deltas of ${width} bits`)
      const used = Math.min(perMiniblock, count - done)
      const lowMask = width >= 32 ? -1 : (1 << width) - 1
      const highMask = width <= 32 ? 0 : width === 64 ? -1 : (1 << (width - 32)) - 1
      for (let i = 0, bit = at * 8; i < used; i++, bit += width) {
        const deltaLow = (width === 0 ? 0 : bitsAt(view, bit, Math.min(width, 32))) & lowMask
        const deltaHigh = (width <= 32 ? 0 : bitsAt(view, bit + 32, width - 32)) & highMask
        const sum = (low >>> 0) + (least.low >>> 0) + (deltaLow >>> 0)
        high = (high + least.high + deltaHigh + Math.floor(sum / 4294967296)) | 0
        low = sum | 0
        words[2 * done] = low
        words[2 * done + 1] = high
        done++
      }
      at += (perMiniblock * width) / 8
    }
  }
  return { words, end: at }
}

/** Drops the high words. */
export function lowWords(words: Int32Array): Int32Array<ArrayBuffer> {
  const low = new Int32Array(words.length / 2)
  for (let i = 0; i < low.length; i++) low[i] = words[2 * i]!
  return low
}

function readZigzag(bytes: Uint8Array, start: number): Words & { readonly end: number } {
  let low = 0
  let high = 0
  for (let at = start, shift = 0; at < bytes.length && shift < 70; at++, shift += 7) {
    const part = bytes[at]! & 127
    if (shift < 32) low |= part << shift
    if (shift > 25) high |= shift < 32 ? part >>> (32 - shift) : part << (shift - 32)
    if (bytes[at]! < 128) {
      const sign = -(low & 1)
      return { low: ((low >>> 1) | (high << 31)) ^ sign, high: (high >>> 1) ^ sign, end: at + 1 }
    }
  }
  throw new Damage('a number does not end')
}
