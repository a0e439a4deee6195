import { parquetMetadata, parquetSchema } from 'hyparquet'
import type { FileMetaData, ParquetParsers, SchemaTree } from 'hyparquet'
import { RuntimeError } from '../errors.ts'
import { damaged, type LocalFile, truncated } from './file.ts'

export const magic = 'PAR1'
const encryptedMagic = 'PARE'
const tailBytes = 8

/** Statistics as the numbers that the file has: timestamps stay integers in their own unit. */
const parsers: Partial<ParquetParsers> = {
  timestampFromMilliseconds: (millis) => millis,
  timestampFromMicroseconds: (micros) => micros,
  timestampFromNanoseconds: (nanos) => nanos,
  dateFromDays: (days) => days,
  stringFromBytes: (bytes) => bytes,
}

export interface Footer {
  readonly metadata: FileMetaData
  readonly schema: SchemaTree
}

/** @throws RuntimeError D002 when the file is cut or damaged, D006 when it is encrypted */
export function readFooter(file: LocalFile): Footer {
  if (file.size < 12) throw truncated(file.path, file.size, 'a Parquet file is longer than that')
  const tail = file.read(file.size - tailBytes, tailBytes)
  const mark = tail.toString('latin1', 4)
  if (mark === encryptedMagic) throw new RuntimeError('D006', `\`${file.path}\` is encrypted, which Sift cannot read.`)
  if (mark !== magic) throw truncated(file.path, file.size, 'the footer of the Parquet file is missing')
  const length = tail.readUInt32LE(0)
  if (length > file.size - 4 - tailBytes) throw damaged(file.path, `its footer is said to have ${length} bytes`)
  return decode(file, file.read(file.size - tailBytes - length, length + tailBytes))
}

function decode(file: LocalFile, bytes: Uint8Array): Footer {
  try {
    const metadata = parquetMetadata(bytes, { parsers, geoparquet: false })
    return { metadata, schema: parquetSchema(metadata) }
  } catch (cause) {
    throw damaged(file.path, 'its Parquet footer cannot be decoded', cause)
  }
}
