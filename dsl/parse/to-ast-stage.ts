import type { CstNode } from 'chevrotain'
import type { Axis, Binding, Expr, Item, Name, Pipeline, Role, Source, Stage, UnitDeclaration } from '../ir/ast.ts'
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
  type ToAst,
  toName,
} from './cst.ts'
import { toOperand } from './to-ast-expr.ts'
import { digitsOf } from './to-ast-literal.ts'
import { toPath } from './to-ast-window.ts'

export function toPipeline(parent: CstNode, to: ToAst): Pipeline {
  const folded = token(parent, 'FoldedPipeline')
  const fold = folded === undefined ? undefined : to.folded(folded)
  if (fold?.kind === 'pipeline') return fold.pipeline
  return {
    kind: 'pipeline',
    source: to.source(theNode(parent, 'source')),
    stages: nodes(parent, 'stage').map((stage) => toStage(stage, to)),
    span: spanOf(parent),
  }
}

function toStage(parent: CstNode, to: ToAst): Stage {
  const [rule, [stage] = []] = Object.entries(parent.children)[0] ?? []
  const build = rule === undefined ? undefined : stageBuilders[rule]
  if (stage === undefined || !('children' in stage) || build === undefined) throw new Error(`no stage ${rule}`)
  return { ...build(stage, to), span: spanOf(parent) }
}

type StageBody = Stage extends infer S ? (S extends Stage ? Omit<S, 'span'> : never) : never

/** Keyed by the rules of the stages. */
const stageBuilders: Readonly<Record<string, (stage: CstNode, to: ToAst) => StageBody>> = {
  where: (stage, to) => ({ kind: 'where', label: labelOf(stage), condition: to.expr(theNode(stage, 'expr')) }),
  define: (stage, to) => ({ kind: 'define', bindings: toBindings(theNode(stage, 'bindings'), to) }),
  select: (stage, to) => ({ kind: 'select', items: toNamedItems(theNode(stage, 'namedItems'), to) }),
  veto: (stage, to) => ({
    kind: has(stage, 'Word_veto') ? 'veto' : 'keep',
    label: labelOf(stage),
    condition: optional(node(stage, 'expr'), to.expr),
    window: to.window(theNode(stage, 'window')),
  }),
  match: (stage, to) => ({
    kind: 'match',
    ...toCandidates(theNode(stage, 'candidates'), to),
    roles: nodes(stage, 'role').map((role) => toRole(role, to)),
  }),
  join: (stage, to) => ({
    kind: 'join',
    optional: has(stage, 'Word_optional'),
    name: nameOf(stage),
    source: to.source(theNode(stage, 'source')),
    by: nodes(stage, 'postfix').map((key) => toOperand(key, to)),
  }),
  burst: (stage, to) => ({ kind: 'burst', atLeast: operand(stage, 0, to), within: operand(stage, 1, to) }),
  shift: (stage, to) => ({ kind: 'shift', by: operand(stage, 0, to) }),
  group: (stage, to) => ({
    kind: 'group',
    keys: toNamedItems(theNode(stage, 'namedItems'), to),
    measures: optional(node(stage, 'bindings'), (bindings) => toBindings(bindings, to)) ?? [],
  }),
  sort: (stage, to) => ({ kind: 'sort', by: to.expr(theNode(stage, 'expr')), descending: has(stage, 'Word_desc') }),
  take: (stage, to) => ({ kind: 'take', count: operand(stage, 0, to) }),
  sample: (stage, to) => ({ kind: 'sample', fraction: operand(stage, 0, to) }),
  complete: () => ({ kind: 'complete' }),
  hist: (stage, to) => ({
    kind: 'hist',
    axes: nodes(stage, 'axis').map((axis) => toAxis(axis, to)),
    weight: optional(node(stage, 'expr'), to.expr),
  }),
  units: (stage) => ({ kind: 'units', units: nodes(stage, 'unitDeclaration').map(toUnitDeclaration) }),
}

function operand(stage: CstNode, at: number, to: ToAst): Expr {
  return toOperand(theNode(stage, 'additive', at), to)
}

function toBindings(parent: CstNode, to: ToAst): readonly Binding[] {
  return nodes(parent, 'binding').map((binding) => ({
    name: nameOf(binding),
    value: to.expr(theNode(binding, 'expr')),
  }))
}

function toNamedItems(parent: CstNode, to: ToAst): readonly Item[] {
  return nodes(parent, 'namedItem').map((item) => {
    const name = token(item, 'Name')
    return { name: name === undefined ? null : toName(name), value: to.expr(theNode(item, 'expr')) }
  })
}

/** What `match` and a role share: a name, the stream that it is taken from, and a condition. */
function toCandidates(
  parent: CstNode,
  to: ToAst,
): { readonly name: Name; readonly source: Source | null; readonly condition: Expr | null } {
  return {
    name: nameOf(parent),
    source: optional(node(parent, 'source'), to.source),
    condition: optional(node(parent, 'expr'), to.expr),
  }
}

function toRole(parent: CstNode, to: ToAst): Role {
  return {
    quantifier: has(parent, 'Word_without') ? 'without' : quantifierOf(parent),
    ...toCandidates(theNode(parent, 'candidates'), to),
    window: optional(node(parent, 'window'), to.window),
    span: spanOf(parent),
  }
}

function quantifierOf(role: CstNode): Role['quantifier'] {
  const quantifier = node(role, 'quantifier')
  const [word] = quantifier === undefined ? [] : operators(quantifier)
  return word === 'first' || word === 'last' || word === 'nearest' ? word : 'each'
}

function toAxis(parent: CstNode, to: ToAst): Axis {
  return {
    value: toOperand(theNode(parent, 'additive'), to),
    over: optional(node(parent, 'range'), to.range),
    bins: optional(node(parent, 'bins'), (bins) => toBins(bins, to)),
    step: optional(node(parent, 'step'), (step) => toOperand(step, to)),
    span: spanOf(parent),
  }
}

function toBins(parent: CstNode, to: ToAst): Expr {
  const number = token(parent, 'Number')
  if (number !== undefined) return { kind: 'number', digits: digitsOf(number.image), span: spanOf(parent) }
  const list = node(parent, 'list')
  if (list !== undefined) return toOperand(list, to)
  return { kind: 'name', name: nameOf(parent), span: spanOf(parent) }
}

function toUnitDeclaration(parent: CstNode): UnitDeclaration {
  const signs = operators(parent)
  const unit = nodes(parent, 'unitPower').map((factor, index) => {
    const { name, power } = toUnitPower(factor)
    return { name, power: signs[index - 1] === '/' ? -power : power }
  })
  return { path: toPath(theNode(parent, 'path')), unit, span: spanOf(parent) }
}

function toUnitPower(parent: CstNode): { readonly name: Name; readonly power: number } {
  const micro = token(parent, 'MicroSecond')
  const digits = token(parent, 'Number')
  const power = digits === undefined ? 1 : Number(digitsOf(digits.image))
  return {
    name: micro === undefined ? nameOf(parent) : { ...toName(micro), text: 'us' },
    power: has(parent, 'Minus') ? -power : power,
  }
}
