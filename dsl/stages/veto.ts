import type * as ast from '../ir/ast.ts'
import type { Stream } from '../check/bound.ts'
import { conjunction, conjunctsOf } from '../check/logic.ts'
import { lower } from '../check/lower.ts'
import { conditionOf } from '../check/operand.ts'
import { refuse } from '../check/refusal.ts'
import { cut, type Scope } from '../check/scope.ts'
import { streamOf } from '../check/source.ts'
import { after, demandTime, filtered, frameOf, inRows, rolesOf, rowOf } from '../check/stream.ts'
import { parted } from '../check/parted.ts'
import type { RowRef } from '../check/term.ts'
import { boundsInTime } from '../check/window.ts'
import { duringStage } from './during.ts'
import { stream, type Verb } from './verb.ts'

type VetoStage = Extract<ast.Stage, { kind: 'veto' | 'keep' }>

export const veto: Verb<'veto' | 'keep'> = {
  name: 'veto, keep',
  doc: 'Drops, or keeps, the events in a window about any row of another stream, and edits the good time to match.',
  example: 'from events veto mu: within 5 ms after muons',
  apply(stage, input, scope) {
    demandTime(input, stage.kind, { scope, span: stage.span })
    if (stage.window.kind === 'during') return stream(duringStage(stage, stage.window, { input, scope }))
    const { target, window } = windowOf(stage, stage.window, scope)
    const source = streamOf(target.source, scope)
    demandTime(source, stage.kind, { scope, span: target.source.span })
    const bounds = boundsInTime(window, { scope, signed: true })
    const conditions = conditionsOf(stage, { input, source, name: target.name, scope })
    const plan = {
      op: 'veto',
      mode: stage.kind,
      input: input.plan,
      ...conditions,
      ...bounds,
      label: stage.label?.text ?? null,
      text: cut(scope, stage.span),
    } as const
    return stream(after(input, plan))
  },
}

type Within = Extract<ast.Window, { kind: 'within' }>

interface VetoTarget {
  readonly source: ast.Source
  /** The name of a row of the source, in a condition. */
  readonly name: string | null
}

function windowOf(
  { kind }: VetoStage,
  window: Exclude<ast.Window, { kind: 'during' }>,
  scope: Scope,
): { readonly target: VetoTarget; readonly window: Within } {
  if (window.kind === 'between') {
    const why = `\`${kind}\` looks about the rows of a stream: \`within 5 ms after muons\`. \`between\` is for the roles of a match.`
    return refuse(scope, 'S124', { span: window.span, facts: { why } })
  }
  const { target } = window
  if (target === null || target.kind === 'this') {
    const facts = { what: `This \`${kind}\``, example: 'after muons', at: window.span.end }
    return refuse(scope, 'S126', { span: window.span, facts })
  }
  if (target.kind === 'named') return { target: { source: target.source, name: target.name.text }, window }
  const { source } = target
  const name = source.kind === 'name' && source.args === null ? source.name.text : null
  return { target: { source, name }, window }
}

interface Sides {
  readonly input: Stream
  readonly source: Stream
  readonly name: string | null
  readonly scope: Scope
}

/** What a condition asks of the target alone cuts the target, and so the time; the rest is asked of each event. */
function conditionsOf({ condition }: VetoStage, { input, source, name, scope }: Sides) {
  const [event, target] = [frameOf(input), frameOf(source)]
  if (condition === null) return { source: source.plan, where: null }
  const named = new Map<string, RowRef>(rolesOf(event))
  if (name !== null) named.set(name, rowOf(target))
  const inside = inRows(scope, { bare: event, self: rowOf(event), named, shown: [] })
  const { alone, joint } = parted(conjunctsOf(conditionOf(condition, inside)), target)
  const at = { scope, span: condition.span }
  const where = conjunction(joint)
  return {
    source: filtered(source.plan, target, { terms: alone, at }),
    where: where === null ? null : lower(where, { row: event, other: target, ...at }),
  }
}
