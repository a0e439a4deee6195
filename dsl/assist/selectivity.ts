import type * as ast from '../ir/ast.ts'
import { parse } from '../parse/parse.ts'
import type { AssistContext } from './context.ts'
import { rowsOfPlan } from './facts.ts'
import { rowsText } from './wording.ts'

/**
 * What the stage, or the role of a match, whose verb stands at an offset did when it ran last: `1,000 rows in, 20 rows out
 * (2 %)`; undefined where it has not run, or there is none.
 */
export function selectivityAt(text: string, offset: number, context: AssistContext): string | undefined {
  for (const statement of parse(text).cell.statements) {
    for (const { span, stages } of pipelinesOf(statement)) {
      const clause = stages.flatMap(clausesOf).find((each) => each.span.start === offset)
      if (clause === undefined) continue
      const above = text.slice(0, statement.span.start)
      const counted = (end: number): number | undefined => {
        const plan = context.planOf(above + text.slice(span.start, end))
        return plan && rowsOfPlan(plan, context.facts)
      }
      return told(counted(clause.span.start), counted(clause.span.end))
    }
  }
  return undefined
}

function clausesOf(stage: ast.Stage): readonly (ast.Stage | ast.Role)[] {
  return stage.kind === 'match' ? [stage, ...stage.roles] : [stage]
}

function told(before: number | undefined, after: number | undefined): string | undefined {
  if (before === undefined || after === undefined) return undefined
  const share = before === 0 ? '' : ` (${Number(((100 * after) / before).toPrecision(4))} %)`
  return `${rowsText(before)} in, ${rowsText(after)} out${share}`
}

/** The pipelines of a statement that have their place in it: not those of functions, which depend on their call. */
function pipelinesOf(statement: ast.Statement): readonly ast.Pipeline[] {
  switch (statement.kind) {
    case 'definition':
      return statement.value.kind === 'pipeline' ? within(statement.value) : []
    case 'pipeline':
      return within(statement.pipeline)
    case 'save':
    case 'describe':
    case 'explain':
      return ofSource(statement.source)
    case 'cutflow':
      return statement.sources.flatMap(ofSource)
    case 'fn':
    case 'param':
    case 'use':
    case 'show':
      return []
  }
}

function within(pipeline: ast.Pipeline): readonly ast.Pipeline[] {
  return [pipeline, ...ofSource(pipeline.source)]
}

function ofSource(source: ast.Source): readonly ast.Pipeline[] {
  return source.kind === 'pipeline' ? within(source.pipeline) : []
}
