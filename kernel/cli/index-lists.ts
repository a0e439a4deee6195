import type * as ast from '../../dsl/ir/ast.ts'
import type { Expr } from '../../dsl/ir/plan.ts'
import type { Column, ListType, Scalar, Schema } from '../../dsl/ir/types.ts'
import { pure } from '../../dsl/ir/units.ts'
import { operandsOf } from '../../dsl/ir/walk.ts'
import type { Reduction } from '../../runtime/index/build-plan.ts'

/** Lists of the event data, and the numbers that are made of them: `reductions` grows. */
export interface Lists {
  readonly schema: Schema
  readonly reductions: Reduction[]
  /** A condition on the elements of a list, which are rows of the given schema. */
  readonly conditionOf: (elements: Schema, text: string) => Expr
}

export interface Scalars {
  /** The text with a name of a column in place of each number that is made of a list. */
  readonly scalarText: string
  /** These columns. */
  readonly columns: readonly Column[]
}

const functions: readonly string[] = ['count', 'sum', 'min', 'max', 'mean', 'first', 'last'] satisfies Reduction['fn'][]

/** Replaces `count(hits)`, `sum(charge of hits where …)`, `max(hits.time)` by names of columns. */
export function withoutLists(text: string, expr: ast.Expr, lists: Lists): Scalars {
  const calls = callsIn(expr).flatMap((call) => {
    const found = reductionOf(call, text, lists)
    return found === null ? [] : [{ call, ...found }]
  })
  const scalarText = calls
    .toSorted((left, right) => right.call.span.start - left.call.span.start)
    .reduce((rest, { call, column }) => rest.slice(0, call.span.start) + column.name + rest.slice(call.span.end), text)
  lists.reductions.push(...calls.map(({ reduction }) => reduction))
  return { scalarText, columns: calls.map(({ column }) => column) }
}

type Call = Extract<ast.Expr, { kind: 'call' }>

function callsIn(expr: ast.Expr): readonly Call[] {
  const inner = operandsOf(expr).flatMap(callsIn)
  return expr.kind === 'call' && functions.includes(expr.name.text) ? [expr] : inner
}

interface Found {
  readonly reduction: Reduction
  readonly column: Column
}

/** Null for what is no number of a list: the check then says what is wrong with it. */
function reductionOf({ name, args }: Call, text: string, { schema, reductions, conditionOf }: Lists): Found | null {
  const [arg, ...more] = args
  const path = arg === undefined ? null : pathOf(arg)
  const list = schema.columns.find((column) => column.name === path?.list)
  if (arg === undefined || more.length > 0 || path === null || list?.type.kind !== 'list') return null
  const fn = functions.find((each) => each === name.text) as Reduction['fn']
  const element = fn === 'count' ? null : elementOf(list.type, path.field)
  if (element === undefined || (element !== null && element.kind !== 'number')) return null
  const where =
    arg.where === null ? null : conditionOf(rowsOf(list), text.slice(arg.where.span.start, arg.where.span.end))
  const own = `reduced${reductions.length + 1}_${arg.span.start}`
  return {
    reduction: { name: own, fn, list: list.name, field: path.field, where },
    column: { name: own, ...typeOf(fn, element) },
  }
}

interface ListPath {
  readonly list: string
  /** '' for a plain value, and where elements are only counted. */
  readonly field: string
}

function pathOf({ value, of }: ast.Arg): ListPath | null {
  if (of !== null) {
    const isName = of.kind === 'name' && of.args === null && of.members.length === 0
    return isName && value.kind === 'name' ? { list: of.name.text, field: value.name.text } : null
  }
  if (value.kind === 'name') return { list: value.name.text, field: '' }
  if (value.kind !== 'member' || value.object.kind !== 'name') return null
  return { list: value.object.name.text, field: value.name.text }
}

function elementOf({ element }: ListType, field: string): Scalar | undefined {
  if (element.kind !== 'record') return field === '' ? element : undefined
  const type = element.fields.find(({ name }) => name === field)?.type
  return type?.kind === 'list' ? undefined : type
}

/** The elements of a list as rows. */
function rowsOf({ name, type }: Column): Schema {
  if (type.kind !== 'list') throw new Error(`${name} is no list`)
  const { element } = type
  const columns = element.kind === 'record' ? element.fields : [{ name, type: element, missing: false }]
  return { stream: 'table', columns, key: null, references: [], roles: [] }
}

function typeOf(fn: Reduction['fn'], element: Scalar | null): Pick<Column, 'type' | 'missing'> {
  if (element === null || element.kind !== 'number') {
    return { type: { kind: 'number', repr: 'int64', unit: pure }, missing: false }
  }
  const isFloat = element.repr.startsWith('float')
  switch (fn) {
    case 'count':
    case 'sum':
      return { type: { ...element, repr: isFloat ? 'float64' : 'int64' }, missing: false }
    case 'mean':
      return { type: { ...element, repr: 'float64' }, missing: true }
    case 'min':
    case 'max':
    case 'first':
    case 'last':
      return { type: element, missing: true }
  }
}
