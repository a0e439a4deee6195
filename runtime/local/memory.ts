import { totalmem } from 'node:os'

/** A quarter of what this process may have: of the machine's memory, or of the container's limit where that is less. */
export function defaultMemoryBytes(): number {
  const limit = process.constrainedMemory()
  const total = totalmem()
  return Math.floor((limit > 0 && limit < total ? limit : total) / 4)
}
