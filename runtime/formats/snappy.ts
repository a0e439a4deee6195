import { Damage } from './file.ts'
import { copyMatch } from './lz4.ts'

/** Unpacks a raw Snappy block. @throws Damage when it is not one of `length` bytes */
export function unpackSnappy(input: Uint8Array, length: number): Uint8Array {
  const header = readVarint(input)
  if (header.value !== length) throw new Damage(`a Snappy block holds ${header.value} bytes instead of ${length}`)
  const output = new Uint8Array(length)
  let from = header.end
  let to = 0
  while (from < input.length) {
    const tag = input[from++]!
    if ((tag & 3) === 0) {
      let literals = (tag >> 2) + 1
      if (literals > 60) {
        const bytes = literals - 60
        literals = littleEndian(input, from, bytes) + 1
        from += bytes
      }
      if (literals > input.length - from || literals > length - to) throw new Damage('a Snappy block overruns its end')
      if (literals > 24) output.set(input.subarray(from, from + literals), to)
      else for (let i = 0; i < literals; i++) output[to + i] = input[from + i]!
      from += literals
      to += literals
    } else {
      const offsetBytes = (tag & 3) === 3 ? 4 : tag & 3
      const low = littleEndian(input, from, offsetBytes)
      from += offsetBytes
      const near = (tag & 3) === 1
      const distance = near ? ((tag >> 5) << 8) | low : low
      to = copyMatch(output, to, distance, near ? ((tag >> 2) & 7) + 4 : (tag >> 2) + 1, 0)
    }
  }
  if (to !== length) throw new Damage(`a Snappy block ends after ${to} bytes instead of ${length}`)
  return output
}

function readVarint(input: Uint8Array): { readonly value: number; readonly end: number } {
  let value = 0
  for (let at = 0; at < 5 && at < input.length; at++) {
    value += (input[at]! & 127) * 2 ** (7 * at)
    if (input[at]! < 128) return { value, end: at + 1 }
  }
  throw new Damage('a Snappy block has no length')
}

function littleEndian(input: Uint8Array, at: number, bytes: number): number {
  if (at + bytes > input.length) throw new Damage('a Snappy block ends early')
  let value = 0
  for (let i = bytes - 1; i >= 0; i--) value = value * 256 + input[at + i]!
  return value
}
