import { settled } from '../check/constant.ts'
import { lower } from '../check/lower.ts'
import { termOf } from '../check/operand.ts'
import { cut } from '../check/scope.ts'
import { frameOf, inRow } from '../check/stream.ts'
import { stream, type Verb } from './verb.ts'

export const sort: Verb<'sort'> = {
  name: 'sort',
  doc: 'Orders the rows by a value, NaN and missing last; they are no longer events in time order.',
  example: 'from events sort by E desc take 20',
  apply({ by, descending, span }, input, scope) {
    const frame = frameOf(input)
    const term = settled(termOf(by, inRow(scope, frame)), { scope, span: by.span })
    const value = lower(term, { row: frame, other: null, scope, span: by.span })
    const plan = { op: 'sort', input: input.plan, by: value, descending } as const
    return stream({ ...input, plan, sorted: { by: cut(scope, by.span), origin: scope.origin, span } })
  },
}
