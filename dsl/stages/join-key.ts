import type * as ast from '../ir/ast.ts'
import type { JoinKey } from '../ir/plan.ts'
import type { Span } from '../ir/span.ts'
import type { EventFile } from '../ir/types.ts'
import { alike } from '../check/alike.ts'
import type { Stream } from '../check/bound.ts'
import { settled } from '../check/constant.ts'
import { compareFiles } from '../check/file-table.ts'
import { lower } from '../check/lower.ts'
import { anchorPrefix } from '../check/names.ts'
import { operandOf } from '../check/operand.ts'
import { pathOf } from '../check/path.ts'
import { refuse } from '../check/refusal.ts'
import { cut, type Scope, type Value } from '../check/scope.ts'
import { type At, inRow, inRows, rolesOf, rowOf } from '../check/stream.ts'
import { type Frame, type Term, typeOfTerm } from '../check/term.ts'
import { operandWords } from '../check/wording.ts'

export interface JoinSides {
  readonly left: Frame
  /** Its file numbers in the table of `left`. */
  readonly right: Frame
  readonly scope: Scope
  readonly span: Span
}

/** What one item of `by` compares: events by file and entry, or a column that both sides have. */
export interface FoundKey {
  readonly keys: readonly JoinKey[]
  readonly isReference: boolean
}

/** `by event`, `by` a role, or `by` a column; without `by` it is by event. */
export function keyOf(by: ast.Expr | null, sides: JoinSides): FoundKey {
  const { left, right, scope } = sides
  if (by === null || isEvent(by, left)) {
    return eventKey(left.schema.references[0], right.schema.references[0], { by, sides })
  }
  const value: Value = scope.context.value(by, rowScope(left, scope))
  if (value.kind !== 'row') return { keys: [columnKey(by, sides)], isReference: false }
  const prefix = anchorPrefix(left.schema, value.prefix)
  const same = hasReference(right, value.prefix) ? value.prefix : anchorOf(right, value.prefix)
  return eventKey(prefix, same ?? right.schema.references[0], { by, sides })
}

function rowScope(frame: Frame, scope: Scope): Scope {
  return inRows(scope, { bare: frame, self: rowOf(frame), named: rolesOf(frame), shown: [] })
}

function isEvent(by: ast.Expr, { schema }: Frame): boolean {
  return by.kind === 'name' && by.name.text === 'event' && !schema.columns.some(({ name }) => name === 'event')
}

/** The role of the same name on the other side, by its own event. */
function anchorOf({ schema }: Frame, prefix: string): string | undefined {
  return schema.references.find((each) => each.startsWith(prefix))
}

function hasReference({ schema }: Frame, prefix: string): boolean {
  return ['file', 'entry'].every((part) => schema.columns.some(({ name }) => name === `${prefix}${part}`))
}

function eventKey(
  left: string | undefined,
  right: string | undefined,
  { by, sides }: { readonly by: ast.Expr | null; readonly sides: JoinSides },
): FoundKey {
  const { scope, span } = sides
  const place = { span: by?.span ?? span }
  const sidesWithReference = [
    { prefix: left, frame: sides.left },
    { prefix: right, frame: sides.right },
  ] as const
  const [from, to] = sidesWithReference.map(({ prefix, frame }) => {
    if (prefix !== undefined && hasReference(frame, prefix)) return { prefix, frame }
    const text = by === null ? 'event' : cut(scope, by.span)
    const found = `the rows of \`${frame.label}\` refer to none`
    const facts = {
      what: `\`join … by ${text}\``,
      wants: 'rows that refer to events',
      found,
      hint: 'Join by a column that both sides have: `by run`.',
    }
    return refuse(scope, 'S121', { ...place, facts })
  })
  if (from === undefined || to === undefined) throw new Error('there are two sides')
  const keys = ['file', 'entry'].map((part): JoinKey => {
    return { left: referencePart(from, part, sides), right: referencePart(to, part, sides) }
  })
  return { keys, isReference: true }
}

function referencePart(
  { prefix, frame }: { readonly prefix: string; readonly frame: Frame },
  part: string,
  { scope, span }: JoinSides,
): JoinKey['left'] {
  const column = frame.schema.columns.find(({ name }) => name === `${prefix}${part}`)
  if (column === undefined || column.type.kind === 'list') throw new Error(`the reference ${prefix} has no ${part}`)
  const { name, type, missing } = column
  return lower(
    { kind: 'column', frame, name, type, missing, unhandled: false },
    { row: frame, other: null, scope, span },
  )
}

/** A column by its name on both sides; numbers of the right side are converted to the unit of the left. */
function columnKey(by: ast.Expr, { left, right, scope }: JoinSides): JoinKey {
  if (pathOf(by) === undefined) {
    const facts = {
      what: '`by`',
      wants: '`event`, a role, or a column that both sides have',
      found: `\`${cut(scope, by.span)}\``,
      hint: null,
    }
    return refuse(scope, 'S120', { span: by.span, facts })
  }
  const [a, b] = [operandOf(by, rowScope(left, scope)), operandOf(by, inRow(scope, right))]
  const at = { scope, span: by.span }
  const [of, to] = [typeOfTerm(a.term), typeOfTerm(b.term)]
  const what = `compare ${operandWords(a, scope)} of \`${left.label}\` with ${operandWords(b, scope)} of \`${right.label}\``
  if (of.kind !== to.kind) return refuse(scope, 'S137', { span: by.span, facts: { what } })
  const lowered = (l: Term, r: Term): JoinKey => ({
    left: lower(settled(l, at), { row: left, other: null, ...at }),
    right: lower(settled(r, at), { row: right, other: null, ...at }),
  })
  if (of.kind !== 'number') return lowered(a.term, b.term)
  const [l, r] = alike([a, b], scope, { purpose: () => what, span: by.span }).terms
  if (l === undefined || r === undefined) throw new Error('two operands give two terms')
  return lowered(l, r)
}

/** Refuses two file tables of other files: their rows would not meet, or be of other events (S114). */
export function demandSameFiles(left: Stream, right: Stream, { scope, span }: At): void {
  if (left.files.length === 0 || right.files.length === 0) return
  const { common, conflicts } = compareFiles(left.files, right.files)
  if (common > 0 && conflicts.length === 0) return
  const first = conflicts[0] ?? firstPath(right.files)
  const differ = conflicts.length > 0 ? conflicts.length : right.files.length
  const facts = { right: right.label, left: left.label, differ, of: right.files.length, first }
  refuse(scope, 'S114', { span, facts })
}

function firstPath([file]: readonly EventFile[]): string {
  return file?.path ?? ''
}
