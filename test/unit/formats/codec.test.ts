import { describe, expect, test } from 'vitest'
import { type Codec, unpack } from '../../../runtime/formats/codec.ts'
import { Damage } from '../../../runtime/formats/file.ts'
import { unpackLz4Frame } from '../../../runtime/formats/lz4.ts'
import { runPython } from './python.ts'

// pyarrow compresses; what it calls lz4_raw is one LZ4 block, what it calls lz4 a frame of blocks.

const names = ['gzip', 'zstd', 'brotli', 'snappy', 'lz4_raw', 'lz4']
const inputs = [
  new Uint8Array(0),
  Uint8Array.of(7),
  new Uint8Array(100_000),
  Uint8Array.from({ length: 70_000 }, (_, i) => i % 251),
  Uint8Array.from({ length: 50_000 }, (_, i) => (i * i * 2_654_435_761) >>> 24),
  Buffer.from('Ereignis auf Ereignis auf Ereignis, und noch ein Ereignis. '.repeat(900)),
  Uint8Array.from({ length: 300_000 }, (_, i) => (i % 1_000 < 990 ? i % 7 : (i * 40_503) >>> 8)),
]
const encoded = JSON.stringify(inputs.map((input) => Buffer.from(input).toString('base64')))
const packed = runPython('compress.py', names, encoded) as Readonly<Record<string, readonly string[]>>

const blocks = names
  .filter((name) => name !== 'lz4')
  .flatMap((name) =>
    inputs.map((input, i) => ({ codec: name === 'lz4_raw' ? 'lz4' : (name as Codec), name, i, input })),
  )

describe('unpack', () => {
  test.each(blocks)('gives back input $i, packed by $name', ({ codec, name, i, input }) => {
    expect(Buffer.compare(unpack(codec, bytesOf(name, i), input.length), input)).toBe(0)
  })

  test.each(blocks.filter(({ input }) => input.length > 1))('refuses input $i of $name when it is cut', (block) => {
    const bytes = bytesOf(block.name, block.i)
    expect(() => unpack(block.codec, bytes.subarray(0, bytes.length - 1), block.input.length)).toThrow(Error)
  })

  test('refuses a block of another length', () => {
    expect(() => unpack('snappy', bytesOf('snappy', 3), 69_999)).toThrow(Damage)
    expect(() => unpack('lz4', bytesOf('lz4_raw', 3), 69_999)).toThrow(Damage)
    expect(() => unpack('lz4', bytesOf('lz4_raw', 3), 70_001)).toThrow(Damage)
  })
})

describe('unpackLz4Frame', () => {
  test.each(inputs.map((input, i) => ({ input, i })))('gives back input $i', ({ input, i }) => {
    const output = new Uint8Array(input.length)
    unpackLz4Frame(bytesOf('lz4', i), output)
    expect(Buffer.compare(output, input)).toBe(0)
  })

  test('refuses a frame that is cut anywhere', () => {
    const frame = bytesOf('lz4', 5)
    const output = new Uint8Array(inputs[5]!.length)
    const passed = Array.from({ length: frame.length - 8 }, (_, length) => length).filter((length) => {
      try {
        unpackLz4Frame(frame.subarray(0, length), output)
        return true
      } catch (error) {
        return !(error instanceof Damage)
      }
    })
    expect(passed).toEqual([])
  })
})

function bytesOf(name: string, i: number): Uint8Array {
  return Buffer.from(packed[name]![i]!, 'base64')
}
