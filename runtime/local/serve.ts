import { parentPort, workerData } from 'node:worker_threads'
import type { Cancel } from '../ports/format.ts'
import { cancelOf } from './cancel-words.ts'
import { type FromWorker, type Jobs, receiveError, sendError, type ToWorker, type WorkerStart } from './messages.ts'

export interface JobContext {
  readonly cancel: Cancel
  /** A value that the pool shared under this key. */
  readonly shared: (key: number) => unknown
  /** Tells the pool how it goes; cheap enough for once per batch. */
  readonly tell: (news: unknown) => void
  /** Asks whoever submitted the job. @throws what the answer throws */
  readonly ask: (question: unknown) => Promise<unknown>
}

export interface Answer<T> {
  readonly result: T
  /** Buffers that move to the pool's thread instead of being copied. */
  readonly transfer?: readonly ArrayBuffer[]
}

export type Handlers<J extends Jobs> = {
  readonly [K in keyof J]: (request: J[K]['request'], context: JobContext) => Promise<Answer<J[K]['result']>>
}

/** Answers the pool from within a worker thread, one job after the other. */
export function serve<J extends Jobs>(handlers: Handlers<J>): void {
  const port = parentPort
  if (port === null) throw new Error('only a worker thread can serve')
  const { words } = workerData as WorkerStart
  const shared = new Map<number, unknown>()
  const asked = new Map<number, PromiseWithResolvers<unknown>>()
  let questions = 0
  const ask = (question: unknown): Promise<unknown> => {
    const answered = Promise.withResolvers<unknown>()
    asked.set((questions += 1), answered)
    port.postMessage({ kind: 'ask', number: questions, question } satisfies FromWorker)
    return answered.promise
  }
  const answer = async ({ run, job, request }: Extract<ToWorker, { kind: 'job' }>): Promise<void> => {
    const context: JobContext = {
      cancel: cancelOf(words, run),
      shared: (key) => {
        if (!shared.has(key)) throw new Error(`the pool shared no value ${key}`)
        return shared.get(key)
      },
      tell: (news) => port.postMessage({ kind: 'news', news } satisfies FromWorker),
      ask,
    }
    try {
      context.cancel.throwIfAborted()
      const handler = handlers[job]
      if (handler === undefined) throw new Error(`no job ${job}`)
      const { result, transfer = [] } = await handler(request, context)
      port.postMessage({ kind: 'done', result } satisfies FromWorker, transfer)
    } catch (error) {
      port.postMessage({ kind: 'failed', error: sendError(error) } satisfies FromWorker)
    }
  }
  port.on('message', (message: ToWorker) => {
    if (message.kind === 'share') shared.set(message.key, message.value)
    else if (message.kind === 'forget') shared.delete(message.key)
    else if (message.kind === 'job') void answer(message)
    else {
      const answered = asked.get(message.question)
      asked.delete(message.question)
      if (message.kind === 'answer') answered?.resolve(message.answer)
      else answered?.reject(receiveError(message.error))
    }
  })
}
