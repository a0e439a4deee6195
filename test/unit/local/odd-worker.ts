import { setTimeout } from 'node:timers/promises'
import { RuntimeError } from '../../../runtime/errors.ts'
import { serve } from '../../../runtime/local/serve.ts'

/** Jobs that show how a pool deals with workers of every temper. */
export type OddJobs = {
  readonly double: { readonly request: number; readonly result: number }
  readonly shared: { readonly request: number; readonly result: unknown }
  readonly wait: { readonly request: number; readonly result: null }
  /** Runs until it is cancelled, without ever giving the thread away. */
  readonly spin: { readonly request: SharedArrayBuffer; readonly result: null }
  /** Never looks whether it is cancelled. */
  readonly deaf: { readonly request: SharedArrayBuffer; readonly result: null }
  readonly fail: { readonly request: null; readonly result: null }
  readonly leave: { readonly request: null; readonly result: null }
  readonly throwLater: { readonly request: null; readonly result: null }
  readonly exhaust: { readonly request: null; readonly result: null }
  readonly news: { readonly request: readonly number[]; readonly result: null }
  readonly thread: { readonly request: null; readonly result: string }
  /** Asks the pool so often, and gives what it was answered. */
  readonly ask: { readonly request: number; readonly result: readonly unknown[] }
}

const thread = Math.random().toString(36)

serve<OddJobs>({
  double: async (value) => ({ result: 2 * value }),
  ask: async (times, { ask }) => {
    const answers: unknown[] = []
    for (let question = 0; question < times; question++) answers.push(await ask(question))
    return { result: answers }
  },
  shared: async (key, { shared }) => ({ result: shared(key) }),
  wait: async (ms) => {
    await setTimeout(ms)
    return { result: null }
  },
  spin: async (started, { cancel }) => {
    tellStarted(started)
    for (;;) cancel.throwIfAborted()
  },
  deaf: async (started) => {
    tellStarted(started)
    for (let i = 0; ; i = (i + 1) % 7) if (i > 7) return { result: null }
  },
  fail: async () => {
    throw new RuntimeError('D003', 'no column E', { fix: 'use e' })
  },
  leave: async () => process.exit(3),
  throwLater: () => {
    setImmediate(() => {
      throw new Error('out of the blue')
    })
    return new Promise(() => {})
  },
  exhaust: async () => {
    const held: unknown[] = []
    for (;;) held.push(Array.from({ length: 100_000 }, (_, i) => ({ i })))
  },
  news: async (values, { tell }) => {
    for (const value of values) tell(value)
    return { result: null }
  },
  thread: async () => ({ result: thread }),
})

function tellStarted(word: SharedArrayBuffer): void {
  const started = new Int32Array(word)
  Atomics.add(started, 0, 1)
  Atomics.notify(started, 0)
}
