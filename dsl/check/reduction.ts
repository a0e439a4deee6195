import type * as ast from '../ir/ast.ts'
import type { AggregateName, Schema } from '../ir/types.ts'
import { aggregateType } from './aggregate-type.ts'
import { settled } from './constant.ts'
import { type ListPath, listPath, listsIn } from './lists.ts'
import { conjunction, conjunctsOf, factsOf, knowing } from './logic.ts'
import { conditionOf, termOf } from './operand.ts'
import { refuse } from './refusal.ts'
import { cut, type Rows, type Scope } from './scope.ts'
import { type Frame, missesOfNothing, type Term } from './term.ts'

type Call = Extract<ast.Expr, { kind: 'call' }> & { readonly fn: AggregateName }

/** What of a list is aggregated: a value of each element, or the elements. */
interface Reduced {
  readonly list: ListPath
  readonly value: ast.Expr | null
}

/** `sum(charge of hits where time > 150 ns)`: an aggregate over a list of the row; undefined where it is of no list. */
export function reduction(call: Call, rows: Rows, scope: Scope): Term | undefined {
  const [arg] = call.args
  if (arg === undefined || call.args.length > 1) return undefined
  const reduced = reducedOf(arg, scope)
  if (reduced === undefined) return undefined
  if (rows.element !== undefined) return refuseNested(call, scope)
  if (arg.window !== null) {
    const why = 'A list is of one event: no window is needed, and none can be given.'
    return refuse(scope, 'S124', { span: arg.window.span, facts: { why } })
  }
  return reduceTerm(call, reduced, { arg, rows, scope })
}

function reducedOf(arg: ast.Arg, scope: Scope): Reduced | undefined {
  if (arg.of !== null) {
    const list =
      arg.of.kind === 'name' && arg.of.args === null ? listPath([arg.of.name, ...arg.of.members], scope) : undefined
    return list && { list, value: arg.value }
  }
  const [list, other] = listsIn(arg.value, scope)
  if (list === undefined) return undefined
  if (other !== undefined) return refuseTwo(list, other, { arg, scope })
  const isWhole =
    list.span.start === arg.value.span.start && list.span.end === arg.value.span.end && list.field === null
  return { list, value: isWhole && list.column.type.element.kind === 'record' ? null : arg.value }
}

interface At {
  readonly arg: ast.Arg
  readonly rows: Rows
  readonly scope: Scope
}

function reduceTerm(call: Call, { list, value }: Reduced, { arg, rows, scope }: At): Term {
  const { inside, element } = inElements(list, rows, scope)
  const terms = arg.where === null ? [] : conjunctsOf(conditionOf(arg.where, inside))
  // `all(hits where c)` asks whether c holds for every element, so it leaves none out.
  const isCondition = call.fn === 'all' && value === null
  const counted = isCondition
    ? conjunction(terms)
    : valueOf(call, { list, value }, knowing(inside, terms.flatMap(factsOf)))
  const at = { scope, span: value?.span ?? call.span }
  const { type, missing } = aggregateType(call.fn, counted, { at, mayBeEmpty: true })
  return {
    kind: 'reduce',
    fn: call.fn,
    list: list.column,
    value: counted,
    where: isCondition ? [] : terms,
    element,
    type,
    missing: list.column.missing || (missing && missesOfNothing(call.fn)),
  }
}

/** Where expressions see the elements of a list, and the row that it is of. */
export function inElements(
  list: ListPath,
  rows: Rows,
  scope: Scope,
): { readonly inside: Scope; readonly element: Frame } {
  const element = elementFrame(list, scope)
  const place = { kind: 'member', rows: { ...rows, element: { list: list.column, frame: element } } } as const
  return { inside: { ...scope, place }, element }
}

function valueOf(call: Call, { list, value }: Reduced, scope: Scope): Term | null {
  if (value === null || isBareCount(call, value, list)) return null
  return settled(termOf(value, scope), { scope, span: value.span })
}

/** `count(x)` of a list of plain values counts its elements, whatever they are. */
function isBareCount({ fn }: Call, value: ast.Expr, { span }: ListPath): boolean {
  return fn === 'count' && value.span.start === span.start && value.span.end === span.end
}

/** The element of a list as a row: of a record its fields, of a plain value a column named as the list is written. */
function elementFrame({ column, text }: ListPath, scope: Scope): Frame {
  const { element } = column.type
  const columns = element.kind === 'record' ? element.fields : [{ name: text, type: element, missing: false }]
  const schema: Schema = { stream: 'table', columns, key: null, references: [], roles: [] }
  const files = scope.place.kind === 'nowhere' ? [] : scope.place.rows.bare.files
  return { schema, present: new Set(), label: text, files, optional: [] }
}

function refuseNested(call: Call, scope: Scope): never {
  return refuse(scope, 'S134', {
    span: call.span,
    facts: {
      why: 'An aggregate cannot stand inside another one.',
      wayOut: `Define it as a column first: \`define n = ${cut(scope, call.span)}\`.`,
    },
  })
}

function refuseTwo(
  list: ListPath,
  other: ListPath,
  { arg, scope }: { readonly arg: ast.Arg; readonly scope: Scope },
): never {
  const what = `take the elements of \`${list.text}\` and \`${other.text}\` together: they are two lists, of as many elements as they like`
  return refuse(scope, 'S137', { span: arg.value.span, facts: { what } })
}
