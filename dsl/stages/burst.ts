import type * as ast from '../ir/ast.ts'
import { wholeBelow } from '../ir/rational.ts'
import { burstId, schemaOf } from '../ir/schema.ts'
import { operandOf } from '../check/operand.ts'
import { refuse } from '../check/refusal.ts'
import { cut, type Scope } from '../check/scope.ts'
import { after, demandEvents } from '../check/stream.ts'
import { exactNumber, lengthOf } from '../check/window.ts'
import { stream, type Verb } from './verb.ts'
import { wholeNumberOf } from './whole-number.ts'

export const burst: Verb<'burst'> = {
  name: 'burst',
  doc: 'Keeps the events of which at least so many lie in one sliding window, with the burst that each belongs to.',
  example: 'from singles burst of at least 10 within 1 s',
  apply({ atLeast, within, span }, input, scope) {
    demandEvents(input, 'burst', { scope, span })
    if (schemaOf(input.plan).columns.some(({ name }) => name.startsWith(`${burstId}.`))) {
      return refuse(scope, 'S117', { span, facts: { name: burstId, of: input.label } })
    }
    const count = wholeNumberOf(atLeast, scope)
    if (count === undefined || count < 1) {
      const facts = {
        what: '`burst`',
        wants: 'a whole number of events, 1 or more',
        found: `\`${cut(scope, atLeast.span)}\``,
        hint: null,
      }
      return refuse(scope, 'S120', { span: atLeast.span, facts })
    }
    const plan = { op: 'burst', input: input.plan, atLeast: count, within: windowLength(within, scope) } as const
    return stream(after(input, plan))
  },
}

/** The closed end of a window between two nanoseconds is drawn inwards. */
function windowLength(within: ast.Expr, scope: Scope): number {
  const length = lengthOf(operandOf(within, { ...scope, place: { kind: 'nowhere' } }), scope)
  if (length.numerator < 0n) {
    const why = `A window of \`${cut(scope, within.span)}\` holds nothing.`
    return refuse(scope, 'S124', { span: within.span, facts: { why } })
  }
  return exactNumber(wholeBelow(length), { scope, span: within.span })
}
