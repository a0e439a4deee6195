import { lengthOf, exactNumber } from '../check/window.ts'
import { operandOf } from '../check/operand.ts'
import { refuse } from '../check/refusal.ts'
import { after, demandEvents } from '../check/stream.ts'
import { stream, type Verb } from './verb.ts'

export const shift: Verb<'shift'> = {
  name: 'shift',
  doc: 'Moves a stream in time; its events keep their references.',
  example: 'from quiet shift by -1 s',
  apply({ by, span }, input, scope) {
    demandEvents(input, 'shift', { scope, span })
    const length = lengthOf(
      operandOf(by, { ...scope, place: { kind: 'nowhere' } }),
      scope,
      'What a stream is shifted by',
    )
    if (length.denominator !== 1n) {
      const why = 'Instants are whole nanoseconds, and so is what they are shifted by.'
      return refuse(scope, 'S124', { span: by.span, facts: { why } })
    }
    const ns = exactNumber(length.numerator, { scope, span: by.span })
    return stream(after(input, { op: 'shift', input: input.plan, by: ns }))
  },
}
