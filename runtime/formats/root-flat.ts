import type { Data, DataType, FixedSizeList } from 'apache-arrow'
import { bools, fixedLists, numbers, valuesOf } from './column.ts'
import { Damage, type LocalFile } from './file.ts'
import type { Pace } from './pace.ts'
import { type Basket, Baskets } from './root-basket.ts'
import type { Branch } from './root-tree.ts'
import { type Element, elementBytes, type FlatLayout } from './root-types.ts'
import { type ColumnReader, rowsOf, type Stretch } from './source.ts'

/** One pass over a leaf whose entries all have one size: a number, or a fixed array. */
export class FlatReader implements ColumnReader {
  readonly #layout: FlatLayout
  readonly #type: DataType
  readonly #elements: FlatElements

  constructor(file: LocalFile, branch: Branch, layout: FlatLayout, type: DataType) {
    this.#layout = layout
    this.#type = type
    this.#elements = new FlatElements(file, branch, layout)
  }

  read(start: number, end: number, pace: Pace): Promise<Data> {
    return this.readAll([[start, end]], pace)
  }

  async readAll(stretches: readonly Stretch[], pace: Pace): Promise<Data> {
    const { element, fixed } = this.#layout
    const bytes = await this.#elements.bytes(stretches, pace)
    if (!fixed) return elementData(element, this.#type, bytes)
    const item = (this.#type as FixedSizeList).children[0]!
    return fixedLists(this.#type, rowsOf(stretches), elementData(element, item.type, bytes))
  }
}

/** The values of such a leaf as bytes. */
export class FlatElements {
  readonly #layout: FlatLayout
  readonly #baskets: Baskets

  constructor(file: LocalFile, branch: Branch, layout: FlatLayout) {
    this.#layout = layout
    this.#baskets = new Baskets(file, branch)
  }

  /** The elements of the entries, in this machine's byte order. */
  async bytes(stretches: readonly Stretch[], pace: Pace): Promise<Uint8Array<ArrayBuffer>> {
    const { element, length } = this.#layout
    const width = length * elementBytes(element)
    const output = new Uint8Array(rowsOf(stretches) * width)
    let at = 0
    for (const [start, end] of stretches) {
      for (let entry = start; entry < end;) {
        const basket = this.#baskets.current(entry) ?? (await this.#baskets.holding(entry, pace))
        const stop = Math.min(end, basket.end)
        this.#copy(basket, entry, stop, output.subarray(at * width))
        at += stop - entry
        entry = stop
      }
    }
    swapBytes(output, elementBytes(element))
    return output
  }

  #copy(basket: Basket, start: number, end: number, output: Uint8Array): void {
    const { stride, offset, length, element } = this.#layout
    const width = length * elementBytes(element)
    if (basket.bytes.length !== (basket.end - basket.start) * stride)
      throw new Damage(
        `a basket has ${basket.bytes.length} bytes for ${basket.end - basket.start} entries of ${stride}`,
      )
    const from = (start - basket.start) * stride
    if (stride === width) output.set(basket.bytes.subarray(from, from + (end - start) * width))
    else copyStrided(basket.bytes, from + offset, stride, output, width, end - start)
  }
}

function copyStrided(
  bytes: Uint8Array,
  from: number,
  stride: number,
  output: Uint8Array,
  width: number,
  rows: number,
): void {
  for (let row = 0; row < rows; row++) {
    for (let byte = 0; byte < width; byte++) output[row * width + byte] = bytes[from + row * stride + byte]!
  }
}

/** From ROOT's big-endian to this machine's order, in place. */
export function swapBytes(bytes: Uint8Array<ArrayBuffer>, width: number): void {
  const buffer = Buffer.from(bytes.buffer, bytes.byteOffset, bytes.length)
  if (width === 2) buffer.swap16()
  else if (width === 4) buffer.swap32()
  else if (width === 8) buffer.swap64()
}

export function elementData(element: Element, type: DataType, bytes: Uint8Array): Data {
  return element.kind === 'bool' ? bools(bytes) : numbers(type, valuesOf(element.name, bytes))
}
