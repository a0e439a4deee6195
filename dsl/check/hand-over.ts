import type * as ast from '../ir/ast.ts'
import type { Query } from '../ir/plan.ts'
import { meantBy } from '../ir/meant.ts'
import { schemaOf } from '../ir/schema.ts'
import { wholeBelow } from '../ir/rational.ts'
import type { Stream } from './bound.ts'
import { operandOf } from './operand.ts'
import { refuse } from './refusal.ts'
import { cut, type Scope } from './scope.ts'
import { exactNumber, lengthOf } from './window.ts'

type Target = Extract<ast.SaveTarget, { kind: 'call' }>
type HandOver = Extract<Query, { kind: 'handOver' }>

/** `save x to sniper("job.py", margin: 2 ms)`: the events that the rows refer to, with their neighbours in time. */
export function handOver(
  target: Target,
  stream: Stream,
  { text, scope }: { readonly text: string; readonly scope: Scope },
): HandOver {
  const name = targetOf(target, scope)
  if (schemaOf(stream.plan).references.length === 0) {
    const found = `the rows of \`${stream.label}\` refer to none`
    const facts = { what: `\`${name}\``, wants: 'rows that refer to events', found, hint: null }
    return refuse(scope, 'S121', { span: target.span, facts })
  }
  const path = target.args.find(({ label }) => label === null)?.value
  if (path?.kind !== 'string') {
    const facts = { call: name, expected: 'a path in quotes first', found: target.args.length }
    return refuse(scope, 'S119', { span: target.span, facts })
  }
  return {
    kind: 'handOver',
    target: name,
    plan: stream.plan,
    path: path.value,
    marginNs: marginOf(target, name, scope),
    text,
    files: stream.files,
  }
}

function targetOf({ name }: Target, scope: Scope): HandOver['target'] {
  if (name.text === 'sniper') return name.text
  const meant = meantBy(name.text, ['sniper', 'entrylist'])
  const why = `I know nothing to save to by the name \`${name.text}\`. ${meant === null ? 'There are `sniper(…)` and `entrylist(…)`; a file is a path in quotes.' : `Did you mean \`${meant}\`?`}`
  return refuse(scope, 'S124', { span: name.span, facts: { why } })
}

/** How far in time from the rows events are handed over with them, ns. */
function marginOf({ args }: Target, name: string, scope: Scope): number {
  const others = args.filter(({ label }) => label !== null)
  const unknown = others.find(({ label }) => label?.text !== 'margin')
  if (unknown !== undefined) {
    const why = `\`${name}\` does not take \`${cut(scope, unknown.span)}\`.`
    return refuse(scope, 'S124', { span: unknown.span, facts: { why } })
  }
  const [margin] = others
  if (margin === undefined) return 0
  const length = lengthOf(operandOf(margin.value, scope), scope, '`margin`')
  if (length.numerator < 0n) {
    const facts = {
      what: '`margin`',
      wants: 'a time, 0 or more',
      found: `\`${cut(scope, margin.value.span)}\``,
      hint: null,
    }
    return refuse(scope, 'S120', { span: margin.value.span, facts })
  }
  return exactNumber(wholeBelow(length), { scope, span: margin.value.span })
}
