import { joined } from '../ir/joined.ts'
import type { Expr, Named, Plan } from '../ir/plan.ts'
import { schemaOf } from '../ir/schema.ts'

/**
 * Some rows that come to a stage, without those that it and stages above exclude by times or whole numbers: vetoes and spans of time,
 * `complete`, conditions on nothing else. Files need not be read for such rows, so that nothing is told of them.
 *
 * @param above the stage and those above it, the nearest first
 */
export function narrowed(rows: Plan, above: readonly Plan[]): Plan {
  let [plan, names] = [rows, namesOf(rows)]
  for (const stage of above) {
    if (stage.op === 'take') return plan
    if (stage.op === 'filter') plan = filteredBy(plan, stage.where, names)
    if (isOfTime(stage)) plan = { ...stage, input: plan }
    names = renamed(names, stage)
  }
  return plan
}

type StageOfTime = Extract<Plan, { op: 'shift' | 'complete' | 'during' | 'veto' }>

function isOfTime(stage: Plan): stage is StageOfTime {
  if (stage.op === 'veto') return stage.where === null
  return stage.op === 'shift' || stage.op === 'complete' || stage.op === 'during'
}

/** What the columns of the rows are called at a stage above, by that name. */
type Names = ReadonlyMap<string, string>

function namesOf(plan: Plan): Names {
  return new Map(schemaOf(plan).columns.map(({ name }) => [name, name]))
}

function renamed(names: Names, stage: Plan): Names {
  switch (stage.op) {
    case 'match':
      return new Map([...names].map(([name, own]) => [`${stage.anchor}.${name}`, own]))
    case 'select':
      return chosen(names, stage.columns)
    case 'group':
      return chosen(names, stage.keys)
    case 'scan':
    case 'filter':
    case 'define':
    case 'veto':
    case 'sort':
    case 'take':
    case 'shift':
    case 'burst':
    case 'sample':
    case 'renumber':
    case 'union':
    case 'complete':
    case 'join':
    case 'during':
      return names
  }
}

function chosen(names: Names, columns: readonly Named[]): Names {
  return new Map(
    columns.flatMap(({ name, value }): (readonly [string, string])[] => {
      const own = value.kind === 'column' && value.row === 'row' ? names.get(value.name) : undefined
      return own === undefined ? [] : [[name, own]]
    }),
  )
}

function conjunctsOf(where: Expr): readonly Expr[] {
  return where.kind === 'call' && where.fn === 'and' ? where.args.flatMap(conjunctsOf) : [where]
}

function filteredBy(input: Plan, where: Expr, names: Names): Plan {
  const terms = conjunctsOf(where).flatMap((term) => inTermsOf(term, names) ?? [])
  const own = joined(terms, (left, right): Expr => {
    return { kind: 'call', fn: 'and', args: [left, right], type: { kind: 'bool' }, missing: false }
  })
  return own === undefined ? input : { op: 'filter', input, where: own, label: null, text: null }
}

/** A condition on times and whole numbers alone, by the names of the rows; undefined for any other. */
function inTermsOf(expr: Expr, names: Names): Expr | undefined {
  switch (expr.kind) {
    case 'number':
    case 'instant':
    case 'bool':
    case 'total':
      return expr
    case 'column': {
      const name = expr.row === 'row' && isWhole(expr.type) ? names.get(expr.name) : undefined
      return name === undefined ? undefined : { ...expr, name }
    }
    case 'call': {
      if (!isWhole(expr.type) && expr.type.kind !== 'bool') return undefined
      const args = expr.args.flatMap((arg) => inTermsOf(arg, names) ?? [])
      return args.length === expr.args.length ? { ...expr, args } : undefined
    }
    case 'text':
    case 'missing':
    case 'aggregate':
    case 'reduce':
    case 'element':
      return undefined
  }
}

function isWhole(type: Extract<Expr, { kind: 'column' }>['type']): boolean {
  return type.kind === 'instant' || (type.kind === 'number' && !type.repr.startsWith('float'))
}
