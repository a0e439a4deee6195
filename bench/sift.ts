import { createInterface } from 'node:readline'
import { compile } from '../dsl/compile.ts'
import { createLocalBackend } from '../runtime/local/backend.ts'
import { Session } from '../kernel/session.ts'

/**
 * The contestant Sift: answers each line `{"cells": […], "threads": n | null}` with the time of the last cell, in one process whose
 * workers have run before. Cells before the last are run, and not timed.
 */
interface Question {
  readonly cells: readonly string[]
  readonly threads: number | null
}

const memoryBytes = 8e9
const sessions = new Map<number | null, Session>()

function sessionFor(threads: number | null): Session {
  const known = sessions.get(threads)
  if (known !== undefined) return known
  const backend = createLocalBackend({ memoryBytes, ...(threads === null ? {} : { threads }) })
  const save = (): Promise<number> => Promise.reject(new Error('a benchmark saves nothing'))
  const session = new Session({
    backend,
    compile,
    save,
    folder: process.cwd(),
    now: () => performance.now(),
    configure: () => Promise.resolve(),
  })
  sessions.set(threads, session)
  return session
}

/** Runs a cell. @returns its time, and the number or rows that it shows */
async function timed(session: Session, text: string): Promise<{ readonly ms: number; readonly found: unknown }> {
  let found: unknown = null
  let ms = 0
  const failure = await session.run(
    { text, number: 1 },
    {
      signal: new AbortController().signal,
      limit: 20,
      emit: (output) => {
        if (output.kind === 'timing') ms = output.ms
        if (output.kind !== 'result') return
        const { result } = output
        if (result.kind === 'number') found = Number(result.value)
        if (result.kind === 'hist') found = result.counts.reduce((sum, count) => sum + count, 0)
      },
    },
  )
  if (failure !== null) throw new Error(failure.message)
  return { ms, found }
}

for await (const line of createInterface({ input: process.stdin })) {
  const { cells, threads } = JSON.parse(line) as Question
  const session = sessionFor(threads)
  let answer = null
  for (const text of cells) answer = await timed(session, text)
  console.log(JSON.stringify(answer))
}
process.exit()
