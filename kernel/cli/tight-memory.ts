import { isTight } from '../../runtime/local/memory.ts'

/**
 * With little memory the process begins again, in its own place, with settings that only its start can make. The C library
 * otherwise keeps buffers of up to 32 MB that were given back, for each thread by itself, and the heap of the main thread lets
 * its youngest objects grow to three times 16 MB. It does not return then.
 */
export function beginTight(memoryBytes: number | null): void {
  if (!isTight(memoryBytes) || process.env[setting] !== undefined || process.execve === undefined) return
  const args = [...process.execArgv, '--max-semi-space-size=4', ...process.argv.slice(1)]
  process.execve(process.execPath, [process.execPath, ...args], { ...process.env, [setting]: '131072' })
}

/** Buffers from this size on lie in pages of their own, and go back to the system at once (mallopt(3)). */
const setting = 'MALLOC_MMAP_THRESHOLD_'
