import { Damage } from './file.ts'

/**
 * Unpacks one LZ4 block, `input` [start, end), into `output` from `at` on, which is changed in place.
 *
 * @param windowStart where the bytes begin that the block may repeat; in a frame, those of the blocks before it
 * @returns the position after the last byte written
 * @throws Damage when the block is not LZ4 or does not fit
 */
export function unpackLz4Block(
  input: Uint8Array,
  start: number,
  end: number,
  output: Uint8Array,
  at: number,
  windowStart = at,
): number {
  let from = start
  let to = at
  while (from < end) {
    const token = input[from++]!
    let literals = token >> 4
    if (literals === 15) {
      for (let more = 255; more === 255; literals += more) more = byteAt(input, from++, end)
    }
    if (literals > end - from || literals > output.length - to) throw new Damage('an LZ4 block overruns its end')
    if (literals > 24) output.set(input.subarray(from, from + literals), to)
    else for (let i = 0; i < literals; i++) output[to + i] = input[from + i]!
    from += literals
    to += literals
    if (from >= end) return to
    const distance = byteAt(input, from, end) | (byteAt(input, from + 1, end) << 8)
    from += 2
    let length = token & 15
    if (length === 15) {
      for (let more = 255; more === 255; length += more) more = byteAt(input, from++, end)
    }
    to = copyMatch(output, to, distance, length + 4, windowStart)
  }
  return to
}

/**
 * Unpacks an LZ4 frame into `output`, which is changed in place and has the frame's unpacked length.
 *
 * @param step called after each block, of at most 4 MB; may throw to stop
 */
export function unpackLz4Frame(input: Uint8Array, output: Uint8Array, step: () => void = () => {}): void {
  const view = new DataView(input.buffer, input.byteOffset, input.byteLength)
  if (input.length < 7 || view.getUint32(0, true) !== 0x184d2204)
    throw new Damage('an LZ4 frame does not begin with its mark')
  const flags = input[4]!
  const blockChecksumBytes = (flags & 16) === 0 ? 0 : 4
  let from = 7 + ((flags & 8) === 0 ? 0 : 8) + ((flags & 1) === 0 ? 0 : 4)
  let to = 0
  for (;;) {
    if (from + 4 > input.length) throw new Damage('an LZ4 frame ends early')
    const word = view.getUint32(from, true)
    from += 4
    if (word === 0) break
    const bytes = word & 0x7fffffff
    if (bytes > input.length - from) throw new Damage('an LZ4 frame ends early')
    to =
      word >>> 31 === 1
        ? copyStored(input, from, bytes, output, to)
        : unpackLz4Block(input, from, from + bytes, output, to, 0)
    from += bytes + blockChecksumBytes
    step()
  }
  if (to !== output.length) throw new Damage(`an LZ4 frame holds ${to} bytes instead of ${output.length}`)
}

/** Repeats `length` bytes from `distance` before `to`; they may overlap. Used by every codec of the LZ77 family. */
export function copyMatch(
  output: Uint8Array,
  to: number,
  distance: number,
  length: number,
  windowStart: number,
): number {
  const from = to - distance
  const end = to + length
  if (distance === 0 || from < windowStart || end > output.length)
    throw new Damage('a compressed block refers outside itself')
  if (distance >= length && length > 24) output.copyWithin(to, from, from + length)
  else if (distance === 1) output.fill(output[from]!, to, end)
  else for (let i = 0; i < length; i++) output[to + i] = output[from + i]!
  return end
}

function byteAt(input: Uint8Array, at: number, end: number): number {
  if (at >= end) throw new Damage('an LZ4 block ends early')
  return input[at]!
}

function copyStored(input: Uint8Array, from: number, bytes: number, output: Uint8Array, to: number): number {
  if (bytes > output.length - to) throw new Damage('an LZ4 frame holds more than it says')
  output.set(input.subarray(from, from + bytes), to)
  return to + bytes
}
