import type { ColumnExpr, Expr, NumberInput } from '../ir/plan.ts'
import type { Span } from '../ir/span.ts'
import type { ListType } from '../ir/types.ts'
import { settled } from './constant.ts'
import { conjunction } from './logic.ts'
import { refuse } from './refusal.ts'
import type { Scope } from './scope.ts'
import type { AggregateTerm, ColumnTerm, Frame, ListColumn, ReduceTerm, Term, Total, TotalTerm } from './term.ts'

/** The rows of a plan's expression, and the text that it comes from. */
export interface View {
  readonly row: Frame | null
  readonly other: Frame | null
  /** The elements of the list that an aggregate or a histogram is over; absent elsewhere. */
  readonly element?: Pick<ReduceTerm, 'list' | 'element'>
  readonly scope: Scope
  readonly span: Span
  /** The column of a number over a whole stream; absent in expressions of rows, where it is a number of its own. */
  readonly total?: (term: TotalTerm) => Expr
}

/** A checked expression as the plan has it: constants are numbers, columns belong to `row` or `other`. */
export function lower(term: Term, view: View): Expr {
  switch (term.kind) {
    case 'constant':
      return lower(settled(term, view), view)
    case 'number':
    case 'bool':
    case 'text':
      return term
    case 'instant':
      return { kind: 'instant', ns: String(term.ns) }
    case 'column': {
      const { missing } = term
      const type = listTypeOf(term) ?? term.type
      const row = sideOf(term.frame, view)
      const name = row === 'element' && view.element?.list.type.element.kind !== 'record' ? '' : term.name
      return { kind: 'column', row, name, type, missing }
    }
    case 'call': {
      const args = term.args.map((arg) => lower(arg, view))
      return { kind: 'call', fn: term.fn, args, type: term.type, missing: term.missing }
    }
    case 'aggregate':
      return lowerAggregate(term, view)
    case 'reduce':
      return lowerReduction(term, view)
    case 'element': {
      const { index, field, type, missing } = term
      return { kind: 'element', list: lowerList(term.list, view), index, field, type, missing }
    }
    case 'total':
      return view.total === undefined ? totalExpr(term) : view.total(term)
  }
}

function totalExpr({ total, type, missing }: TotalTerm): Expr {
  return { kind: 'total', of: inputOf(total, { name: 'total', type, missing }), type, missing }
}

/** A number over a whole stream, as an input of what reads it by a name. */
export function inputOf(
  total: Total,
  { name, type, missing }: Pick<TotalTerm, 'type' | 'missing'> & { readonly name: string },
): NumberInput {
  switch (total.kind) {
    case 'livetime':
      return { kind: 'livetime', name, plan: total.plan }
    case 'measure':
      return {
        kind: 'measure',
        name,
        plan: total.plan,
        measure: { name, fn: total.fn, value: total.value, type, missing },
      }
  }
}

/** The type of a column that is a list: `hits exists` asks for the list itself. */
function listTypeOf({ frame, name }: ColumnTerm): ListType | undefined {
  const type = frame.schema.columns.find((column) => column.name === name)?.type
  return type?.kind === 'list' ? type : undefined
}

export function lowerList({ frame, name, type, missing }: ListColumn, view: View): ColumnExpr {
  return { kind: 'column', row: sideOf(frame, view), name, type, missing }
}

function lowerReduction(term: ReduceTerm, view: View): Expr {
  const inside: View = { ...view, element: term }
  const condition = conjunction(term.where)
  return {
    kind: 'reduce',
    fn: term.fn,
    list: lowerList(term.list, view),
    value: term.value === null ? null : lower(term.value, inside),
    where: condition === null ? null : lower(condition, inside),
    type: term.type,
    missing: term.missing,
  }
}

function sideOf(frame: Frame, view: View): 'row' | 'other' | 'element' {
  if (frame === view.row) return 'row'
  if (frame === view.element?.element) return 'element'
  return frame === view.other ? 'other' : refuseRow(view)
}

/** An aggregate is about the row of the expression; its members are its `other`. */
function lowerAggregate(term: AggregateTerm, view: View): Expr {
  if (term.about !== view.row) return refuseRow(view)
  const inside: View = { ...view, other: term.member }
  const condition = conjunction(term.where)
  return {
    kind: 'aggregate',
    fn: term.fn,
    source: term.source,
    value: term.value === null ? null : lower(term.value, inside),
    where: condition === null ? null : lower(condition, inside),
    window: term.window,
    type: term.type,
    missing: term.missing,
  }
}

/** An aggregate about one of the rows that a condition joins cannot look at the other one, nor stand beside it. */
function refuseRow({ scope, span }: View): never {
  return refuse(scope, 'S134', {
    span,
    facts: {
      why: 'This condition puts an aggregate about one row beside another row, which is not possible.',
      wayOut: 'Define the aggregate as a column of its stream first: `define n = count(…)`.',
    },
  })
}
