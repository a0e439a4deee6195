import {
  Bool,
  type Data,
  DataType,
  type Dictionary,
  type FixedSizeList,
  type List,
  makeData,
  Struct,
  Utf8,
  Vector,
} from 'apache-arrow'

/** Rows picked from several pieces: output row i is row `row[i]` of piece `piece[i]`. */
export interface Picks {
  readonly piece: Uint32Array
  readonly row: Uint32Array
  readonly count: number
}

/** The picked rows of one column, in memory of its own. All pieces are of one type, but for their dictionaries. */
export function gather(pieces: readonly Data[], picks: Picks, type: DataType): Data {
  const validity = gatherValidity(pieces, picks)
  if (DataType.isDictionary(type)) return gatherTexts(pieces, picks, { type, validity })
  if (DataType.isBool(type)) {
    return makeData({ type: new Bool(), length: picks.count, data: gatherBits(pieces, picks), ...validity }) as Data
  }
  if (DataType.isStruct(type)) {
    const children = type.children.map((field, at) =>
      gather(
        pieces.map((piece) => childOf(piece, at)),
        picks,
        field.type,
      ),
    )
    return makeData({ type: new Struct(type.children), length: picks.count, children, nullCount: 0 }) as Data
  }
  if (DataType.isList(type)) return gatherLists(pieces, picks, { type, validity })
  if (DataType.isFixedSizeList(type)) return gatherFixed(pieces, picks, { type, validity })
  return gatherNumbers(pieces, picks, { type, validity })
}

/** The bytes that a column's values take, without its dictionary. */
export function bytesOf(data: Data): number {
  const own = DataType.isStruct(data.type)
    ? 0
    : DataType.isList(data.type)
      ? 4 * data.length
      : ((data.values as Uint8Array | undefined)?.byteLength ?? 0)
  return data.children.reduce((sum, child) => sum + bytesOf(child), own)
}

interface Shape<T extends DataType> {
  readonly type: T
  readonly validity: Validity
}

type Validity = { readonly nullCount: 0 } | { readonly nullBitmap: Uint8Array; readonly nullCount: number }

type Values = Float64Array | Float32Array | Int32Array | BigInt64Array

function gatherNumbers(
  pieces: readonly Data[],
  { piece, row, count }: Picks,
  { type, validity }: Shape<DataType>,
): Data {
  const sources = pieces.map(({ values }) => values as Values)
  const values = new (type.ArrayType as new (length: number) => Values)(count)
  for (let i = 0; i < count; i++) values[i] = sources[piece[i]!]![row[i]!]!
  return makeData({ type: type as never, length: count, data: values as never, ...validity }) as Data
}

function gatherBits(pieces: readonly Data[], { piece, row, count }: Picks): Uint8Array {
  const bits = new Uint8Array((count + 7) >> 3)
  for (let i = 0; i < count; i++) {
    const { values, offset } = pieces[piece[i]!]!
    const at = row[i]! + offset
    bits[i >> 3]! |= (((values as Uint8Array)[at >> 3]! >> (at & 7)) & 1) << (i & 7)
  }
  return bits
}

function gatherValidity(pieces: readonly Data[], { piece, row, count }: Picks): Validity {
  if (pieces.every(({ nullCount }) => nullCount === 0)) return { nullCount: 0 }
  const nullBitmap = new Uint8Array((count + 7) >> 3)
  let nullCount = 0
  for (let i = 0; i < count; i++) {
    if (pieces[piece[i]!]!.getValid(row[i]!)) nullBitmap[i >> 3]! |= 1 << (i & 7)
    else nullCount += 1
  }
  return nullCount === 0 ? { nullCount: 0 } : { nullBitmap, nullCount }
}

/** One dictionary of the texts that occur, in the order in which they do. */
function gatherTexts(
  pieces: readonly Data[],
  { piece, row, count }: Picks,
  { type, validity }: Shape<Dictionary>,
): Data {
  const known = new Map<string, number>()
  const recoded = pieces.map(() => new Map<number, number>())
  const codes = new Int32Array(count)
  for (let i = 0; i < count; i++) {
    const from = piece[i]!
    const data = pieces[from]!
    if (data.nullCount > 0 && !data.getValid(row[i]!)) continue
    const code = (data.values as Int32Array)[row[i]!]!
    codes[i] = recoded[from]!.get(code) ?? recode(data, code, known, recoded[from]!)
  }
  return makeData({
    type,
    length: count,
    data: codes as never,
    dictionary: dictionaryOf([...known.keys()]),
    ...validity,
  }) as Data
}

function recode(data: Data, code: number, known: Map<string, number>, recoded: Map<number, number>): number {
  const text = String(data.dictionary?.get(code))
  const own = known.get(text) ?? known.size
  known.set(text, own)
  recoded.set(code, own)
  return own
}

const encoder = new TextEncoder()

export function dictionaryOf(texts: readonly string[]): Vector {
  const encoded = texts.map((text) => encoder.encode(text))
  const offsets = new Int32Array(texts.length + 1)
  encoded.forEach(({ length }, at) => (offsets[at + 1] = offsets[at]! + length))
  const bytes = new Uint8Array(offsets[texts.length]!)
  encoded.forEach((text, at) => bytes.set(text, offsets[at]))
  return new Vector([
    makeData({ type: new Utf8(), length: texts.length, nullCount: 0, valueOffsets: offsets, data: bytes }),
  ])
}

function gatherLists(pieces: readonly Data[], picks: Picks, { type, validity }: Shape<List>): Data {
  const { piece, row, count } = picks
  const offsets = new Int32Array(count + 1)
  for (let i = 0; i < count; i++) {
    const from = pieces[piece[i]!]!.valueOffsets as Int32Array
    offsets[i + 1] = offsets[i]! + from[row[i]! + 1]! - from[row[i]!]!
  }
  const elements = emptyPicks(offsets[count]!)
  for (let i = 0; i < count; i++) {
    const start = (pieces[piece[i]!]!.valueOffsets as Int32Array)[row[i]!]!
    const length = offsets[i + 1]! - offsets[i]!
    elements.piece.fill(piece[i]!, offsets[i], offsets[i + 1])
    for (let k = 0; k < length; k++) elements.row[offsets[i]! + k] = start + k
  }
  const child = gather(
    pieces.map((data) => childOf(data, 0)),
    elements,
    type.children[0]!.type,
  )
  return makeData({ type, length: count, valueOffsets: offsets, child, ...validity }) as Data
}

function gatherFixed(pieces: readonly Data[], picks: Picks, { type, validity }: Shape<FixedSizeList>): Data {
  const { piece, row, count } = picks
  const width = type.listSize
  const elements = emptyPicks(count * width)
  for (let i = 0; i < count; i++) {
    elements.piece.fill(piece[i]!, i * width, (i + 1) * width)
    for (let k = 0; k < width; k++) elements.row[i * width + k] = row[i]! * width + k
  }
  const child = gather(
    pieces.map((data) => childOf(data, 0)),
    elements,
    type.children[0]!.type,
  )
  return makeData({ type, length: count, child, ...validity }) as Data
}

export function emptyPicks(count: number): Picks {
  return { piece: new Uint32Array(count), row: new Uint32Array(count), count }
}

function childOf(data: Data, at: number): Data {
  return data.children[at]!
}
