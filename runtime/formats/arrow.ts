import type { Schema } from 'apache-arrow'
import { Footer } from 'apache-arrow/ipc/metadata/file'
import type { Format, Source } from '../ports/format.ts'
import { ArrowBody, type Block, readBlock } from './arrow-body.ts'
import { columnsOf } from './arrow-columns.ts'
import { blame, damaged, type LocalFile, openLocalFile, truncated } from './file.ts'
import { sourceOf } from './source.ts'

const magic = 'ARROW1'

/** Arrow IPC files (Feather version 2). Only the buffers of the asked columns are read. */
export const arrow: Format = {
  name: 'arrow',
  endings: ['.arrow', '.feather', '.ipc'],
  recognises: (head) => Buffer.from(head.subarray(0, magic.length)).toString('latin1') === magic,
  open: openArrow,
}

async function openArrow(path: string): Promise<Source> {
  const file = openLocalFile(path)
  try {
    return sourceOfFile(file)
  } catch (error) {
    file.close()
    throw blame(path, error)
  }
}

function sourceOfFile(file: LocalFile): Source {
  const footer = readFooter(file)
  const blocks = blocksOf(file, footer.recordBatches())
  const dictionaries = blocksOf(file, footer.dictionaryBatches())
  const body = new ArrowBody(file, blocks, dictionaries)
  const { columns, skipped } = columnsOf(footer.schema, body)
  const readers = new Map(columns.map((column) => [column.field.name, column]))
  const groups = blocks.map((block) => block.rows)
  return sourceOf({
    path: file.path,
    fields: columns.map((column) => column.field),
    rows: groups.reduce((sum, rows) => sum + rows, 0),
    skipped,
    document: documentOf(footer.schema),
    uuid: undefined,
    groups,
    statistics: () => undefined,
    column: (name) => readers.get(name)!.reader(),
    close: () => file.close(),
  })
}

function documentOf(schema: Schema): string | undefined {
  return schema.metadata.get('sift')
}

function readFooter(file: LocalFile): Footer {
  if (file.size < 24) throw truncated(file.path, file.size, 'an Arrow file is longer than that')
  const tail = file.read(file.size - 10, 10)
  if (tail.toString('latin1', 4) !== magic) throw truncated(file.path, file.size, 'the footer of the Arrow file is missing')
  const length = tail.readInt32LE(0)
  if (length <= 0 || length > file.size - 18) throw damaged(file.path, `its footer is said to have ${length} bytes`)
  return decodeFooter(file, file.read(file.size - 10 - length, length))
}

function decodeFooter(file: LocalFile, bytes: Uint8Array): Footer {
  try {
    return Footer.decode(bytes)
  } catch (cause) {
    throw damaged(file.path, 'its Arrow footer cannot be decoded', cause)
  }
}

function blocksOf(file: LocalFile, positions: Iterable<{ offset: number; metaDataLength: number; bodyLength: number }>): Block[] {
  const blocks: Block[] = []
  for (const { offset, metaDataLength, bodyLength } of positions) {
    blocks.push(readBlock(file, Number(offset), metaDataLength, Number(bodyLength)))
  }
  return blocks
}
