import type * as ast from '../ir/ast.ts'
import type { Stream } from '../check/bound.ts'
import { refuse } from '../check/refusal.ts'
import type { Flow, Scope } from '../check/scope.ts'
import { streamOf, streamOfPath } from '../check/source.ts'
import { define } from './define.ts'
import { group } from './group.ts'
import { hist } from './hist.ts'
import { match } from './match.ts'
import { burst } from './burst.ts'
import { complete } from './complete.ts'
import { join } from './join.ts'
import { sample } from './sample.ts'
import { shift } from './shift.ts'
import { select } from './select.ts'
import { sort } from './sort.ts'
import { take } from './take.ts'
import { declaresTime, units } from './units.ts'
import { veto } from './veto.ts'
import { where } from './where.ts'

/** Every verb of a stage, in the order of the page of the language. */
export const verbs = [
  where,
  define,
  select,
  veto,
  match,
  join,
  burst,
  shift,
  group,
  sort,
  take,
  sample,
  complete,
  hist,
  units,
] as const

/** What a pipeline gives: its source, stage by stage. */
export function flowOf(pipeline: ast.Pipeline, scope: Scope): Flow {
  const source = sourceOf(pipeline, scope)
  return pipeline.stages.reduce<Flow>(
    (flow, stage) => {
      if (flow.kind === 'stream') return applied(stage, flow.stream, scope)
      return refuse(scope, 'S141', { span: stage.span, facts: { verb: stage.kind } })
    },
    { kind: 'stream', stream: source },
  )
}

/** A path is opened with what the stages behind it declare. */
function sourceOf({ source, stages }: ast.Pipeline, scope: Scope): Stream {
  if (source.kind !== 'path') return streamOf(source, scope)
  const other = stages.findIndex(({ kind }) => kind !== 'units')
  const leading = other < 0 ? stages : stages.slice(0, other)
  const declarations = leading.flatMap((stage) => (stage.kind === 'units' ? stage.units : []))
  return streamOfPath(source, declaresTime(declarations), scope)
}

function applied(stage: ast.Stage, input: Stream, scope: Scope): Flow {
  switch (stage.kind) {
    case 'where':
      return where.apply(stage, input, scope)
    case 'define':
      return define.apply(stage, input, scope)
    case 'select':
      return select.apply(stage, input, scope)
    case 'veto':
    case 'keep':
      return veto.apply(stage, input, scope)
    case 'match':
      return match.apply(stage, input, scope)
    case 'join':
      return join.apply(stage, input, scope)
    case 'burst':
      return burst.apply(stage, input, scope)
    case 'shift':
      return shift.apply(stage, input, scope)
    case 'group':
      return group.apply(stage, input, scope)
    case 'sort':
      return sort.apply(stage, input, scope)
    case 'take':
      return take.apply(stage, input, scope)
    case 'sample':
      return sample.apply(stage, input, scope)
    case 'complete':
      return complete.apply(stage, input, scope)
    case 'hist':
      return hist.apply(stage, input, scope)
    case 'units':
      return units.apply(stage, input, scope)
  }
}
