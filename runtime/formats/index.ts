import type { Format, Source } from '../ports/format.ts'
import { RuntimeError } from '../errors.ts'
import { arrow } from './arrow.ts'
import { openLocalFile } from './file.ts'
import { hdf5 } from './hdf5.ts'
import { parquet } from './parquet.ts'
import { root } from './root.ts'
import { spansCsv } from './spans-csv.ts'

/** Every format Sift reads. A new one is one more line here; `test/contract/formats.test.ts` then covers it. */
export const formats: readonly Format[] = [arrow, parquet, hdf5, root]

/** A list of spans is text with two columns, not any columns. */
const readable: readonly Format[] = [...formats, spansCsv]

const headBytes = 64

/**
 * Opens a file as columns, by what its first bytes say it is.
 *
 * @throws RuntimeError D001 when there is no such file, D002 when it is of no known format, truncated or damaged
 */
export async function openFile(path: string, options: { readonly tree?: string } = {}): Promise<Source> {
  const head = headOf(path)
  const format = readable.find((candidate) => candidate.recognises(head))
  if (format === undefined) throw unknownFormat(path, head)
  if (options.tree !== undefined && format.name !== 'root') {
    throw new RuntimeError(
      'D002',
      `\`${path}\` has no tree \`${options.tree}\`: it is no ROOT file (${format.name}).`,
      {
        fix: 'Leave out the part after the colon.',
      },
    )
  }
  return format.open(path, options)
}

function headOf(path: string): Uint8Array {
  const file = openLocalFile(path)
  try {
    return file.head(headBytes)
  } finally {
    file.close()
  }
}

function unknownFormat(path: string, head: Uint8Array): RuntimeError {
  if (head.length === 0) {
    return new RuntimeError('D002', `\`${path}\` is empty: it has no bytes.`, { fix: 'Make or copy the file again.' })
  }
  const known = formats.map((format) => format.name).join(', ')
  const message = `\`${path}\` is of no known format: it begins with ${describe(head.subarray(0, 8))}. Known are ${known}.`
  const fix = relatives.find(({ mark }) => mark.every((byte, i) => head[i] === byte))?.fix
  return new RuntimeError('D002', message, fix === undefined ? {} : { fix })
}

/** Formats that are taken for ours, by their first bytes. */
const relatives = [
  {
    mark: [0xff, 0xff, 0xff, 0xff],
    fix: 'It looks like an Arrow stream; write an Arrow file (`pyarrow.ipc.new_file`).',
  },
  {
    mark: [...Buffer.from('FEA1')],
    fix: 'It is Feather version 1; write version 2 (`pyarrow.feather.write_feather`).',
  },
  { mark: [0x1f, 0x8b], fix: 'It is compressed by gzip; unpack it first.' },
]

function describe(bytes: Uint8Array): string {
  const hex = [...bytes].map((byte) => byte.toString(16).padStart(2, '0')).join(' ')
  const printable = [...bytes].every((byte) => byte >= 32 && byte < 127)
  return printable ? `\`${String.fromCharCode(...bytes)}\` (${hex})` : hex
}
