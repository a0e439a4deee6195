import type { CstNode } from 'chevrotain'
import type { Anchor, Name, Source, Target, Window } from '../ir/ast.ts'
import { nameOf, node, nodes, operators, optional, spanOf, theNode, token, type ToAst, toName } from './cst.ts'
import { spanOfToken } from './lex.ts'
import { textOf } from './to-ast-literal.ts'
import { toOperand } from './to-ast-expr.ts'

export function toWindow(parent: CstNode, to: ToAst): Window {
  const span = spanOf(parent)
  const within = node(parent, 'within')
  if (within !== undefined) return { ...toWithin(within, to), span }
  const between = node(parent, 'between')
  if (between === undefined) {
    return { kind: 'during', source: to.source(theNode(theNode(parent, 'during'), 'source')), span }
  }
  return {
    kind: 'between',
    from: toAnchor(theNode(between, 'anchor', 0), to),
    to: toAnchor(theNode(between, 'anchor', 1), to),
    span,
  }
}

/** A stream: a path, a name that may be called and followed by members, or a pipeline in parentheses. */
export function toSource(parent: CstNode, to: ToAst): Source {
  const span = spanOf(parent)
  const path = token(parent, 'String')
  if (path !== undefined) return { kind: 'path', path: textOf(path), span }
  const call = node(parent, 'call')
  if (call === undefined) return { kind: 'pipeline', pipeline: to.pipeline(theNode(parent, 'pipeline')), span }
  return {
    kind: 'name',
    name: nameOf(call),
    args: optional(node(call, 'argList'), to.args),
    members: nodes(parent, 'member').map(nameOf),
    span,
  }
}

/** The names of the rule `path`. */
export function toPath(parent: CstNode): readonly Name[] {
  return [nameOf(parent), ...nodes(parent, 'member').map(nameOf)]
}

function toWithin(parent: CstNode, to: ToAst) {
  const bounds = theNode(parent, 'bounds')
  const [low, high] = nodes(bounds, 'additive').map((bound) => toOperand(bound, to))
  if (low === undefined) throw new Error('a window without length')
  return {
    kind: 'within' as const,
    low: high === undefined ? null : low,
    high: high ?? low,
    open: operators(bounds)[0] === '..<',
    direction: directionOf(parent),
    target: optional(node(parent, 'target'), (target) => toTarget(target, to)),
  }
}

function directionOf(within: CstNode): 'after' | 'before' | 'of' | null {
  const [direction] = operators(within)
  return direction === 'after' || direction === 'before' || direction === 'of' ? direction : null
}

function toTarget(parent: CstNode, to: ToAst): Target {
  const span = spanOf(parent)
  const name = token(parent, 'Name')
  const source = node(parent, 'source')
  if (source === undefined) return { kind: 'this', span }
  if (name === undefined) return { kind: 'source', source: to.source(source), span }
  return { kind: 'named', name: toName(name), source: to.source(source), span }
}

function toAnchor(parent: CstNode, to: ToAst): Anchor {
  const self = token(parent, 'Word_this')
  const [sign] = operators(parent)
  return {
    path: self === undefined ? toPath(theNode(parent, 'path')) : [{ text: self.image, span: spanOfToken(self) }],
    sign: sign === '+' || sign === '-' ? sign : null,
    offset: optional(node(parent, 'additive'), (offset) => toOperand(offset, to)),
    span: spanOf(parent),
  }
}
