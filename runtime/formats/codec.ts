import { brotliDecompressSync, gunzipSync, inflateRawSync, inflateSync, zstdDecompressSync } from 'node:zlib'
import { Damage } from './file.ts'
import { unpackLz4Block } from './lz4.ts'
import { unpackSnappy } from './snappy.ts'

export type Codec = 'zlib' | 'deflate' | 'gzip' | 'zstd' | 'brotli' | 'snappy' | 'lz4'

/**
 * Unpacks bytes whose unpacked length is known.
 *
 * @throws Damage or an error of node:zlib when the bytes are not of this codec or of another length
 */
export function unpack(codec: Codec, input: Uint8Array, length: number): Uint8Array {
  const output = unpackAny(codec, input, length)
  if (output.length !== length) throw new Damage(`a compressed block holds ${output.length} bytes instead of ${length}`)
  return output
}

function unpackAny(codec: Codec, input: Uint8Array, length: number): Uint8Array {
  // A chunk a little larger than the result makes node:zlib unpack in one piece, without joining buffers.
  const options = { chunkSize: Math.max(64, length + 16), maxOutputLength: Math.max(1, length) }
  switch (codec) {
    case 'zlib':
      return inflateSync(input, options)
    case 'deflate':
      return inflateRawSync(input, options)
    case 'gzip':
      return gunzipSync(input, options)
    case 'zstd':
      return zstdDecompressSync(input, options)
    case 'brotli':
      return brotliDecompressSync(input, options)
    case 'snappy':
      return unpackSnappy(input, length)
    case 'lz4': {
      const output = new Uint8Array(length)
      return output.subarray(0, unpackLz4Block(input, 0, input.length, output, 0))
    }
  }
}
