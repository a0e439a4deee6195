import type { Format, Source } from '../ports/format.ts'
import { columnsOf } from './arrow-columns.ts'
import { ArrowFile, magic } from './arrow-file.ts'
import { blame, type LocalFile, openLocalFile } from './file.ts'
import { sourceOf } from './source.ts'

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
  const open = new ArrowFile(file)
  const { columns, skipped } = columnsOf(open)
  return sourceOf({
    path: file.path,
    fields: [...columns.values()].map((column) => column.field),
    rows: open.starts.at(-1)!,
    skipped,
    document: open.schema.metadata.get('sift'),
    uuid: undefined,
    groups: open.blocks.map((block) => block.rows),
    statistics: () => undefined,
    column: (name) => columns.get(name)!.reader(),
    close: () => file.close(),
  })
}
