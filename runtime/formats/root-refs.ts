import type { Data, List } from 'apache-arrow'
import { lists, numbers } from './column.ts'
import { Damage, type LocalFile } from './file.ts'
import type { Pace } from './pace.ts'
import { Baskets } from './root-basket.ts'
import type { Branch } from './root-tree.ts'
import { type ColumnReader, rowsOf, type Stretch } from './source.ts'

/** Of a vector: byte count, version, count. */
const vectorHeader = 10
const newClass = 0xffffffff
const classNameAt = 8
/** Of a reference: byte count, version, number of the object; then number of the process, and the entry. */
const entryAt = 4 + 2 + 4 + 2
const referenceBytes = entryAt + 8

/**
 * One pass over a `vector<JM::SmartRef*>`, as JUNO's navigator has one for each event: the entries that its references
 * name, -1 for one that names none.
 */
export class RefsReader implements ColumnReader {
  readonly #type: List
  readonly #name: string
  readonly #baskets: Baskets

  constructor(file: LocalFile, branch: Branch, type: List) {
    this.#type = type
    this.#name = branch.name
    this.#baskets = new Baskets(file, branch)
  }

  read(start: number, end: number, pace: Pace): Promise<Data> {
    return this.readAll([[start, end]], pace)
  }

  async readAll(stretches: readonly Stretch[], pace: Pace): Promise<Data> {
    const offsets = new Int32Array(rowsOf(stretches) + 1)
    const entries: bigint[] = []
    let at = 0
    for (const [start, end] of stretches) {
      for (let entry = start; entry < end; entry++) {
        const basket = this.#baskets.current(entry) ?? (await this.#baskets.holding(entry, pace))
        const { bytes, offsets: begins, start: first } = basket
        if (begins === null) throw new Damage(`\`${this.#name}\` has no offsets`)
        this.#add(bytes.subarray(begins[entry - first], begins[entry - first + 1]), entries)
        offsets[++at] = entries.length
      }
    }
    return lists(this.#type, offsets, numbers(this.#type.children[0]!.type, BigInt64Array.from(entries)))
  }

  #add(bytes: Buffer, entries: bigint[]): void {
    const count = bytes.readUInt32BE(vectorHeader - 4)
    let at = vectorHeader
    for (let i = 0; i < count; i++) {
      if (bytes.readUInt32BE(at) === 0) {
        entries.push(-1n)
        at += 4
        continue
      }
      const end = at + 4 + (bytes.readUInt32BE(at) & 0x3fffffff)
      const body = bytes.readUInt32BE(at + 4) === newClass ? bytes.indexOf(0, at + classNameAt) + 1 : at + 8
      if (body <= 0 || body + referenceBytes !== end) {
        throw new Damage(`a reference of \`${this.#name}\` has ${end - body} bytes instead of ${referenceBytes}`)
      }
      entries.push(bytes.readBigInt64BE(body + entryAt))
      at = end
    }
    if (at !== bytes.length) throw new Damage(`an entry of \`${this.#name}\` goes on behind its references`)
  }
}
