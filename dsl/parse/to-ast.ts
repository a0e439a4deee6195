import type { CstNode, IToken } from 'chevrotain'
import type { Expr, Parameter, Pipeline, SaveTarget, Source, Statement } from '../ir/ast.ts'
import { type Folded, nameOf, node, nodes, optional, spanOf, theNode, token, type ToAst } from './cst.ts'
import { spanOfToken } from './lex.ts'
import { toArgs, toArgSequence, toExpr, toItems, toOperand, toRange } from './to-ast-expr.ts'
import { textOf } from './to-ast-literal.ts'
import { toPipeline } from './to-ast-stage.ts'
import { toSource, toWindow } from './to-ast-window.ts'

/** The builders over a parse whose deep brackets were folded. */
export function toAst(folds: ReadonlyMap<IToken, Folded>): ToAst {
  const to: ToAst = {
    expr: (node) => toExpr(node, to),
    range: (node) => toRange(node, to),
    args: (node) => toArgs(node, to),
    pipeline: (node) => toPipeline(node, to),
    source: (node) => toSource(node, to),
    window: (node) => toWindow(node, to),
    folded: (token) => {
      const fold = folds.get(token)
      if (fold === undefined) throw new Error('a token that was not folded')
      return fold
    },
  }
  return to
}

/** What the text of a deep pair of brackets means, by the rule that took it. */
export function toFolded(parent: CstNode, to: ToAst): Folded {
  switch (parent.name) {
    case 'pipeline':
      return { kind: 'pipeline', pipeline: to.pipeline(parent) }
    case 'expr':
      return { kind: 'expr', expr: to.expr(parent) }
    case 'args':
      return { kind: 'args', args: toArgSequence(parent, to) }
    case 'items':
      return { kind: 'items', items: toItems(parent, to) }
  }
  throw new Error(`${parent.name} is never folded`)
}

export function toStatement(parent: CstNode, to: ToAst): Statement {
  const [rule, [statement] = []] = Object.entries(parent.children)[0] ?? []
  const build = rule === undefined ? undefined : statementBuilders[rule]
  if (statement === undefined || !('children' in statement) || build === undefined) throw new Error(`no ${rule}`)
  return { ...build(statement, to), span: spanOf(parent) }
}

type StatementBody = Statement extends infer S ? (S extends Statement ? Omit<S, 'span'> : never) : never

/** Keyed by the rules of the statements. */
const statementBuilders: Readonly<Record<string, (statement: CstNode, to: ToAst) => StatementBody>> = {
  pipeline: (statement, to) => ({ kind: 'pipeline', pipeline: to.pipeline(statement) }),
  definition: (statement, to) => ({ kind: 'definition', name: nameOf(statement), value: bodyOf(statement, to) }),
  fn: (statement, to) => ({
    kind: 'fn',
    name: nameOf(statement),
    parameters: nodes(statement, 'parameter').map((parameter) => toParameter(parameter, to)),
    body: bodyOf(statement, to),
  }),
  param: (statement, to) => ({
    kind: 'param',
    name: nameOf(statement),
    value: toOperand(theNode(statement, 'additive'), to),
    range: optional(node(statement, 'range'), to.range),
  }),
  use: (statement, to) => ({ kind: 'use', name: nameOf(statement), args: to.args(node(statement, 'argList')) }),
  save: (statement, to) => ({ kind: 'save', source: sourceOf(statement, to), target: toSaveTarget(statement, to) }),
  show: (statement, to) => ({ kind: 'show', values: toItems(theNode(statement, 'items'), to) }),
  cutflow: (statement, to) => ({
    kind: 'cutflow',
    sources: nodes(statement, 'source').map(to.source),
    by: optional(node(statement, 'postfix'), (by) => toOperand(by, to)),
  }),
  describe: (statement, to) => ({ kind: 'describe', source: sourceOf(statement, to) }),
  explain: (statement, to) => ({ kind: 'explain', source: sourceOf(statement, to) }),
}

function bodyOf(statement: CstNode, to: ToAst): Pipeline | Expr {
  const body = theNode(statement, 'body')
  const pipeline = node(body, 'pipeline')
  return pipeline === undefined ? to.expr(theNode(body, 'expr')) : to.pipeline(pipeline)
}

function sourceOf(statement: CstNode, to: ToAst): Source {
  return to.source(theNode(statement, 'source'))
}

function toParameter(parent: CstNode, to: ToAst): Parameter {
  return { name: nameOf(parent), value: optional(node(parent, 'expr'), to.expr) }
}

function toSaveTarget(statement: CstNode, to: ToAst): SaveTarget {
  const path = token(statement, 'String')
  if (path !== undefined) return { kind: 'path', path: textOf(path), span: spanOfToken(path) }
  const name = nameOf(statement)
  const argList = theNode(statement, 'argList')
  return {
    kind: 'call',
    name,
    args: to.args(argList),
    span: { start: name.span.start, end: spanOf(argList).end },
  }
}
