import type { CstNode, IToken } from 'chevrotain'
import type { Arg, BinaryOperator, CompareOperator, Expr, Range } from '../ir/ast.ts'
import { joined } from '../ir/joined.ts'
import { cover } from '../ir/span.ts'
import {
  has,
  labelOf,
  nameOf,
  node,
  nodes,
  operators,
  optional,
  spanOf,
  theNode,
  token,
  tokens,
  type ToAst,
} from './cst.ts'
import { spanOfToken } from './lex.ts'
import { toLiteral } from './to-ast-literal.ts'

/** The value of the rule `expr`. A value in parentheses spans them, so that cut text and edits are whole. */
export function toExpr(parent: CstNode, to: ToAst): Expr {
  const terms = nodes(parent, 'conjunction').map((term) => conjunction(term, to))
  return connected(terms, 'or')
}

export function toRange(parent: CstNode, to: ToAst): Range {
  return {
    low: additive(theNode(parent, 'additive', 0), to),
    high: additive(theNode(parent, 'additive', 1), to),
    open: operators(parent)[0] === '..<',
    span: spanOf(parent),
  }
}

/** A value in one of the forms below `expr`, where the grammar wants no condition: `additive`, `postfix`, `list`. */
export function toOperand(parent: CstNode, to: ToAst): Expr {
  switch (parent.name) {
    case 'additive':
      return additive(parent, to)
    case 'postfix':
      return postfix(parent, to)
    case 'list':
      return list(parent, to)
  }
  throw new Error(`${parent.name} is no operand`)
}

function toBody(parent: CstNode, to: ToAst): Expr {
  const pipeline = node(parent, 'pipeline')
  if (pipeline === undefined) return to.expr(theNode(parent, 'expr'))
  return { kind: 'pipelineValue', pipeline: to.pipeline(pipeline), span: spanOf(pipeline) }
}

/** The values of the rule `items`. */
export function toItems(parent: CstNode, to: ToAst): readonly Expr[] {
  const fold = foldOf(parent, 'FoldedItems', to)
  if (fold?.kind === 'items') return fold.items
  return nodes(parent, 'expr').map(to.expr)
}

/** The arguments of the rule `argList`, none where there is no list. */
export function toArgs(parent: CstNode | undefined, to: ToAst): readonly Arg[] {
  const args = parent === undefined ? undefined : node(parent, 'args')
  return args === undefined ? [] : toArgSequence(args, to)
}

/** The arguments of the rule `args`. */
export function toArgSequence(parent: CstNode, to: ToAst): readonly Arg[] {
  const fold = foldOf(parent, 'FoldedArgs', to)
  if (fold?.kind === 'args') return fold.args
  return nodes(parent, 'arg').map((arg) => ({
    label: labelOf(arg),
    value: toBody(theNode(arg, 'body'), to),
    of: optional(node(arg, 'source'), to.source),
    where: optional(node(arg, 'expr'), to.expr),
    window: optional(node(arg, 'window'), to.window),
    span: spanOf(arg),
  }))
}

function foldOf(parent: CstNode, type: string, to: ToAst): ReturnType<ToAst['folded']> | undefined {
  const found = token(parent, type)
  return found === undefined ? undefined : to.folded(found)
}

function conjunction(parent: CstNode, to: ToAst): Expr {
  const factors = nodes(parent, 'negation').map((factor) => negation(factor, to))
  return connected(factors, 'and')
}

function negation(parent: CstNode, to: ToAst): Expr {
  const operand = comparison(theNode(parent, 'comparison'), to)
  return tokens(parent, 'operator').reduceRight<Expr>(
    (inner, not) => ({ kind: 'not', operand: inner, span: cover(spanOfToken(not), inner.span) }),
    operand,
  )
}

function comparison(parent: CstNode, to: ToAst): Expr {
  const values = nodes(parent, 'additive').map((value) => additive(value, to))
  const [first, ...others] = values
  if (first === undefined) throw new Error('a comparison of nothing')
  const span = spanOf(parent)
  const bounds = node(parent, 'bounds')
  if (bounds !== undefined) return membership(first, bounds, has(parent, 'Word_not'), to)
  if (has(parent, 'Word_exists')) return { kind: 'exists', value: first, span }
  if (others.length === 0) return first
  const signs = tokens(parent, 'operator')
  const rest = others.flatMap((value, index) => {
    const sign = signs[index]
    return sign === undefined ? [] : [{ operator: compareOperator(sign), operatorSpan: spanOfToken(sign), value }]
  })
  return { kind: 'compare', first, rest, span }
}

function membership(value: Expr, bounds: CstNode, negated: boolean, to: ToAst): Expr {
  const span = cover(value.span, spanOf(bounds))
  if (has(bounds, 'operator')) return { kind: 'inRange', value, negated, range: toRange(bounds, to), span }
  return { kind: 'inSet', value, negated, set: additive(theNode(bounds, 'additive'), to), span }
}

function compareOperator({ image }: IToken): CompareOperator {
  if (image === '!=' || image === '<' || image === '<=' || image === '>' || image === '>=') return image
  return '=='
}

function additive(parent: CstNode, to: ToAst): Expr {
  const terms = nodes(parent, 'multiplicative').map((term) => multiplicative(term, to))
  const signs = operators(parent)
  return leftToRight(terms, (index) => (signs[index] === '+' ? '+' : signs[index] === '-' ? '-' : '??'))
}

function multiplicative(parent: CstNode, to: ToAst): Expr {
  const factors = nodes(parent, 'unary').map((factor) => unary(factor, to))
  const signs = operators(parent)
  return leftToRight(factors, (index) => (signs[index] === '*' ? '*' : '/'))
}

/** `a^b^c` is `a^(b^c)` and `-a^b` is `-(a^b)`: powers are built from the right. */
function unary(parent: CstNode, to: ToAst): Expr {
  const [last, ...before] = nodes(parent, 'signed').toReversed()
  if (last === undefined) throw new Error('a power of nothing')
  return before.reduce(
    (exponent, operand) => {
      const base = postfix(theNode(operand, 'postfix'), to)
      const power: Expr = {
        kind: 'binary',
        operator: '^',
        left: base,
        right: exponent,
        span: cover(base.span, exponent.span),
      }
      return withSign(operand, power)
    },
    withSign(last, postfix(theNode(last, 'postfix'), to)),
  )
}

function withSign(signed: CstNode, operand: Expr): Expr {
  const minus = token(signed, 'Minus')
  return minus === undefined ? operand : { kind: 'negate', operand, span: cover(spanOfToken(minus), operand.span) }
}

function postfix(parent: CstNode, to: ToAst): Expr {
  return nodes(parent, 'suffix').reduce<Expr>(
    (object, suffix) => {
      const span = cover(object.span, spanOf(suffix))
      if (suffix.name === 'member') return { kind: 'member', object, name: nameOf(suffix), span }
      return { kind: 'index', object, index: to.expr(theNode(suffix, 'expr')), span }
    },
    primary(theNode(parent, 'primary'), to),
  )
}

function primary(parent: CstNode, to: ToAst): Expr {
  const literal = node(parent, 'literal')
  if (literal !== undefined) return toLiteral(literal, to)
  const call = node(parent, 'call')
  if (call !== undefined) return callOrName(call, to)
  const brackets = node(parent, 'list')
  if (brackets !== undefined) return list(brackets, to)
  return { ...toBody(theNode(parent, 'body'), to), span: spanOf(parent) }
}

function callOrName(parent: CstNode, to: ToAst): Expr {
  const name = nameOf(parent)
  const argList = node(parent, 'argList')
  if (argList === undefined) return { kind: 'name', name, span: name.span }
  return { kind: 'call', name, args: to.args(argList), span: spanOf(parent) }
}

function list(parent: CstNode, to: ToAst): Expr {
  const items = node(parent, 'items')
  return { kind: 'list', items: items === undefined ? [] : toItems(items, to), span: spanOf(parent) }
}

function connected(conditions: readonly Expr[], operator: 'and' | 'or'): Expr {
  const all = joined(conditions, (left, right): Expr => {
    return { kind: 'binary', operator, left, right, span: cover(left.span, right.span) }
  })
  if (all === undefined) throw new Error('a condition of nothing')
  return all
}

function leftToRight(operands: readonly Expr[], operatorAt: (index: number) => BinaryOperator): Expr {
  return operands.reduce((left, right, index) => ({
    kind: 'binary',
    operator: operatorAt(index - 1),
    left,
    right,
    span: cover(left.span, right.span),
  }))
}
