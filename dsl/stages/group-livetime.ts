import type { Span } from '../ir/span.ts'
import { refuse } from '../check/refusal.ts'
import type { Scope } from '../check/scope.ts'
import { type ColumnTerm, type Frame, numberType, type Term } from '../check/term.ts'
import type { Made } from './columns.ts'

/** The column of a group that holds its live time. */
export const livetimeName = '~livetime'

export interface LivetimeCall {
  readonly span: Span
  /** The row of a group. */
  readonly grouped: Frame
  /** The rows that are grouped. */
  readonly frame: Frame
  readonly scope: Scope
}

/** `livetime()` in a group: every key must be the run or a bin of time, or it would not say which time is meant. */
export function liveColumn(keys: readonly Made[], { span, grouped, frame, scope }: LivetimeCall): ColumnTerm {
  const { schema, label } = frame
  if (schema.key === null) {
    const found = `\`${label}\` is a table without time`
    refuse(scope, 'S121', { span, facts: { what: '`livetime`', wants: 'events in time order', found, hint: null } })
  }
  const other = keys.find((key) => !isOfTime(key, frame))
  if (other !== undefined) {
    const why = `A group has a live time where its keys are \`run\` or bins of time, \`bin(t, 1 d)\`; \`${other.name.text}\` is neither.`
    refuse(scope, 'S124', { span, facts: { why } })
  }
  return { kind: 'column', frame: grouped, name: livetimeName, type: nanoseconds, missing: false, unhandled: false }
}

const nanoseconds = numberType('int64', [{ name: 'ns', power: 1 }])

/** A key that is a function of time or run alone. */
function isOfTime({ value: { value } }: Made, { schema: { key } }: Frame): boolean {
  if (value.kind === 'column') return value.name === `${key}run`
  const [of] = value.kind === 'call' && value.fn === 'binInstant' ? value.args : []
  return of?.kind === 'column' && of.name === `${key}t`
}

export function readsLivetime(term: Term): boolean {
  return term.kind === 'column' ? term.name === livetimeName : term.kind === 'call' && term.args.some(readsLivetime)
}
