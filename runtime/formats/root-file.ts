import { Damage, type LocalFile, truncated } from './file.ts'
import { RootBytes } from './root-bytes.ts'
import { unzip } from './root-unzip.ts'

export const magic = 'root'

/** What a key says of the record it stands for. */
export interface Key {
  readonly name: string
  readonly className: string
  readonly cycle: number
  readonly position: number
  readonly keyBytes: number
  /** Bytes of key and contents as they lie in the file. */
  readonly storedBytes: number
  /** Bytes of the contents unpacked. */
  readonly plainBytes: number
}

export interface RootFile {
  readonly file: LocalFile
  readonly keys: readonly Key[]
  /** That of the top directory, as `TFile::GetUUID` gives it. */
  readonly uuid: string
  /** The header's own, which uproot tells, where it is another. */
  readonly headerUuid: string | undefined
  /** The record of the classes' descriptions; a file without objects may lack it. */
  readonly classes: Key | undefined
}

/** Below this version places in the file have 4 bytes. */
const largeFileVersion = 1_000_000
const largeRecordVersion = 1000
const headerBytes = 100

/** @throws RuntimeError D002 when the file is cut or damaged */
export function openRootFile(file: LocalFile): RootFile {
  const header = readHeader(file)
  const top = readDirectory(file, header.begin + header.nameBytes)
  const classes = header.classesPosition === 0 ? undefined : readKey(file, header.classesPosition)
  const isOther = header.uuid !== top.uuid && /[1-9a-f]/.test(header.uuid)
  return { file, keys: top.keys, uuid: top.uuid, headerUuid: isOther ? header.uuid : undefined, classes }
}

interface Header {
  readonly begin: number
  readonly nameBytes: number
  readonly classesPosition: number
  readonly uuid: string
}

function readHeader(file: LocalFile): Header {
  if (file.size < headerBytes) throw truncated(file.path, file.size, 'a ROOT file is longer than that')
  const bytes = new RootBytes(file.read(0, headerBytes))
  bytes.skip(4)
  const large = bytes.int32() >= largeFileVersion
  const begin = bytes.int32()
  const end = bytes.position(large)
  if (end > file.size) throw truncated(file.path, file.size, `it should have ${end} bytes`)
  bytes.position(large)
  bytes.skip(8)
  const nameBytes = bytes.int32()
  bytes.skip(5)
  const classesPosition = bytes.position(large)
  bytes.skip(6)
  return { begin, nameBytes, classesPosition, uuid: uuidText(bytes.bytes(16)) }
}

/** @param position of the directory's own fields, after its key and name */
function readDirectory(file: LocalFile, position: number): { readonly keys: Key[]; readonly uuid: string } {
  const bytes = new RootBytes(file.read(position, Math.min(60, file.size - position)))
  const version = bytes.int16()
  const large = version > largeRecordVersion
  bytes.skip(8)
  const keysBytes = bytes.int32()
  bytes.skip(4)
  bytes.position(large)
  bytes.position(large)
  const keysPosition = bytes.position(large)
  bytes.skip(2)
  const uuid = uuidText(bytes.bytes(16))
  return { keys: keysPosition === 0 ? [] : readKeys(file, keysPosition, keysBytes), uuid }
}

export function directoryKeys(file: LocalFile, directory: Key): Key[] {
  return readDirectory(file, directory.position + directory.keyBytes).keys
}

function readKeys(file: LocalFile, position: number, length: number): Key[] {
  const bytes = new RootBytes(file.read(position, length))
  keyAt(bytes)
  const count = bytes.int32()
  if (count < 0 || count > length) throw new Damage(`a directory is said to have ${count} keys`)
  return Array.from({ length: count }, () => keyAt(bytes))
}

function readKey(file: LocalFile, position: number): Key {
  return keyAt(new RootBytes(file.read(position, Math.min(1024, file.size - position))))
}

function keyAt(bytes: RootBytes): Key {
  const storedBytes = bytes.int32()
  const large = bytes.int16() > largeRecordVersion
  const plainBytes = bytes.int32()
  bytes.skip(4)
  const keyBytes = bytes.int16()
  const cycle = bytes.int16()
  const position = bytes.position(large)
  bytes.position(large)
  const className = bytes.text()
  const name = bytes.text()
  bytes.text()
  return { name, className, cycle, position, keyBytes, storedBytes, plainBytes }
}

/** The contents of a record, unpacked. */
export async function readRecord(file: LocalFile, key: Key): Promise<Buffer> {
  const stored = file.read(key.position + key.keyBytes, key.storedBytes - key.keyBytes)
  return unzip(stored, key.plainBytes)
}

function uuidText(bytes: Buffer): string {
  const hex = bytes.toString('hex')
  return [hex.slice(0, 8), hex.slice(8, 12), hex.slice(12, 16), hex.slice(16, 20), hex.slice(20)].join('-')
}
