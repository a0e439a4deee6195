import type * as ast from '../ir/ast.ts'
import type { Plan, Spans } from '../ir/plan.ts'
import { schemaOf } from '../ir/schema.ts'
import type { Column } from '../ir/types.ts'
import type { Stream } from '../check/bound.ts'
import { refuse } from '../check/refusal.ts'
import { cut, type Scope } from '../check/scope.ts'
import { streamOf } from '../check/source.ts'
import { after } from '../check/stream.ts'
import { typeWord } from '../check/wording.ts'

type During = Extract<ast.Window, { kind: 'during' }>
type VetoStage = Extract<ast.Stage, { kind: 'veto' | 'keep' }>

/** `keep during "good_runs.csv"`: the rows in the spans of a file, or in the good time of a stream. */
export function duringStage(
  stage: VetoStage,
  window: During,
  { input, scope }: { readonly input: Stream; readonly scope: Scope },
): Stream {
  if (stage.condition !== null) {
    const why = `\`${stage.kind} during\` is about time alone; a condition is a stage of its own: \`where …\`.`
    return refuse(scope, 'S124', { span: stage.condition.span, facts: { why } })
  }
  const plan: Plan = {
    op: 'during',
    mode: stage.kind,
    input: input.plan,
    spans: spansOf(window, scope),
    label: stage.label?.text ?? null,
    text: cut(scope, stage.span),
  }
  return after(input, plan)
}

function spansOf({ source: written }: During, scope: Scope): Spans {
  const source = streamOf(written, scope)
  const { key, columns } = schemaOf(source.plan)
  if (key !== null) return { kind: 'goodTime', source: source.plan }
  const wrong = ['start', 'stop'].flatMap((name) => {
    const column = columns.find((each) => each.name === name)
    const fault = faultOf(column, source.present.has(name))
    return fault === null ? [] : [`\`${name}\` of \`${source.label}\` ${fault}`]
  })
  if (wrong[0] === undefined) return { kind: 'rows', source: source.plan }
  const facts = {
    what: '`during`',
    wants: 'a stream with good time, or spans: a table with the instants `start` and `stop`',
    found: wrong[0],
    hint: null,
  }
  return refuse(scope, 'S121', { span: written.span, facts })
}

/** Why a column is no end of a span; null where it is one. */
function faultOf(column: Column | undefined, isPresent: boolean): string | null {
  if (column === undefined) return 'is not there'
  if (column.type.kind === 'list') return 'is a list'
  if (column.type.kind !== 'instant') return `is ${typeWord(column.type)}`
  return column.missing && !isPresent ? 'has no value in some rows' : null
}
