import { factsOf } from '../check/logic.ts'
import { lower } from '../check/lower.ts'
import { conditionOf } from '../check/operand.ts'
import { cut } from '../check/scope.ts'
import { after, frameOf, inRow } from '../check/stream.ts'
import { stream, type Verb } from './verb.ts'

export const where: Verb<'where'> = {
  name: 'where',
  doc: 'Keeps the rows for which a condition holds; a label names it in the cutflow.',
  example: 'from events where energy: E in 0.7 .. 12 MeV',
  apply({ label, condition }, input, scope) {
    const frame = frameOf(input)
    const term = conditionOf(condition, inRow(scope, frame))
    const plan = {
      op: 'filter',
      input: input.plan,
      where: lower(term, { row: frame, other: null, scope, span: condition.span }),
      label: label?.text ?? null,
      text: cut(scope, condition.span),
    } as const
    const shown = factsOf(term).filter((fact) => fact.frame === frame)
    return stream(
      after(
        input,
        plan,
        shown.map(({ name }) => name),
      ),
    )
  },
}
