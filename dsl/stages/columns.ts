import type * as ast from '../ir/ast.ts'
import type { Column, Type } from '../ir/types.ts'
import type { Named } from '../ir/plan.ts'
import { mayBeMissing, typeOf } from '../ir/schema.ts'
import { settled } from '../check/constant.ts'
import { listTerm } from '../check/lists.ts'
import { lower } from '../check/lower.ts'
import { anchorPrefix } from '../check/names.ts'
import { asTerm } from '../check/operand.ts'
import { pathOf } from '../check/path.ts'
import { refuse } from '../check/refusal.ts'
import { cut, type Scope, type Value } from '../check/scope.ts'
import { type Frame, isMissing, isUnhandled, type Term } from '../check/term.ts'

/** A column made of an expression, or a list passed on as it is; `isThere`: a condition has shown that no row lacks it. */
export interface Made {
  readonly name: ast.Name
  readonly term: Term
  readonly value: Named
  readonly isThere: boolean
}

export function made(
  name: ast.Name,
  expr: ast.Expr,
  { frame, scope }: { readonly frame: Frame; readonly scope: Scope },
): Made {
  const value = scope.context.value(expr, scope)
  const isList = value.kind === 'jagged' && value.field === null && value.list.frame === frame
  return madeOf(name, isList ? listTerm(value.list) : asTerm(value, expr, scope), { frame, scope })
}

function madeOf(name: ast.Name, found: Term, { frame, scope }: { readonly frame: Frame; readonly scope: Scope }): Made {
  const at = { scope, span: name.span }
  const term = settled(found, at)
  const value = lower(term, { row: frame, other: null, ...at })
  return { name, term, value: { name: name.text, value }, isThere: isMissing(term) && !isUnhandled(term) }
}

export function columnOfNamed({ name, value }: Named): Column {
  const type: Type = typeOf(value)
  return { name, type, missing: mayBeMissing(value) }
}

/**
 * The columns that items of `select` or `group by` give, named by their text where no name is written. A role, or
 * `event`, is a reference to an event: two columns, `.file` and `.entry`.
 */
export function itemColumns(
  items: readonly ast.Item[],
  { frame, scope }: { readonly frame: Frame; readonly scope: Scope },
  what: string,
): readonly Made[] {
  const found = items.flatMap((item) => {
    const name = item.name ?? { text: ownName(item.value, scope), span: item.value.span }
    const prefix = referenceOf(item.value, { frame, scope })
    if (prefix === undefined) return [made(name, item.value, { frame, scope })]
    return ['file', 'entry'].map((part) => referencePart(name, part, { prefix, frame, scope }))
  })
  demandDistinct(
    found.map(({ name }) => name),
    what,
    scope,
  )
  return found
}

/** The name of a column that is selected as it is; the text of any other expression. */
function ownName(expr: ast.Expr, scope: Scope): string {
  const path = pathOf(expr)
  return path === undefined ? cut(scope, expr.span) : path.parts.map(({ text }) => text).join('.')
}

/** Prefix of the event reference that an expression is: of a role, `this`, or `event`. */
function referenceOf(
  expr: ast.Expr,
  { frame, scope }: { readonly frame: Frame; readonly scope: Scope },
): string | undefined {
  const isEvent =
    expr.kind === 'name' && expr.name.text === 'event' && !frame.schema.columns.some(({ name }) => name === 'event')
  if (isEvent) return frame.schema.references[0]
  if (expr.kind !== 'name' && expr.kind !== 'member' && expr.kind !== 'this') return undefined
  const value: Value = scope.context.value(expr, scope)
  if (value.kind !== 'row') return undefined
  const prefix = anchorPrefix(frame.schema, value.prefix)
  const isReference = ['file', 'entry'].every((part) =>
    frame.schema.columns.some(({ name }) => name === `${prefix}${part}`),
  )
  return isReference ? prefix : undefined
}

function referencePart(
  name: ast.Name,
  part: string,
  { prefix, frame, scope }: { readonly prefix: string; readonly frame: Frame; readonly scope: Scope },
): Made {
  const column = frame.schema.columns.find((each) => each.name === `${prefix}${part}`)
  if (column === undefined || column.type.kind === 'list') throw new Error(`the reference ${prefix} has no ${part}`)
  const term: Term = { kind: 'column', frame, name: column.name, type: column.type, missing: false, unhandled: false }
  return madeOf({ text: `${name.text}.${part}`, span: name.span }, term, { frame, scope })
}

/** Refuses a name that occurs twice (S135). `what`: where it does. */
export function demandDistinct(names: readonly ast.Name[], what: string, scope: Scope): void {
  const seen = new Set<string>()
  for (const { text, span } of names) {
    if (seen.has(text)) refuse(scope, 'S135', { span, facts: { name: text, where: what } })
    seen.add(text)
  }
}
