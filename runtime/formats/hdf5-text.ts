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
    codes[row] = dictionary.codeOf(bytes, start, endOfText(bytes, start, start + size, strpad))
  }
  return codes
}

/** Where the text ends that begins at `start` and has room until `end`. */
function endOfText(bytes: Uint8Array, start: number, end: number, padding: number | undefined): number {
  if (padding === zeroTerminated) {
    let at = start
    while (at < end && bytes[at] !== 0) at++
    return at
  }
  const pad = padding === spacePadded ? 32 : 0
  let at = end
  while (at > start && bytes[at - 1] === pad) at--
  return at
}

/** The codes of an HDF5 enumeration's values. */
export function codesOfNames(values: Iterable<number | bigint>, names: ReadonlyMap<number, number>): Int32Array {
  return Int32Array.from(values, (value) => {
    const code = names.get(Number(value))
    if (code === undefined) throw new Damage(`an enumeration has no name for ${value}`)
    return code
  })
}
