import { zstdCompressSync } from 'node:zlib'
import type { ColumnChunk, ColumnMetaData, Encoding } from 'hyparquet'
import { ByteWriter } from 'hyparquet-writer/src/bytewriter.js'
import { writePageHeader } from 'hyparquet-writer/src/datapage.js'
import { writeRleBitPackedHybrid } from 'hyparquet-writer/src/encoding.js'
import { type NumberName, valuesOf } from './column.ts'
import type { LeafSink } from './parquet-write-column.ts'

/** About this many bytes of values go into a page. */
const pageBytes = 1 << 20

/** Writes one column of a row group: its dictionary, if it has texts, and its pages. */
export function writeChunk(writer: ByteWriter, sink: LeafSink): ColumnChunk {
  const start = writer.offset
  const { leaf } = sink
  const isText = leaf.value.kind === 'text'
  let plainBytes = isText ? writeDictionary(writer, sink) : 0
  const dataStart = writer.offset
  const encoding: Encoding = isText ? 'RLE_DICTIONARY' : 'PLAIN'
  for (const page of pagesOf(sink)) plainBytes += writePage(writer, sink, page, encoding)
  const meta_data: ColumnMetaData = {
    type: leaf.element.type!,
    encodings: isText ? ['PLAIN', 'RLE', 'RLE_DICTIONARY'] : ['PLAIN', 'RLE'],
    path_in_schema: [...leaf.path],
    codec: 'ZSTD',
    num_values: BigInt(sink.entries),
    total_uncompressed_size: BigInt(plainBytes),
    total_compressed_size: BigInt(writer.offset - start),
    data_page_offset: BigInt(dataStart),
    ...(isText ? { dictionary_page_offset: BigInt(start) } : {}),
    statistics: { ...rangeOf(sink), null_count: BigInt(sink.entries - sink.values.bytes.length / sink.values.width) },
    ...(leaf.repeated ? { size_statistics: histogramsOf(sink) } : {}),
  }
  return { file_offset: BigInt(start), meta_data }
}

interface Page {
  readonly firstEntry: number
  readonly lastEntry: number
  readonly firstValue: number
  readonly lastValue: number
  readonly rows: number
}

/** Cuts the entries into pages, where a row begins. */
function pagesOf(sink: LeafSink): Page[] {
  const { entries, values, leaf } = sink
  if (!leaf.repeated && leaf.present === 0) return flatPages(entries, values.width)
  const repetition = sink.repetition.bytes()
  const definition = sink.definition.bytes()
  const most = Math.max(1, Math.floor(pageBytes / values.width))
  const pages: Page[] = []
  let [firstEntry, firstValue, value, rows] = [0, 0, 0, 0]
  for (let entry = 0; entry < entries; entry++) {
    const begins = !leaf.repeated || repetition[entry] === 0
    if (begins && entry - firstEntry >= most) {
      pages.push({ firstEntry, lastEntry: entry, firstValue, lastValue: value, rows })
      firstEntry = entry
      firstValue = value
      rows = 0
    }
    rows += Number(begins)
    value += Number(leaf.present === 0 || definition[entry] === leaf.present)
  }
  if (entries > firstEntry) pages.push({ firstEntry, lastEntry: entries, firstValue, lastValue: value, rows })
  return pages
}

function flatPages(entries: number, width: number): Page[] {
  const rows = Math.floor(pageBytes / width)
  return Array.from({ length: Math.ceil(entries / rows) }, (_, index) => {
    const first = index * rows
    const last = Math.min(entries, first + rows)
    return { firstEntry: first, lastEntry: last, firstValue: first, lastValue: last, rows: last - first }
  })
}

/** @returns bytes of the page before it is packed */
function writePage(writer: ByteWriter, sink: LeafSink, page: Page, encoding: Encoding): number {
  const levels = new ByteWriter()
  const { leaf, values } = sink
  const entries = page.lastEntry - page.firstEntry
  if (leaf.repeated)
    writeRleBitPackedHybrid(levels, sink.repetition.bytes().subarray(page.firstEntry, page.lastEntry), 1)
  const repetitionBytes = levels.offset
  if (leaf.present > 0) {
    writeRleBitPackedHybrid(
      levels,
      sink.definition.bytes().subarray(page.firstEntry, page.lastEntry),
      bitsOf(leaf.present),
    )
  }
  const plain = encodeValues(
    sink,
    values.bytes.bytes().subarray(page.firstValue * values.width, page.lastValue * values.width),
  )
  const packed = zstdCompressSync(plain)
  const before = writer.offset
  writePageHeader(writer, {
    type: 'DATA_PAGE_V2',
    uncompressed_page_size: levels.offset + plain.length,
    compressed_page_size: levels.offset + packed.length,
    data_page_header_v2: {
      num_values: entries,
      num_nulls: entries - (page.lastValue - page.firstValue),
      num_rows: page.rows,
      encoding,
      definition_levels_byte_length: levels.offset - repetitionBytes,
      repetition_levels_byte_length: repetitionBytes,
      is_compressed: true,
    },
  })
  const headBytes = writer.offset - before
  writer.appendBytes(levels.getBytes())
  writer.appendBytes(packed)
  return headBytes + levels.offset + plain.length
}

function encodeValues(sink: LeafSink, bytes: Uint8Array): Uint8Array {
  switch (sink.leaf.value.kind) {
    case 'bool':
      return packBools(bytes)
    case 'text': {
      const codes = valuesOf('int32', bytes) as Int32Array
      const bits = bitsOf(Math.max(1, sink.values.texts.vector().length - 1))
      const output = new ByteWriter(codes.length)
      output.appendUint8(bits)
      writeRleBitPackedHybrid(output, codes, bits)
      return output.getBytes()
    }
    case 'number':
      return bytes
  }
}

function packBools(bytes: Uint8Array): Uint8Array {
  const packed = new Uint8Array(Math.ceil(bytes.length / 8))
  for (let row = 0; row < bytes.length; row++) packed[row >> 3]! |= bytes[row]! << (row & 7)
  return packed
}

function writeDictionary(writer: ByteWriter, sink: LeafSink): number {
  const texts = sink.values.texts.vector()
  const page = new ByteWriter()
  const data = texts.data[0]!
  for (let entry = 0; entry < texts.length; entry++) {
    const start = data.valueOffsets[entry]!
    const end = data.valueOffsets[entry + 1]!
    page.appendUint32(end - start)
    page.appendBytes(data.values.subarray(start, end))
  }
  const packed = zstdCompressSync(page.getBytes())
  const before = writer.offset
  writePageHeader(writer, {
    type: 'DICTIONARY_PAGE',
    uncompressed_page_size: page.offset,
    compressed_page_size: packed.length,
    dictionary_page_header: { num_values: texts.length, encoding: 'PLAIN' },
  })
  const headBytes = writer.offset - before
  writer.appendBytes(packed)
  return headBytes + page.offset
}

/** Smallest and largest value; NaN is none, as Parquet has it, and a column of NaN alone has no range. */
function rangeOf(sink: LeafSink): { readonly min_value?: number | bigint; readonly max_value?: number | bigint } {
  const { value } = sink.leaf
  if (value.kind !== 'number') return {}
  const values = valuesOf(storedName(value.name), sink.values.bytes.bytes())
  let min: number | bigint = Infinity
  let max: number | bigint = -Infinity
  for (let i = 0; i < values.length; i++) {
    const each = values[i]!
    if (each < min) min = each
    if (each > max) max = each
  }
  if (min > max) return {}
  // Zeros of both signs are one value: the bounds take the outer ones.
  return { min_value: min === 0 ? -0 : min, max_value: max === 0 ? 0 : max }
}

function storedName(name: NumberName): NumberName {
  switch (name) {
    case 'int8':
    case 'int16':
    case 'uint8':
    case 'uint16':
      return 'int32'
    case 'int32':
    case 'int64':
    case 'uint32':
    case 'uint64':
    case 'float32':
    case 'float64':
    case 'timestamp':
      return name
  }
}

function histogramsOf(sink: LeafSink): NonNullable<ColumnMetaData['size_statistics']> {
  return {
    repetition_level_histogram: histogram(sink.repetition.bytes(), 1),
    definition_level_histogram: histogram(sink.definition.bytes(), sink.leaf.present),
  }
}

function histogram(levels: Uint8Array, highest: number): bigint[] {
  const counts = new Float64Array(highest + 1)
  for (let i = 0; i < levels.length; i++) counts[levels[i]!]! += 1
  return Array.from(counts, BigInt)
}

function bitsOf(highest: number): number {
  return 32 - Math.clz32(highest)
}
