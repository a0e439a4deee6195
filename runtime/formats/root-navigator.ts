import { blame, Damage, openLocalFile } from './file.ts'
import { directoryKeys, magic, openRootFile, readRecord } from './root-file.ts'
import { treePaths } from './root-names.ts'
import { type Member, openObjects } from './root-objects.ts'

/** What leads from JUNO's navigator to its events. */
export interface NavigatorPlan {
  /** In the order of the references of an event: `/Event/CdVertexRec`. */
  readonly paths: readonly string[]
  /** Paths of all trees of the file: `Event/CdVertexRec/CdVertexRecEvt`. */
  readonly trees: readonly string[]
}

/**
 * The paths that the references of the navigator stand for, as the file's `Meta/FileMetaData` tells them; null for a file
 * without navigator, or of another format.
 *
 * @throws RuntimeError D001, D002 when the file cannot be read, or does not tell
 */
export async function readNavigatorPlan(path: string): Promise<NavigatorPlan | null> {
  const file = openLocalFile(path)
  try {
    if (file.read(0, Math.min(magic.length, file.size)).toString('latin1') !== magic) return null
    const root = openRootFile(file)
    const meta = root.keys.find(({ name }) => name === 'Meta')
    const below = meta === undefined ? [] : directoryKeys(file, meta)
    if (!below.some(({ name }) => name === 'navigator')) return null
    const key = below.find(({ name }) => name === 'FileMetaData')
    if (key === undefined) throw new Damage('it has no `Meta/FileMetaData`, which tells the paths of its navigator')
    const objects = await openObjects(root)
    const paths = textsOf(await readRecord(file, key), objects.members(key.className), 'm_NavPath')
    return { paths, trees: treePaths(root) }
  } catch (error) {
    throw blame(path, error)
  } finally {
    file.close()
  }
}

/** ROOT's numbers of types: a base class TObject, and containers, which say how long they are. */
const objectBase = 66
const containers: ReadonlySet<number> = new Set([300, 365, 500])
const basicBytes: ReadonlyMap<number, number> = new Map([
  [1, 1],
  [2, 2],
  [3, 4],
  [4, 8],
  [5, 4],
  [8, 8],
  [11, 1],
  [12, 2],
  [13, 4],
  [14, 8],
  [16, 8],
  [17, 8],
  [18, 1],
])
const objectHeader = 6
const objectBytes = 10
const byteCount = 0x3fffffff

/** The texts of a member that is a vector of them, of an object whose members before it are plain or containers. */
function textsOf(bytes: Buffer, members: readonly Member[], wanted: string): readonly string[] {
  let at = objectHeader
  for (const { name, type } of members) {
    if (name === wanted) return textsAt(bytes, at + objectHeader)
    if (type === objectBase) at += objectBytes
    else if (containers.has(type)) at += 4 + (bytes.readUInt32BE(at) & byteCount)
    else at += basicBytes.get(type) ?? unknown(name)
  }
  throw new Damage(`its FileMetaData has no \`${wanted}\``)
}

function unknown(name: string): never {
  throw new Damage(`\`${name}\` of its FileMetaData cannot be passed over`)
}

function textsAt(bytes: Buffer, start: number): readonly string[] {
  const found: string[] = []
  let at = start + 4
  for (let count = bytes.readUInt32BE(start); count > 0; count--) {
    const short = bytes.readUInt8(at)
    const from = short === 255 ? at + 5 : at + 1
    const length = short === 255 ? bytes.readUInt32BE(at + 1) : short
    found.push(bytes.toString('utf8', from, from + length))
    at = from + length
  }
  return found
}
