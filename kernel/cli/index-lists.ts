import type { ColumnExpr, Expr } from '../../dsl/ir/plan.ts'
import type { Reduction } from '../../runtime/index/build-plan.ts'
import { ColumnsMistake } from './index-columns.ts'

const functions: readonly Reduction['fn'][] = ['count', 'sum', 'min', 'max', 'mean', 'first', 'last']

/**
 * An expression over numbers alone: a column stands for each number that is made of a list, such as `sum(charge of hits)`.
 *
 * @param reductions what these columns are; grows
 * @throws ColumnsMistake for what is made of lists in a way that a build does not know
 */
export function withoutLists(expr: Expr, reductions: Reduction[]): Expr {
  switch (expr.kind) {
    case 'call':
      return { ...expr, args: expr.args.map((arg) => withoutLists(arg, reductions)) }
    case 'reduce': {
      const fn = functions.find((each) => each === expr.fn)
      if (fn === undefined)
        throw new ColumnsMistake(`\`${expr.fn}\` of a list cannot be built; there are ${functions.join(', ')}`)
      const where = expr.where === null ? null : ofElements(expr.where)
      return reduced({ fn, list: expr.list.name, field: fieldOf(expr.value), where }, expr, reductions)
    }
    case 'element': {
      if (expr.index !== 0)
        throw new ColumnsMistake('of the elements of a list only the first can be built: `first(…)`')
      const first = { fn: 'first', list: expr.list.name, field: expr.field, where: null } as const
      return reduced(first, expr, reductions)
    }
    case 'aggregate':
    case 'total':
      throw new ColumnsMistake('a column of an index cannot look at other events')
    case 'number':
    case 'bool':
    case 'text':
    case 'instant':
    case 'missing':
    case 'column':
      return expr
  }
}

function reduced(
  reduction: Omit<Reduction, 'name'>,
  { type, missing }: Pick<ColumnExpr, 'type' | 'missing'>,
  reductions: Reduction[],
): Expr {
  const name = `reduced${reductions.length + 1}`
  reductions.push({ name, ...reduction })
  return { kind: 'column', row: 'row', name, type, missing }
}

/** '' for a plain value, and where elements are only counted. */
function fieldOf(value: Expr | null): string {
  if (value === null) return ''
  if (value.kind === 'column' && value.row === 'element') return value.name
  throw new ColumnsMistake('of the elements of a list a field can be taken, not what is computed of it')
}

/** A condition on elements as one on rows, which the elements are when it is evaluated. */
function ofElements(expr: Expr): Expr {
  if (expr.kind === 'call') return { ...expr, args: expr.args.map(ofElements) }
  if (expr.kind !== 'column') return expr
  if (expr.row === 'element') return { ...expr, row: 'row' }
  throw new ColumnsMistake(`a condition on the elements of a list cannot look at \`${expr.name}\` of their event`)
}
