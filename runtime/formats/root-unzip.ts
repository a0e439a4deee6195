import { R__unzip } from 'jsroot/io'
import { type Codec, unpack } from './codec.ts'
import { Damage, Unsupported } from './file.ts'

const headerBytes = 9
const lz4ChecksumBytes = 8

/** jsroot's own unpacker, the only one at hand for LZMA; the third argument keeps it silent. */
const unzipLzma = R__unzip as (block: DataView, length: number, silent: true) => Promise<DataView | null>

/**
 * Unpacks ROOT's blocks: each has two letters for its compression, a byte, and its packed and unpacked lengths of 3 bytes.
 *
 * @returns `stored` itself when it is not packed, which ROOT tells by its length
 * @throws Damage when blocks are cut or of another length, Unsupported when a compression is unknown
 */
export async function unzip(stored: Buffer, length: number): Promise<Buffer> {
  if (stored.length === length) return stored
  const first = await unpackBlock(stored, 0)
  if (first.bytes.length === length && first.end === stored.length) return first.bytes
  const parts = [first.bytes]
  let at = first.end
  for (let have = first.bytes.length; have < length;) {
    const block = await unpackBlock(stored, at)
    parts.push(block.bytes)
    have += block.bytes.length
    at = block.end
  }
  const whole = Buffer.concat(parts)
  if (whole.length !== length) throw new Damage(`a compressed record holds ${whole.length} bytes instead of ${length}`)
  return whole
}

async function unpackBlock(stored: Buffer, at: number): Promise<{ readonly bytes: Buffer; readonly end: number }> {
  if (at + headerBytes > stored.length) throw new Damage('a compressed record ends early')
  const letters = stored.toString('latin1', at, at + 2)
  const start = at + headerBytes
  const end = start + stored.readUIntLE(at + 3, 3)
  const length = stored.readUIntLE(at + 6, 3)
  if (end > stored.length || length === 0) throw new Damage('a compressed record ends early')
  if (letters === 'XZ') return { bytes: await unpackLzma(stored.subarray(at, end), length), end }
  const codec = codecs.get(letters)
  if (codec === undefined)
    throw letters.length === 2 && /^[A-Z0-9]{2}$/.test(letters)
      ? new Unsupported(`its compression \`${letters}\` is not supported`)
      : new Damage('a compressed record has no known compression')
  return {
    bytes: asBuffer(unpack(codec, stored.subarray(codec === 'lz4' ? start + lz4ChecksumBytes : start, end), length)),
    end,
  }
}

const codecs: ReadonlyMap<string, Codec> = new Map([
  ['ZL', 'zlib'],
  ['CS', 'deflate'],
  ['ZS', 'zstd'],
  ['L4', 'lz4'],
])

async function unpackLzma(block: Buffer, length: number): Promise<Buffer> {
  const view = await lzma(new DataView(block.buffer, block.byteOffset, block.length), length)
  if (view === null || view.byteLength !== length) throw new Damage('a block of LZMA cannot be unpacked')
  return Buffer.from(view.buffer, view.byteOffset, view.byteLength)
}

async function lzma(block: DataView, length: number): Promise<DataView | null> {
  try {
    return await unzipLzma(block, length, true)
  } catch (cause) {
    throw new Damage('a block of LZMA cannot be unpacked', { cause })
  }
}

function asBuffer(bytes: Uint8Array): Buffer {
  return Buffer.from(bytes.buffer as ArrayBuffer, bytes.byteOffset, bytes.length)
}
