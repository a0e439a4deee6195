import type * as ast from '../ir/ast.ts'
import { nearestNumber } from '../ir/rational.ts'
import { schemaOf } from '../ir/schema.ts'
import { isPure } from '../ir/units.ts'
import { inUnit } from '../check/constant.ts'
import { identities } from '../check/file-table.ts'
import { operandOf } from '../check/operand.ts'
import { refuse } from '../check/refusal.ts'
import { cut, type Scope } from '../check/scope.ts'
import { after } from '../check/stream.ts'
import { stream, type Verb } from './verb.ts'

export const sample: Verb<'sample'> = {
  name: 'sample',
  doc: 'A share of the rows, the same ones everywhere.',
  example: 'from ibd sample 1 %',
  apply({ fraction, span }, input, scope) {
    if (schemaOf(input.plan).references.length === 0) {
      const found = `the rows of \`${input.label}\` refer to none`
      const facts = {
        what: '`sample`',
        wants: 'rows of events, which it draws by their file and entry',
        found,
        hint: null,
      }
      return refuse(scope, 'S121', { span, facts })
    }
    const share = shareOf(fraction, scope)
    return stream(after(input, { op: 'sample', input: input.plan, fraction: share, files: identities(input.files) }))
  },
}

function shareOf(fraction: ast.Expr, scope: Scope): number {
  const { term } = operandOf(fraction, { ...scope, place: { kind: 'nowhere' } })
  if (term.kind === 'constant' && isPure(term.unit)) {
    const share = nearestNumber(inUnit(term, []).value)
    if (share >= 0 && share <= 1) return share
  }
  const facts = {
    what: '`sample`',
    wants: 'a share from 0 to 1, such as `1 %`',
    found: `\`${cut(scope, fraction.span)}\``,
    hint: null,
  }
  return refuse(scope, 'S120', { span: fraction.span, facts })
}
