import { addUserStreamer, reconstructObject, TBuffer } from 'jsroot/io'
import { Damage } from './file.ts'
import { type Key, readRecord, type RootFile } from './root-file.ts'

/** The classes of one file, as jsroot understands them. It gets bytes alone, never the file. */
export interface RootObjects {
  /** Reads the object of a key. @throws Damage when its bytes contradict its class */
  read(key: Key): Promise<unknown>
  /** C++ type of a member of a class, where the file describes the class. */
  memberType(className: string, checksum: number, member: number): string | undefined
  /** The members of a class in their order, base classes first; none where the file does not describe it. */
  members(className: string): readonly Member[]
}

export interface Member {
  readonly name: string
  /** ROOT's number of its type. */
  readonly type: number
}

interface JsrootFile {
  fStreamerInfos: unknown
  extractStreamerInfos(buffer: JsrootBuffer): void
  findStreamerInfo(className: string, version: number | undefined, checksum: number | undefined): StreamerInfo | null
  getStreamer(className: string, version: Version, info?: StreamerInfo, plain?: unknown): unknown
}

interface Version {
  readonly val?: number
  readonly checksum?: number
  readonly nowarning?: true
}

interface StreamerInfo {
  readonly fElements?: {
    readonly arr?: readonly ({ readonly fName?: string; readonly fTypeName?: string; readonly fType?: number } | null)[]
  } | null
}

interface JsrootBuffer {
  fTagOffset: number
  o: number
  mapObject(tag: number, object: object): void
  classStreamer(object: object, className: string): unknown
  readonly fDisplacement: number
  ntou4(): number
  readNullTerminatedString(): string
  getMappedClass(tag: number): string | -1
  mapClass(tag: number, className: string): void
  readClass(): { readonly name: string | -1; readonly objtag?: number }
  checkByteCount(version: { readonly bytecnt?: number; readonly off: number }): boolean
}

const BufferOf = TBuffer as new (bytes: DataView, at: number, file: JsrootFile) => JsrootBuffer
const reconstruct = reconstructObject as (
  className: string,
  bytes: DataView,
  infos: DataView,
) => { readonly file: JsrootFile }

/** jsroot makes its file objects for itself alone; a class of ours that "reads" nothing but the file hands one out. */
const handOut = 'SiftFile'
addUserStreamer(handOut, (buffer: { readonly fFile: JsrootFile }, object: { file: JsrootFile }) => {
  object.file = buffer.fFile
})

/** An empty TList and an empty object: version, TObject's version and two words, name, count. */
const emptyList = new DataView(new Uint8Array([0, 5, 0, 1, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0]).buffer)
const emptyObject = new DataView(new Uint8Array(16).buffer)

export async function openObjects(root: RootFile): Promise<RootObjects> {
  const { file } = reconstruct(handOut, emptyObject, emptyList)
  silence(file)
  if (root.classes === undefined) throw new Damage('it was never closed: the description of its classes is missing')
  const infos = await readRecord(root.file, root.classes)
  addClasses(file, infos, root.classes)
  return {
    read: async (key) => decode(file, key.className, await readRecord(root.file, key), key),
    memberType: (className, checksum, member) =>
      file.findStreamerInfo(className, undefined, checksum)?.fElements?.arr?.[member]?.fTypeName,
    members: (className) =>
      (file.findStreamerInfo(className, undefined, undefined)?.fElements?.arr ?? []).map((element) => ({
        name: element?.fName ?? '',
        type: element?.fType ?? -1,
      })),
  }
}

/** Decodes the descriptions twice: of what goes wrong jsroot prints a part, and misses another. */
function addClasses(file: JsrootFile, infos: Buffer, key: Key): void {
  decode(file, 'TList', infos, key)
  try {
    file.extractStreamerInfos(bufferOf(file, infos, key))
  } catch (cause) {
    throw new Damage('the description of its classes cannot be decoded', { cause })
  }
}

function decode(file: JsrootFile, className: string, bytes: Buffer, key: Key): unknown {
  const object = {}
  try {
    const buffer = bufferOf(file, bytes, key)
    buffer.mapObject(1, object)
    return buffer.classStreamer(object, className)
  } catch (cause) {
    throw new Damage(`the ${className} \`${key.name}\` cannot be decoded`, { cause })
  }
}

function bufferOf(file: JsrootFile, bytes: Buffer, key: Key): JsrootBuffer {
  const buffer = new BufferOf(new DataView(bytes.buffer, bytes.byteOffset, bytes.length), 0, file)
  buffer.fTagOffset = key.keyBytes
  buffer.checkByteCount = checkByteCount
  buffer.readClass = readClass
  return buffer
}

/** As jsroot's, which also prints each difference. */
function checkByteCount(
  this: JsrootBuffer,
  { bytecnt, off }: { readonly bytecnt?: number; readonly off: number },
): boolean {
  if (bytecnt === undefined || off + bytecnt === this.o) return true
  this.o = off + bytecnt
  return false
}

const byteCountFlag = 0x40000000
const classFlag = 0x80000000
const newClass = 0xffffffff
/** ROOT counts positions of classes from here. */
const firstPosition = 2

/** As jsroot's, which prints references to classes that never came, and goes on. */
function readClass(this: JsrootBuffer): { readonly name: string | -1; readonly objtag?: number } {
  const word = this.ntou4()
  const start = this.o
  const tag = (word & byteCountFlag) === 0 || word === newClass ? word : this.ntou4()
  if ((tag & classFlag) === 0) return { name: -1, objtag: tag + this.fDisplacement }
  if (tag !== newClass) {
    const name = this.getMappedClass((tag & ~classFlag) + this.fDisplacement)
    if (name === -1) throw new Damage('an object is of a class that is not in the file')
    return { name }
  }
  const name = this.readNullTerminatedString()
  const position = this.fTagOffset + start + firstPosition
  if (this.getMappedClass(position) === -1) this.mapClass(position, name)
  return { name }
}

/** Keeps jsroot from printing about classes that it does not know, and skips objects whose members it would print about. */
function silence(file: JsrootFile): void {
  const original = file.getStreamer.bind(file)
  file.getStreamer = (className, version, info, plain) => {
    const known = info ?? file.findStreamerInfo(className, version.val, version.checksum)
    const readable = known?.fElements?.arr?.every((member) => readableTypes.has(member?.fType ?? -1)) ?? true
    return readable ? original(className, { ...version, nowarning: true }, info, plain) : null
  }
}

/** ROOT's numbers of the types of members that trees and their parts have. */
const plainTypes = [1, 2, 3, 4, 5, 6, 8, 9, 11, 12, 13, 14, 15, 16, 17, 18, 19]
const arrayTypes = plainTypes.map((type) => type + 20)
const pointerTypes = plainTypes.filter((type) => type !== 6).map((type) => type + 40)
const objectTypes = [61, 62, 63, 64, 65, 66, 67, 68, 69, 81, 82, 83, 85, 86, 87, 88]
const readableTypes: ReadonlySet<number> = new Set([
  0,
  7,
  10,
  ...plainTypes,
  ...arrayTypes,
  ...pointerTypes,
  ...objectTypes,
])
