import type { CstNode, IToken } from 'chevrotain'
import type { Arg, Expr, Name, Pipeline, Range, Source, Window } from '../ir/ast.ts'
import type { Span } from '../ir/span.ts'

/** The builders that every file of the syntax tree needs from another one: rules of the grammar call each other. */
export interface ToAst {
  readonly expr: (node: CstNode) => Expr
  readonly range: (node: CstNode) => Range
  readonly args: (argList: CstNode | undefined) => readonly Arg[]
  readonly pipeline: (node: CstNode) => Pipeline
  readonly source: (node: CstNode) => Source
  readonly window: (node: CstNode) => Window
  /** What a token stands for that was folded before parsing. */
  readonly folded: (token: IToken) => Folded
}

/** The content of a deep pair of brackets, parsed beforehand. */
export type Folded =
  | { readonly kind: 'pipeline'; readonly pipeline: Pipeline }
  | { readonly kind: 'expr'; readonly expr: Expr }
  | { readonly kind: 'args'; readonly args: readonly Arg[] }
  | { readonly kind: 'items'; readonly items: readonly Expr[] }

/** The child nodes of a rule, in the order of the text. */
export function nodes(node: CstNode, rule: string): readonly CstNode[] {
  return (node.children[rule] ?? []).filter((child) => 'children' in child)
}

export function node(parent: CstNode, rule: string): CstNode | undefined {
  return nodes(parent, rule)[0]
}

/** @throws Error when the grammar and the builder disagree. */
export function theNode(parent: CstNode, rule: string, at = 0): CstNode {
  const child = nodes(parent, rule)[at]
  if (child === undefined) throw new Error(`${parent.name} has no ${rule} ${at}`)
  return child
}

/** The tokens of a type's name or label, in the order of the text. */
export function tokens(parent: CstNode, type: string): readonly IToken[] {
  return (parent.children[type] ?? []).filter((child) => 'image' in child)
}

export function token(parent: CstNode, type: string): IToken | undefined {
  return tokens(parent, type)[0]
}

export function has(parent: CstNode, child: string): boolean {
  return parent.children[child] !== undefined
}

/** The words of a rule's `operator` tokens. */
export function operators(parent: CstNode): readonly string[] {
  return tokens(parent, 'operator').map(({ image }) => image)
}

export function spanOf({ location }: CstNode): Span {
  if (location?.endOffset === undefined) throw new Error('a node without text')
  return { start: location.startOffset, end: location.endOffset + 1 }
}

/** The name that a rule holds. */
export function nameOf(parent: CstNode): Name {
  const found = token(parent, 'Name') ?? token(parent, 'Def')
  if (found === undefined) throw new Error(`${parent.name} has no name`)
  return toName(found)
}

export function toName({ image, startOffset }: IToken): Name {
  const text = image.startsWith('`') ? image.slice(1, -1) : image
  return { text, span: { start: startOffset, end: startOffset + image.length } }
}

export function labelOf(parent: CstNode): Name | null {
  const label = node(parent, 'label')
  return label === undefined ? null : nameOf(label)
}

export function optional<T>(found: CstNode | undefined, build: (node: CstNode) => T): T | null {
  return found === undefined ? null : build(found)
}
