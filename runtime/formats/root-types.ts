import { bytesOf, type NumberName } from './column.ts'
import type { Branch, Leaf } from './root-tree.ts'

/** One value of a leaf. */
export type Element = { readonly kind: 'number'; readonly name: NumberName } | { readonly kind: 'bool' }

/** How the bytes of an entry are laid out. */
export type Layout =
  /** `length` elements in each entry; `stride` bytes an entry, this leaf's from `offset` on. `fixed` when it is an array. */
  | {
      readonly kind: 'flat'
      readonly element: Element
      readonly length: number
      readonly fixed: boolean
      readonly offset: number
      readonly stride: number
    }
  /** As many elements as fit, after `header` bytes; `counter` names the leaf that counts them, if any. */
  | {
      readonly kind: 'jagged'
      readonly element: Element
      readonly header: number
      readonly counter: string | undefined
    }
  /** `count`: a list of texts after `header` bytes, the last four their count. */
  | { readonly kind: 'text'; readonly header: number; readonly length: 'byte' | 'word' | 'count' }
  /** References to entries of other trees: JUNO's `vector<JM::SmartRef*>`. */
  | { readonly kind: 'refs' }
  | { readonly kind: 'unsupported'; readonly reason: string }

export type FlatLayout = Extract<Layout, { readonly kind: 'flat' }>
export type JaggedLayout = Extract<Layout, { readonly kind: 'jagged' }>
export type TextLayout = Extract<Layout, { readonly kind: 'text' }>

export function elementBytes(element: Element): number {
  return element.kind === 'bool' ? 1 : bytesOf(element.name)
}

/** How many bytes come before the elements of a vector: byte count, version, count. */
const vectorHeader = 10
/** Before a std::string that is a member of an object: byte count, version. */
const stringHeader = 6
const pointerHeader = 1

/** ROOT's number of the type of TObject::fBits. */
const objectBits = 15

/** The layout of a leaf that has its branch for itself. */
export function layoutOf(branch: Branch, leaf: Leaf): Layout {
  if (leaf.type === objectBits) return unsupported('it is a TObject’s bits, which vary in size')
  if (leaf.className === 'TLeafC') return { kind: 'text', header: 0, length: 'byte' }
  const element = elementOfLeaf(leaf)
  return element === undefined ? layoutOfType(branch, leaf) : layoutOfElement(leaf, element)
}

function layoutOfElement(leaf: Leaf, element: Element): Layout {
  const dimensions = dimensionsOf(leaf)
  if (leaf.counter !== undefined) {
    if (leaf.length > 1) return unsupported('arrays in lists are not supported')
    return { kind: 'jagged', element, header: 0, counter: leaf.counter }
  }
  if (dimensions > 1) return unsupported('arrays of several dimensions are not supported')
  if (leaf.length === 0) return unsupported('arrays of unknown length are not supported')
  const stride = leaf.length * elementBytes(element)
  return { kind: 'flat', element, length: leaf.length, fixed: dimensions > 0, offset: 0, stride }
}

/** Of the title `x[3][2]`: 2. */
function dimensionsOf(leaf: Leaf): number {
  return leaf.title.match(/\[[^\]]*\]/g)?.length ?? 0
}

function layoutOfType(branch: Branch, leaf: Leaf): Layout {
  const type = leaf.type
  if (type > 40 && type < 60 && branch.kind === 'plain') return layoutOfPointer(leaf)
  if (branch.kind === 'collection member')
    return unsupported(`values of type ${branch.cppType ?? 'unknown'} in lists are not supported`)
  if (leaf.type === 7) return { kind: 'text', header: 0, length: 'word' }
  const cppType = normalised(branch.cppType ?? '')
  if (cppType === 'TString') return { kind: 'text', header: 0, length: 'byte' }
  if (cppType === 'string') return { kind: 'text', header: branch.path.length > 1 ? stringHeader : 0, length: 'byte' }
  const item = /^vector<(.*)>$/.exec(cppType)?.[1]
  if (item === 'JM::SmartRef*') return { kind: 'refs' }
  if (item === 'string' || item === 'TString') return { kind: 'text', header: vectorHeader, length: 'count' }
  const element = item === undefined ? undefined : elements.get(item)
  if (element !== undefined) return { kind: 'jagged', element, header: vectorHeader, counter: undefined }
  return unsupported(`values of type ${branch.cppType ?? leaf.className} are not supported`)
}

/** `float *x; //[n]` */
function layoutOfPointer(leaf: Leaf): Layout {
  const element = basic(leaf.type - 40)
  if (element === undefined) return unsupported('pointers to such values are not supported')
  return { kind: 'jagged', element, header: pointerHeader, counter: undefined }
}

function elementOfLeaf(leaf: Leaf): Element | undefined {
  if (leaf.className === 'TLeafElement') return basic(leaf.type > 20 && leaf.type < 40 ? leaf.type - 20 : leaf.type)
  const names = leafNames.get(leaf.className)
  return names === undefined ? undefined : names[leaf.unsigned ? 1 : 0]
}

const number = (name: NumberName): Element => ({ kind: 'number', name })
const bool: Element = { kind: 'bool' }

/** Signed and unsigned. */
const leafNames: ReadonlyMap<string, readonly [Element, Element]> = new Map([
  ['TLeafO', [bool, bool]],
  ['TLeafB', [number('int8'), number('uint8')]],
  ['TLeafS', [number('int16'), number('uint16')]],
  ['TLeafI', [number('int32'), number('uint32')]],
  ['TLeafL', [number('int64'), number('uint64')]],
  ['TLeafG', [number('int64'), number('uint64')]],
  ['TLeafF', [number('float32'), number('float32')]],
  ['TLeafD', [number('float64'), number('float64')]],
])

/** ROOT's numbers of the basic types. Left out: Double32_t and Float16_t, which are packed. */
const basics: ReadonlyMap<number, Element> = new Map([
  [1, number('int8')],
  [2, number('int16')],
  [3, number('int32')],
  [4, number('int64')],
  [5, number('float32')],
  [6, number('uint32')],
  [8, number('float64')],
  [11, number('uint8')],
  [12, number('uint16')],
  [13, number('uint32')],
  [14, number('uint64')],
  [16, number('int64')],
  [17, number('uint64')],
  [18, bool],
])

function basic(type: number): Element | undefined {
  return basics.get(type)
}

/** The C++ names of the basic types, as ROOT and the standard library write them. */
const elements: ReadonlyMap<string, Element> = new Map([
  ...(['char', 'Char_t', 'signed char', 'int8_t'] as const).map((name) => [name, number('int8')] as const),
  ...(['unsigned char', 'UChar_t', 'Byte_t', 'uint8_t'] as const).map((name) => [name, number('uint8')] as const),
  ...(['short', 'Short_t', 'int16_t'] as const).map((name) => [name, number('int16')] as const),
  ...(['unsigned short', 'UShort_t', 'uint16_t'] as const).map((name) => [name, number('uint16')] as const),
  ...(['int', 'Int_t', 'int32_t'] as const).map((name) => [name, number('int32')] as const),
  ...(['unsigned int', 'unsigned', 'UInt_t', 'uint32_t'] as const).map((name) => [name, number('uint32')] as const),
  ...(['long', 'Long_t', 'long long', 'Long64_t', 'int64_t'] as const).map((name) => [name, number('int64')] as const),
  ...(['unsigned long', 'ULong_t', 'unsigned long long', 'ULong64_t', 'uint64_t'] as const).map(
    (name) => [name, number('uint64')] as const,
  ),
  ...(['float', 'Float_t'] as const).map((name) => [name, number('float32')] as const),
  ...(['double', 'Double_t'] as const).map((name) => [name, number('float64')] as const),
  ...(['bool', 'Bool_t'] as const).map((name) => [name, bool] as const),
])

/** Without `std::`, allocators and superfluous blanks. */
function normalised(cppType: string): string {
  return cppType
    .replaceAll('std::', '')
    .replace(/,\s*allocator<[^<>]*>\s*/g, '')
    .replace(/\s*([<>])\s*/g, '$1')
    .replace(/\s+/g, ' ')
    .replace(/^basic_string<char>$/, 'string')
    .trim()
}

function unsupported(reason: string): Layout {
  return { kind: 'unsupported', reason }
}
