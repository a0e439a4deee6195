import type { Span } from '../ir/span.ts'
import { refuse } from './refusal.ts'
import { cut, type Scope } from './scope.ts'
import type { Term } from './term.ts'

const parts = /^(\d{4})-(\d\d)-(\d\d)(?:T(\d\d):(\d\d)(?::(\d\d)(?:\.(\d{1,9}))?)?)?$/

/** The nanoseconds since 1970 that ISO text means, UTC; refused where there is no such day or hour. */
export function instantOf({ text, span }: { readonly text: string; readonly span: Span }, scope: Scope): Term {
  const [, year, month, day, hour = '00', minute = '00', second = '00', fraction = ''] = parts.exec(text) ?? []
  const iso = `${year}-${month}-${day}T${hour}:${minute}:${second}.000Z`
  const ms = Date.parse(iso)
  // Date.parse takes 02-30 for the second of March, and 24:00 for the next day.
  if (Number.isNaN(ms) || new Date(ms).toISOString() !== iso) {
    return refuse(scope, 'S124', {
      span,
      facts: { why: `There is no instant \`${cut(scope, span)}\` in the calendar.` },
    })
  }
  const ns = BigInt(ms) * 1_000_000n + BigInt(fraction.padEnd(9, '0'))
  if (BigInt.asIntN(64, ns) === ns) return { kind: 'instant', ns }
  const why = `\`${cut(scope, span)}\` lies outside of what ns since 1970 can say: 1677 to 2262.`
  return refuse(scope, 'S124', { span, facts: { why } })
}
