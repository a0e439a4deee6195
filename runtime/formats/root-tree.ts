import { Damage } from './file.ts'
import type { RootObjects } from './root-objects.ts'

/** A tree as plain data: what its metadata says, checked. */
export interface Tree {
  readonly entries: number
  readonly branches: readonly Branch[]
}

export interface Branch {
  readonly name: string
  /** Names of the branches above it and its own. */
  readonly path: readonly string[]
  readonly className: string
  /** C++ type of what it holds, where it is an object or a member of one. */
  readonly cppType: string | undefined
  /** ROOT's kind of a branch of objects; 0 for all others. */
  readonly kind: BranchKind
  readonly entries: number
  /** The file that holds its baskets, when it is not this one. */
  readonly otherFile: string
  readonly leaves: readonly Leaf[]
  readonly baskets: readonly BasketPlace[]
  readonly branches: readonly Branch[]
}

/** A class split into members, a collection (TClonesArray, STL) split into members, a member of one, or none of these. */
export type BranchKind = 'plain' | 'class' | 'collection' | 'collection member'

export interface Leaf {
  readonly name: string
  readonly title: string
  readonly className: string
  /** ROOT's number of the type, of a leaf of an object. */
  readonly type: number
  readonly unsigned: boolean
  /** Elements in a value, without the part that a counter gives; 0 when the file does not know. */
  readonly length: number
  readonly counter: string | undefined
}

/** Where the entries [start, end) of a branch lie. */
export type BasketPlace =
  | {
      readonly kind: 'file'
      readonly start: number
      readonly end: number
      readonly position: number
      readonly bytes: number
    }
  | { readonly kind: 'memory'; readonly start: number; readonly end: number; readonly basket: MemoryBasket }
  | { readonly kind: 'missing'; readonly start: number; readonly end: number }

/** A basket that was not full when the tree was written, and lies in the tree itself. */
export interface MemoryBasket {
  readonly bytes: Uint8Array
  /** As the file has them: counted from the start of the key. */
  readonly offsets: readonly number[]
  readonly keyBytes: number
}

/** @param object a TTree as jsroot decodes it @throws Damage when it lacks what a tree must have */
export function treeOf(object: unknown, objects: RootObjects): Tree {
  const tree = record(object)
  return { entries: count(tree['fEntries']), branches: branchesOf(tree['fBranches'], [], objects) }
}

type Record_ = Readonly<Record<string, unknown>>

function branchesOf(list: unknown, above: readonly string[], objects: RootObjects): Branch[] {
  return items(list).map((item) => branchOf(record(item), above, objects))
}

function branchOf(branch: Record_, above: readonly string[], objects: RootObjects): Branch {
  const name = text(branch['fName'])
  const path = [...above, name.replace(/\.$/, '')]
  return {
    name,
    path,
    className: text(branch['_typename']),
    cppType: cppTypeOf(branch, above.length === 0, objects),
    kind: kindOf(branch),
    entries: count(branch['fEntries']),
    otherFile: text(branch['fFileName']),
    leaves: items(branch['fLeaves']).map((leaf) => leafOf(record(leaf))),
    baskets: basketsOf(branch),
    branches: branchesOf(branch['fBranches'], path, objects),
  }
}

function kindOf(branch: Record_): BranchKind {
  const type = branch['fType']
  if (type === 31 || type === 41) return 'collection member'
  if (items(branch['fBranches']).length === 0) return 'plain'
  return type === 3 || type === 4 ? 'collection' : 'class'
}

function cppTypeOf(branch: Record_, top: boolean, objects: RootObjects): string | undefined {
  const className = branch['fClassName']
  if (typeof className !== 'string') return undefined
  const member = branch['fID']
  if (top || typeof member !== 'number' || member < 0) return className
  const checksum = branch['fCheckSum']
  return objects.memberType(className, typeof checksum === 'number' ? checksum : 0, member)
}

function leafOf(leaf: Record_): Leaf {
  const counter = leaf['fLeafCount']
  return {
    name: text(leaf['fName']),
    title: text(leaf['fTitle']),
    className: text(leaf['_typename']),
    type: typeof leaf['fType'] === 'number' ? leaf['fType'] : 0,
    unsigned: leaf['fIsUnsigned'] === true,
    length: typeof leaf['fLen'] === 'number' ? Math.max(0, leaf['fLen']) : 0,
    counter: counter === null || counter === undefined ? undefined : text(record(counter)['fName']),
  }
}

function basketsOf(branch: Record_): BasketPlace[] {
  const written = count(branch['fWriteBasket'])
  const starts = numbers(branch['fBasketEntry'])
  const positions = numbers(branch['fBasketSeek'])
  const sizes = numbers(branch['fBasketBytes'])
  const inMemory = items(branch['fBaskets'])
  const places: BasketPlace[] = []
  for (let index = 0; index <= written; index++) {
    const start = index < starts.length ? count(starts[index]) : 0
    const end = index < written ? count(starts[index + 1]) : count(branch['fEntries'])
    if (end <= start) continue
    const position = index < written ? count(positions[index]) : 0
    if (position > 0) places.push({ kind: 'file', start, end, position, bytes: count(sizes[index]) })
    else places.push(memoryPlace(inMemory[index], start, end))
  }
  return places
}

function memoryPlace(item: unknown, start: number, end: number): BasketPlace {
  if (item === null || item === undefined) return { kind: 'missing', start, end }
  const basket = record(item)
  const view = record(basket['fBufferRef'] ?? {})['arr']
  if (!(view instanceof DataView)) return { kind: 'missing', start, end }
  const bytes = new Uint8Array(view.buffer as ArrayBuffer, view.byteOffset, view.byteLength)
  return {
    kind: 'memory',
    start,
    end,
    basket: { bytes, offsets: numbers(basket['fEntryOffset']), keyBytes: count(basket['fKeylen']) },
  }
}

function record(value: unknown): Record_ {
  if (typeof value !== 'object' || value === null) throw new Damage('its tree lacks a part')
  return value as Record_
}

function items(list: unknown): readonly unknown[] {
  if (list === null || list === undefined) return []
  const { arr } = record(list) as { readonly arr?: unknown }
  return Array.isArray(arr) ? arr : []
}

/** jsroot takes each byte of a text for a character; they are UTF-8. */
function text(value: unknown): string {
  return typeof value === 'string' ? Buffer.from(value, 'latin1').toString('utf8') : ''
}

function numbers(value: unknown): readonly number[] {
  if (Array.isArray(value) || ArrayBuffer.isView(value)) return value as unknown as readonly number[]
  return []
}

function count(value: unknown): number {
  if (typeof value !== 'number' || !Number.isSafeInteger(value) || value < 0)
    throw new Damage(`its tree has ${String(value)} where there should be a count`)
  return value
}
