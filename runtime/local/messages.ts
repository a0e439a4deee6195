import { RuntimeError, type RuntimeCode } from '../errors.ts'
import type { CancelWords } from './cancel-words.ts'

/** What a kind of job is asked and what it answers: plain data on both sides. */
export type Jobs = Readonly<Record<string, { readonly request: unknown; readonly result: unknown }>>

/** What a worker thread is born with. */
export interface WorkerStart {
  readonly words: CancelWords
  /** Different for every thread of a pool, from 1. */
  readonly thread: number
  /** What the pool gives to all of its threads. */
  readonly shared: unknown
}

/** From the pool to a worker. A shared value is sent once to each worker that needs it, then named by its key. */
export type ToWorker =
  | { readonly kind: 'share'; readonly key: number; readonly value: unknown }
  | { readonly kind: 'forget'; readonly key: number }
  | { readonly kind: 'answer'; readonly question: number; readonly answer: unknown }
  | { readonly kind: 'refusal'; readonly question: number; readonly error: SentError }
  | { readonly kind: 'job'; readonly run: number; readonly job: string; readonly request: unknown }

/** From a worker to the pool, about the one job that it has. */
export type FromWorker =
  | { readonly kind: 'done'; readonly result: unknown }
  | { readonly kind: 'failed'; readonly error: SentError }
  | { readonly kind: 'news'; readonly news: unknown }
  | { readonly kind: 'ask'; readonly number: number; readonly question: unknown }

/** An error as plain data: the structured clone of an Error forgets its class and its code. */
export interface SentError {
  readonly code: RuntimeCode | null
  readonly message: string
  readonly fix: string | null
  readonly stack: string | null
}

export function sendError(error: unknown): SentError {
  if (error instanceof RuntimeError) {
    return { code: error.code, message: error.message, fix: error.fix, stack: error.stack ?? null }
  }
  if (error instanceof RangeError && /allocation failed/i.test(error.message)) return sendError(outOfMemory(error))
  if (error instanceof Error) return { code: null, message: error.message, fix: null, stack: error.stack ?? null }
  return { code: null, message: String(error), fix: null, stack: null }
}

export function receiveError({ code, message, fix, stack }: SentError): Error {
  const error = code === null ? new Error(message) : new RuntimeError(code, message, fix === null ? {} : { fix })
  if (stack !== null) error.stack = stack
  return error
}

export function outOfMemory(cause: unknown): RuntimeError {
  return new RuntimeError('R003', 'A worker ran out of memory.', {
    cause,
    fix: 'Select fewer columns, shorten the windows, or give more memory: `use local(memory: "8 GB")`.',
  })
}
