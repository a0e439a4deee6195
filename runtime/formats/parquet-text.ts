import { Damage } from './file.ts'
import { decodeDelta } from './parquet-delta.ts'
import { TextDictionary } from './text.ts'

/** The texts of one pass over a column. Values are codes in `dictionary`, as bytes, four each. */
export class ParquetTexts {
  dictionary = new TextDictionary()
  #page: { readonly bytes: Uint8Array; readonly entries: number } = { bytes: new Uint8Array(0), entries: 0 }
  #codeOfEntry: Int32Array | undefined

  setPage(bytes: Uint8Array, entries: number): void {
    this.#page = { bytes, entries }
    this.#codeOfEntry = undefined
  }

  renew(codes: Uint8Array): void {
    if (!this.dictionary.full) return
    const texts = this.dictionary.vector().data[0]!
    const next = new TextDictionary()
    const view = new Int32Array(codes.buffer as ArrayBuffer, codes.byteOffset, codes.length >> 2)
    for (let i = 0; i < view.length; i++) {
      const code = view[i]!
      view[i] = next.codeOf(texts.values, texts.valueOffsets[code]!, texts.valueOffsets[code + 1]!)
    }
    this.dictionary = next
    this.#codeOfEntry = undefined
  }

  codesOf(indices: Int32Array<ArrayBuffer>): Uint8Array {
    this.#codeOfEntry ??= new Int32Array(this.plain(this.#page.bytes, 0, this.#page.entries).buffer as ArrayBuffer)
    const codes = this.#codeOfEntry
    for (let i = 0; i < indices.length; i++) indices[i] = codes[indices[i]!]!
    return new Uint8Array(indices.buffer)
  }

  /** Each text after its length. */
  plain(bytes: Uint8Array, start: number, count: number): Uint8Array {
    const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength)
    const codes = new Int32Array(count)
    let at = start
    for (let i = 0; i < count; i++) {
      const end = at + 4 + view.getUint32(at, true)
      if (end > bytes.length) throw new Damage('a text goes beyond its page')
      codes[i] = this.dictionary.codeOf(bytes, at + 4, end)
      at = end
    }
    return new Uint8Array(codes.buffer)
  }

  /** First all lengths, then all texts. */
  deltaLengths(bytes: Uint8Array, start: number, count: number): Uint8Array {
    const lengths = decodeDelta(bytes, start, count)
    const codes = new Int32Array(count)
    let at = lengths.end
    for (let i = 0; i < count; i++) {
      const end = at + lengths.words[2 * i]!
      if (end < at || end > bytes.length) throw new Damage('a text goes beyond its page')
      codes[i] = this.dictionary.codeOf(bytes, at, end)
      at = end
    }
    return new Uint8Array(codes.buffer)
  }

  /** Each text is the beginning of the one before it and a rest. */
  deltaPrefixes(bytes: Uint8Array, start: number, count: number): Uint8Array {
    const prefixes = decodeDelta(bytes, start, count)
    const rests = decodeDelta(bytes, prefixes.end, count)
    const codes = new Int32Array(count)
    let text = new Uint8Array(64)
    let length = 0
    let at = rests.end
    for (let i = 0; i < count; i++) {
      const prefix = prefixes.words[2 * i]!
      const rest = rests.words[2 * i]!
      if (prefix < 0 || prefix > length || rest < 0 || at + rest > bytes.length)
        throw new Damage('a text goes beyond its page')
      length = prefix + rest
      if (length > text.length) text = enlarged(text, 2 * length)
      text.set(bytes.subarray(at, at + rest), prefix)
      codes[i] = this.dictionary.codeOf(text, 0, length)
      at += rest
    }
    return new Uint8Array(codes.buffer)
  }
}

function enlarged(bytes: Uint8Array, length: number): Uint8Array<ArrayBuffer> {
  const larger = new Uint8Array(length)
  larger.set(bytes)
  return larger
}
