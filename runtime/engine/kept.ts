import { tooLarge } from './memory.ts'
import { portableBytes } from './portable-rows.ts'
import type { Executor, Slice } from './task.ts'
import type { OutputPart, Part, Sink, Work } from './work.ts'

/** One reading of the data, for some outputs. */
export interface Pass {
  readonly work: Work
  readonly slices: readonly Slice[]
  /** What the slices at work and what is held take at most. */
  readonly bytes: number
}

/** What the parts of a pass take that are kept until it ends. How much that comes to is not known before. */
export class Kept {
  readonly #pass: Pass
  readonly #executor: Executor<Work, Part>
  #bytes = 0
  #parts = 0

  constructor(pass: Pass, executor: Executor<Work, Part>) {
    this.#pass = pass
    this.#executor = executor
  }

  /** @throws RuntimeError R002 when it is too much, or when an eighth of the slices shows that it will be twice as much */
  add({ outputs }: Part): void {
    const { work, slices, bytes } = this.#pass
    const more = outputs.reduce((sum, part, at) => sum + keptBytes(part, work.outputs[at]!.sink), 0)
    this.#parts += 1
    this.#bytes += more
    if (more === 0) return
    const expected = (this.#bytes * slices.length) / this.#parts
    const isPlain = this.#parts >= slices.length / 8 && bytes + expected / 2 > this.#executor.memoryBytes
    if (isPlain || bytes + this.#bytes > this.#executor.memoryBytes) {
      const needed = Math.max(bytes + expected, expected / keptShare)
      throw tooLarge(this.#executor, needed, 'what is kept of its rows or its good time comes to about so much')
    }
    this.#executor.reserve?.(Math.max(reservedFor(this.#pass, this.#executor), bytes + this.#bytes))
  }
}

/** What part of the memory such a pass leaves for what is kept. */
export const keptShare = 0.75

/** More is kept by tens of millions of spans alone. */
const mostReserved = 1e9

/** What a pass may come to take. A column that is in use is not let go: what will be kept must find its room free. */
export function reservedFor({ work, bytes }: Pass, { memoryBytes }: Pick<Executor<Work, Part>, 'memoryBytes'>): number {
  if (!work.outputs.some(({ sink }) => isKept(sink))) return bytes
  return bytes + Math.min(mostReserved, keptShare * Math.max(0, memoryBytes - bytes))
}

/** Whether what comes back grows with the rows. */
export function isKept(sink: Sink): boolean {
  switch (sink.kind) {
    case 'rows':
    case 'sorted':
      return sink.limit === null
    case 'spans':
    case 'bursts':
    case 'events':
      return true
    case 'group':
    case 'hist':
    case 'range':
    case 'cuts':
      return false
  }
}

/** A part, with the copies that are made of all of them at the end. */
function keptBytes(part: OutputPart, sink: Sink): number {
  switch (part.kind) {
    case 'rows':
    case 'sorted':
      return isKept(sink) ? 2 * portableBytes(part.rows) : 0
    case 'spans':
      return 4 * (part.starts.byteLength + part.stops.byteLength)
    case 'bursts':
      return 8 * part.firsts.byteLength
    case 'events':
      return part.references.reduce((sum, { files, entries }) => sum + files.byteLength + entries.byteLength, 0)
    case 'group':
    case 'hist':
    case 'range':
    case 'cuts':
      return 0
  }
}
