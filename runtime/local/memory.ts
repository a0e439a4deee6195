import { totalmem } from 'node:os'

/** A quarter of what this process may have: of the machine's memory, or of the container's limit where that is less. */
export function defaultMemoryBytes(): number {
  const limit = process.constrainedMemory()
  const total = totalmem()
  return Math.floor((limit > 0 && limit < total ? limit : total) / 4)
}

/** What the main thread takes on top of what it had when the backend was made: its heap grows, and code is compiled. */
const growthBytes = 50e6

/** A worker thread with language, engine and readers, and what it decodes pages and baskets in. */
const threadBytes = 70e6

/** The same of the thread that saves, with the row group that it fills. */
export const saverBytes = 120e6

/** What the C library keeps of buffers that a thread gave back, where it was not told to return them (`beginTight`). */
const keptBytes = 40e6

/** With less than this, memory is dearer than time: small heaps, and what is dropped is collected at once. */
const tightBytes = 2e9

/** @param budgetBytes the default when null */
export function isTight(budgetBytes: number | null): boolean {
  return (budgetBytes ?? defaultMemoryBytes()) < tightBytes
}

/** How the peak of resident memory is kept to a budget. */
export interface MemoryPlan {
  /** What the process may take at its peak, with its heaps, its code and the libraries that it has mapped. */
  readonly budgetBytes: number
  /** What it takes before any rows are in memory. */
  readonly baseBytes: number
  /** What is left for rows: slices at work, what is held, columns that stay for the next query. May be less than nothing. */
  readonly roomBytes: number
  /** So much may a worker have dropped before it collects; null: as V8 sees fit. */
  readonly garbageBytes: number | null
  /** Of the young generation of a worker's heap, MB; null: as V8 sees fit. */
  readonly youngMB: number | null
}

/** @param startBytes resident memory of the process without workers */
export function memoryPlan(budgetBytes: number, threads: number, startBytes: number): MemoryPlan {
  const kept = process.env['MALLOC_MMAP_THRESHOLD_'] === undefined ? keptBytes : 0
  const baseBytes = startBytes + growthBytes + threads * (threadBytes + kept)
  const roomBytes = budgetBytes - baseBytes
  const tight = isTight(budgetBytes)
  return {
    budgetBytes,
    baseBytes,
    roomBytes,
    garbageBytes: tight ? Math.max(leastGarbage, roomBytes / (8 * threads)) : null,
    youngMB: tight ? tightYoungMB : null,
  }
}

const leastGarbage = 16e6
const tightYoungMB = 12
