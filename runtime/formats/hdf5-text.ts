import type { Metadata } from 'h5wasm/node'
import { Damage } from './file.ts'
import type { Hdf5File } from './hdf5-library.ts'
import type { TextDictionary } from './text.ts'

/** How the library pads texts of fixed length. */
const spacePadded = 2
const zeroTerminated = 0

/** The codes of texts of variable length, of rows [start, end). */
export function readVariableTexts(
  file: Hdf5File,
  path: string,
  metadata: Metadata,
  range: { readonly start: number; readonly end: number },
  dictionary: TextDictionary,
): Int32Array {
  const codes = new Int32Array(range.end - range.start)
  let row = 0
  file.readTexts(path, metadata, range.start, range.end, (bytes, from, to) => {
    codes[row++] = dictionary.codeOf(bytes, from, to)
  })
  return codes
}

/** The codes of texts of `metadata.size` bytes each. */
export function codesOfFixedTexts(bytes: Uint8Array, metadata: Metadata, dictionary: TextDictionary): Int32Array {
  const { size, strpad } = metadata
  const codes = new Int32Array(bytes.length / size)
  for (let row = 0; row < codes.length; row++) {
    const start = row * size
    codes[row] = dictionary.codeOf(bytes, start, start + lengthOf(bytes.subarray(start, start + size), strpad))
  }
  return codes
}

function lengthOf(text: Uint8Array, padding: number | undefined): number {
  if (padding === zeroTerminated) {
    const end = text.indexOf(0)
    return end < 0 ? text.length : end
  }
  const pad = padding === spacePadded ? 32 : 0
  let end = text.length
  while (end > 0 && text[end - 1] === pad) end--
  return end
}

/** The codes of an HDF5 enumeration's values. */
export function codesOfNames(values: Iterable<number | bigint>, names: ReadonlyMap<number, number>): Int32Array {
  return Int32Array.from(values, (value) => {
    const code = names.get(Number(value))
    if (code === undefined) throw new Damage(`an enumeration has no name for ${value}`)
    return code
  })
}
