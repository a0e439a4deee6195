import type { Outcome } from './interpreter.ts'

export type Failure = Extract<Outcome, { status: 'error' }>

/** A bug: the kernel goes on, and says what a report needs. */
export function faultOutcome(error: unknown): Failure {
  const { message, stack } = error instanceof Error ? error : { message: String(error), stack: undefined }
  const value = `A fault in Sift, not in your query: ${message}`
  return { status: 'error', name: 'Fault', value, traceback: [value, ...(stack ?? '').split('\n').slice(1)] }
}
