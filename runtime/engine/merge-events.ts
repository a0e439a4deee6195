import type { Merger } from './merge.ts'
import type { EventNumbers, OutputPart, Sink } from './work.ts'

type EventsSink = Extract<Sink, { kind: 'events' }>
type EventsPart = Extract<OutputPart, { kind: 'events' }>

/** An event by its file number and entry. */
export interface EventNumber {
  readonly file: number
  readonly entry: number
}

/** Whether any event comes twice, under any of the references: undefined when none does. One bit for each event. */
export function mergeDistinct(): Merger<EventsPart, EventNumber | undefined> {
  const seen = new EventBits()
  let twice: EventNumber | undefined
  return {
    add: ({ references }) => {
      for (const numbers of references) twice ??= seen.addAll(numbers)
    },
    whole: () => twice,
  }
}

/** Entries of one block of a file share an array. */
const blockEntries = 65_536

class EventBits {
  readonly #blocks = new Map<number, Map<number, Uint8Array>>()

  /** @returns the first event that was there already */
  addAll({ files, entries }: EventNumbers): EventNumber | undefined {
    for (let row = 0; row < files.length; row++) {
      const [file, entry] = [files[row]!, entries[row]!]
      const number = Math.floor(entry / blockEntries)
      const bit = entry - number * blockEntries
      const block = this.#block(file, number)
      const mask = 1 << (bit & 7)
      if ((block[bit >> 3]! & mask) !== 0) return { file, entry }
      block[bit >> 3]! |= mask
    }
    return undefined
  }

  #block(file: number, number: number): Uint8Array {
    const blocks = this.#blocks.get(file) ?? new Map<number, Uint8Array>()
    this.#blocks.set(file, blocks)
    const block = blocks.get(number) ?? new Uint8Array(blockEntries / 8)
    blocks.set(number, block)
    return block
  }
}

/** How many events come more than once, and how often the most frequent one does. */
export interface Sharing {
  readonly events: number
  readonly rows: number
}

/** Of each reference. */
export function mergeSharing({ references }: EventsSink): Merger<EventsPart, readonly Sharing[]> {
  const parts: EventNumbers[][] = references.map(() => [])
  return {
    add: (part) => part.references.forEach((numbers, at) => parts[at]!.push(numbers)),
    whole: () => parts.map(sharingOf),
  }
}

function sharingOf(parts: readonly EventNumbers[]): Sharing {
  const entriesOf = new Map<number, number[]>()
  for (const { files, entries } of parts) {
    files.forEach((file, row) => {
      const known = entriesOf.get(file) ?? []
      entriesOf.set(file, known)
      known.push(entries[row]!)
    })
  }
  let [events, rows] = [0, 0]
  for (const entries of entriesOf.values()) {
    const sorted = Float64Array.from(entries).sort()
    for (let start = 0; start < sorted.length;) {
      let end = start + 1
      while (sorted[end] === sorted[start]) end++
      if (end - start > 1) events++
      if (end - start > 1) rows = Math.max(rows, end - start)
      start = end
    }
  }
  return { events, rows }
}
