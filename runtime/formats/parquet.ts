import type { CompressionCodec, FileMetaData, RowGroup } from 'hyparquet'
import type { Format, GroupRange, Source } from '../ports/format.ts'
import { blame, Damage, damaged, type LocalFile, openLocalFile } from './file.ts'
import { columnOf, type ParquetColumn } from './parquet-column.ts'
import { type Footer, magic, readFooter } from './parquet-footer.ts'
import type { Chunk, PageCodec } from './parquet-pages.ts'
import { rangesOf } from './parquet-ranges.ts'
import { type Leaf, leavesOfShape, type NamedShape, shapesOf } from './parquet-schema.ts'
import { unitsOf } from './parquet-units.ts'
import { sourceOf } from './source.ts'

/** Parquet files. Only the pages of the asked columns and rows are unpacked. */
export const parquet: Format = {
  name: 'parquet',
  endings: ['.parquet', '.pq'],
  recognises: (head) => Buffer.from(head.subarray(0, magic.length)).toString('latin1') === magic,
  open: openParquet,
}

async function openParquet(path: string): Promise<Source> {
  const file = openLocalFile(path)
  try {
    return sourceOfFile(file, readFooter(file))
  } catch (error) {
    file.close()
    throw blame(path, error)
  }
}

function sourceOfFile(file: LocalFile, footer: Footer): Source {
  const { metadata } = footer
  const groups = metadata.row_groups.map((group) => Number(group.num_rows))
  const rows = groups.reduce((sum, count) => sum + count, 0)
  if (rows !== Number(metadata.num_rows))
    throw damaged(file.path, `its row groups have ${rows} rows, not ${metadata.num_rows}`)
  const { columns, skipped } = columnsOf(file, footer)
  return sourceOf({
    path: file.path,
    fields: [...columns.values()].map((column) => column.field),
    rows,
    skipped,
    document: metadata.key_value_metadata?.find((entry) => entry.key === 'sift')?.value,
    uuid: undefined,
    groups,
    statistics: (name) => statisticsOf(metadata, columns.get(name)),
    elements: (name) => elementsOf(metadata, columns.get(name)),
    column: (name) => columns.get(name)!.reader(),
    close: () => file.close(),
  })
}

function columnsOf(
  file: LocalFile,
  { metadata, schema }: Footer,
): { columns: Map<string, ParquetColumn>; skipped: Map<string, string> } {
  const columns = new Map<string, ParquetColumn>()
  const skipped = new Map<string, string>()
  const units = unitsOf(metadata)
  for (const named of shapesOf(schema)) {
    const { name, shape } = named
    const reason = shape.kind === 'unsupported' ? shape.reason : hindrance(metadata, named)
    if (shape.kind === 'unsupported' || reason !== undefined) skipped.set(name, reason ?? '')
    else if (columns.has(name)) skipped.set(name, 'the file has two columns of this name')
    else
      columns.set(
        name,
        columnOf({
          name,
          shape,
          units,
          stored: (leaf) => ({ file, leaf, chunks: chunksOf(file, metadata, leaf) }),
          metadata,
        }),
      )
  }
  for (const name of skipped.keys()) columns.delete(name)
  return { columns, skipped }
}

/** Why the pages of a column cannot be read, whatever its type. */
function hindrance(metadata: FileMetaData, { shape }: NamedShape): string | undefined {
  const indices = leavesOfShape(shape).map((leaf) => leaf.index)
  for (const group of metadata.row_groups) {
    for (const index of indices) {
      const column = group.columns[index]
      if (column?.crypto_metadata !== undefined) return 'it is encrypted'
      const codec = column?.meta_data?.codec
      if (codec !== undefined && !codecs.has(codec)) return `its compression ${codec} is not supported`
    }
  }
  return undefined
}

const codecs: ReadonlyMap<CompressionCodec, PageCodec> = new Map([
  ['UNCOMPRESSED', 'none'],
  ['SNAPPY', 'snappy'],
  ['GZIP', 'gzip'],
  ['BROTLI', 'brotli'],
  ['ZSTD', 'zstd'],
  ['LZ4', 'lz4-hadoop'],
  ['LZ4_RAW', 'lz4'],
])

function chunksOf(file: LocalFile, metadata: FileMetaData, leaf: Leaf): Chunk[] {
  return metadata.row_groups.map((group) => chunkOf(file, group, leaf))
}

function chunkOf(file: LocalFile, group: RowGroup, leaf: Leaf): Chunk {
  const stored = group.columns[leaf.index]
  const column = stored?.meta_data
  if (column === undefined || stored === undefined) throw new Damage('a row group lacks a column')
  if (stored.file_path !== undefined) throw new Damage(`its columns lie in another file, \`${stored.file_path}\``)
  const offsets = [column.data_page_offset, column.dictionary_page_offset ?? column.data_page_offset].map(Number)
  // Some writers give 0 for "no dictionary", where the file's mark lies.
  const start = Math.min(...offsets.filter((offset) => offset > 0))
  const end = start + Number(column.total_compressed_size)
  // Without rows there may be no page at all, and no place where one lies.
  const inside = start >= 4 && end >= start && end <= file.size
  if (!inside && Number(group.num_rows) > 0) throw new Damage('a column lies outside the file')
  const codec = codecs.get(column.codec)
  if (codec === undefined) throw new Damage(`the compression ${column.codec} is unknown`)
  return { start, end, codec, rows: Number(group.num_rows) }
}

/** Of a list the footer counts the values of a field, a null or an empty list as one. */
function elementsOf(metadata: FileMetaData, column: ParquetColumn | undefined): number | undefined {
  const leaf = column?.shape.kind === 'list' ? column.shape.fields[0]?.leaf : undefined
  if (leaf === undefined) return undefined
  return metadata.row_groups.reduce((sum, { columns }) => sum + Number(columns[leaf.index]?.meta_data?.num_values), 0)
}

function statisticsOf(
  metadata: FileMetaData,
  column: ParquetColumn | undefined,
): readonly (GroupRange | undefined)[] | undefined {
  return column?.shape.kind === 'flat' ? rangesOf(metadata, column.shape.leaf) : undefined
}
