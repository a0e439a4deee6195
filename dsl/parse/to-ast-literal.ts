import type { CstNode, IToken } from 'chevrotain'
import type { Expr } from '../ir/ast.ts'
import { has, spanOf, token, type ToAst } from './cst.ts'
import { quantityParts } from './tokens.ts'

export function toLiteral(parent: CstNode, to: ToAst): Expr {
  const span = spanOf(parent)
  const folded = token(parent, 'FoldedExpr')
  if (folded !== undefined) return unfold(folded, to)
  const quantity = token(parent, 'Quantity')
  if (quantity !== undefined) return { kind: 'quantity', ...quantityOf(quantity.image), span }
  const number = token(parent, 'Number')
  if (number !== undefined) return { kind: 'number', digits: digitsOf(number.image), span }
  const text = token(parent, 'String')
  if (text !== undefined) return { kind: 'string', value: textOf(text), span }
  const instant = token(parent, 'Instant')
  if (instant !== undefined) return { kind: 'instant', text: instantOf(instant.image), span }
  if (has(parent, 'Word_this')) return { kind: 'this', span }
  return { kind: 'bool', value: has(parent, 'Word_true'), span }
}

/** The text that a string token means. */
export function textOf({ image }: IToken): string {
  return image.slice(1, -1).replaceAll(/\\(.)/gsu, (_, character: string) => escapes[character] ?? character)
}

/** The digits of a number as written, without underscores. */
export function digitsOf(image: string): string {
  return image.replaceAll('_', '')
}

const escapes: Readonly<Record<string, string>> = { n: '\n', t: '\t', r: '\r' }

function quantityOf(image: string): { readonly digits: string; readonly unit: string; readonly power: number } {
  const [, digits, unit, power] = quantityParts.exec(image) ?? []
  if (digits === undefined || unit === undefined) throw new Error(`${image} is no quantity`)
  return { digits: digitsOf(digits), unit: unit.replace(/[µμ]/, 'u'), power: Number(power ?? 1) }
}

function instantOf(image: string): string {
  return image.slice(1).replace(/Z$/, '')
}

function unfold(folded: IToken, to: ToAst): Expr {
  const fold = to.folded(folded)
  if (fold.kind !== 'expr') throw new Error('a folded text that is no value')
  return fold.expr
}
