import { refuse } from '../check/refusal.ts'
import { cut } from '../check/scope.ts'
import { after } from '../check/stream.ts'
import { stream, type Verb } from './verb.ts'
import { wholeNumberOf } from './whole-number.ts'

export const take: Verb<'take'> = {
  name: 'take',
  doc: 'The first rows, in their order.',
  example: 'from events take 10',
  apply({ count }, input, scope) {
    const rows = wholeNumberOf(count, scope)
    if (rows === undefined) {
      const facts = { verb: 'take', found: `\`${cut(scope, count.span)}\`` }
      return refuse(scope, 'S122', { span: count.span, facts })
    }
    return stream(after(input, { op: 'take', input: input.plan, count: rows }))
  },
}
