import type * as ast from '../ir/ast.ts'
import type { JoinKey, Plan } from '../ir/plan.ts'
import { schemaOf } from '../ir/schema.ts'
import { position } from '../ir/span.ts'
import type { Stream } from '../check/bound.ts'
import { alignedTo } from '../check/file-table.ts'
import { refuse } from '../check/refusal.ts'
import type { Scope } from '../check/scope.ts'
import { streamOf } from '../check/source.ts'
import { frameOf } from '../check/stream.ts'
import type { OptionalRecord } from '../check/term.ts'
import { demandSameFiles, type JoinSides, keyOf } from './join-key.ts'
import { stream, type Verb } from './verb.ts'

type JoinStage = Extract<ast.Stage, { kind: 'join' }>
type JoinPlan = Extract<Plan, { op: 'join' }>

export const join: Verb<'join'> = {
  name: 'join',
  doc: 'Adds to each row the record of the same event, or of the same key, in another stream.',
  example: 'from ibd join p in rec by prompt where p.chi2 / p.ndf < 3',
  apply(stage, input, scope) {
    demandNew(stage.name, input, scope)
    const named = streamOf(stage.source, scope)
    const source = alignedTo(input.files, named)
    const sides: JoinSides = { left: frameOf(input), right: frameOf(source), scope, span: stage.span }
    const found = stage.by.length === 0 ? [keyOf(null, sides)] : stage.by.map((by) => keyOf(by, sides))
    if (found.some(({ isReference }) => isReference)) demandSameFiles(input, named, { scope, span: stage.source.span })
    const keys = found.flatMap((key) => key.keys)
    const isOfEvents = found.every(({ isReference }) => isReference)
    const isEventData = isOfEvents && named.isEventData === true && isWhole(named.plan)
    const plan: JoinPlan = {
      op: 'join',
      input: input.plan,
      name: stage.name.text,
      source: source.plan,
      keys,
      unmatched: stage.optional ? 'missing' : isEventData ? 'error' : 'drop',
      ...(isEventData ? { eventData: true } : {}),
    }
    return stream(joined(plan, source, { stage, input, scope }))
  },
}

function joined(
  plan: JoinPlan,
  source: Stream,
  { stage, input, scope }: { readonly stage: JoinStage; readonly input: Stream; readonly scope: Scope },
): Stream {
  const { name } = plan
  const within = (columns: Iterable<string>): readonly string[] => [...columns].map((column) => `${name}.${column}`)
  const inner = source.optional.map((record) => ({
    ...record,
    prefix: `${name}.${record.prefix}`,
    always: within(record.always),
  }))
  const own = stage.optional ? [optionalRecord(plan, source, { stage, scope })] : []
  const present = stage.optional ? [] : within(source.present)
  return {
    ...input,
    plan,
    files: source.files,
    present: new Set([...input.present, ...present]),
    optional: [...input.optional, ...own, ...inner],
  }
}

/** Every partner has a value in its keys, and in the columns that never lack one. */
function optionalRecord(
  { name, keys, source: plan }: JoinPlan,
  { present }: Stream,
  { stage, scope }: { readonly stage: JoinStage; readonly scope: Scope },
): OptionalRecord {
  const columns = keys.flatMap((key) => columnsRead(key))
  const always = schemaOf(plan).columns.filter((column) => !column.missing || present.has(column.name))
  const names = [...new Set([...columns, ...always.map((column) => column.name)])]
  const line = `line ${position(scope.origin.text, stage.span.start).line}`
  const place = scope.origin.cell === null ? line : `${line} of cell ${scope.origin.cell}`
  return { prefix: `${name}.`, always: names.map((column) => `${name}.${column}`), place }
}

function columnsRead({ right }: JoinKey): readonly string[] {
  if (right.kind === 'column') return [right.name]
  return right.kind === 'call' ? right.args.flatMap((arg) => (arg.kind === 'column' ? [arg.name] : [])) : []
}

/** Whether the rows are all those of the files: an event that is not among them is an error there, not a choice. */
function isWhole(plan: Plan): boolean {
  if (plan.op === 'define' || plan.op === 'select' || plan.op === 'renumber') return isWhole(plan.input)
  return plan.op === 'scan'
}

function demandNew({ text, span }: ast.Name, input: Stream, scope: Scope): void {
  const { columns } = schemaOf(input.plan)
  if (!columns.some(({ name }) => name === text || name.startsWith(`${text}.`))) return
  refuse(scope, 'S117', { span, facts: { name: text, of: input.label } })
}
