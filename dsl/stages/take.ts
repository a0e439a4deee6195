import { isPure } from '../ir/units.ts'
import { inUnit } from '../check/constant.ts'
import { operandOf } from '../check/operand.ts'
import { refuse } from '../check/refusal.ts'
import { cut } from '../check/scope.ts'
import { after } from '../check/stream.ts'
import { stream, type Verb } from './verb.ts'

export const take: Verb<'take'> = {
  name: 'take',
  doc: 'The first rows, in their order.',
  example: 'from events take 10',
  apply({ count }, input, scope) {
    const { term } = operandOf(count, { ...scope, place: { kind: 'nowhere' } })
    const refused = (): never =>
      refuse(scope, 'S122', { span: count.span, facts: { verb: 'take', found: `\`${cut(scope, count.span)}\`` } })
    if (term.kind !== 'constant' || !isPure(term.unit)) return refused()
    const { numerator, denominator } = inUnit(term, []).value
    if (denominator !== 1n || numerator < 0n || numerator > BigInt(Number.MAX_SAFE_INTEGER)) return refused()
    return stream(after(input, { op: 'take', input: input.plan, count: Number(numerator) }))
  },
}
