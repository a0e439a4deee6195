import type * as ast from '../ir/ast.ts'
import type { Plan, Query } from '../ir/plan.ts'
import { schemaOf } from '../ir/schema.ts'
import type { Span } from '../ir/span.ts'
import type { Use } from '../ir/use.ts'
import { boundsOf } from './compare.ts'
import { alike } from './alike.ts'
import type { Bound, Meaning, NameUse, Stream } from './bound.ts'
import { inUnit } from './constant.ts'
import { meaningOfFlow, meaningText } from './meaning.ts'
import { numberQuery } from './number-query.ts'
import { asTerm, meaningWord, operandOf } from './operand.ts'
import { refuse } from './refusal.ts'
import { cut, type Flow, type Scope, type Value } from './scope.ts'
import { cutflowQuery } from './cutflow.ts'
import { handOver } from './hand-over.ts'
import { looksOf } from './looks.ts'
import { withNamedColumns } from './named-columns.ts'
import { withWheres } from './wheres.ts'
import { explanation } from '../optimize/explanation.ts'
import { sliderOf, type Slider } from './slider.ts'
import { streamOf } from './source.ts'
import { isMoved, usesOf } from './uses.ts'
import { useOf } from './use.ts'
import { compareRationals } from '../ir/rational.ts'

/** What a statement means: a name for the notebook, or queries. */
export type Checked =
  | { readonly kind: 'definition'; readonly name: string; readonly bound: Bound }
  | { readonly kind: 'use'; readonly use: Use }
  | { readonly kind: 'queries'; readonly queries: readonly Query[] }

/** The meaning of a statement, its scope having no row. */
export function checked(statement: ast.Statement, scope: Scope): Checked {
  switch (statement.kind) {
    case 'definition':
      return definition(statement.name, meaningOf(statement.value, scope), { statement, scope })
    case 'fn':
      return definition(statement.name, fnOf(statement, scope), { statement, scope })
    case 'param': {
      const { meaning, slider } = paramOf(statement, scope)
      return definition(statement.name, meaning, { statement, scope }, slider)
    }
    case 'pipeline':
      return queries(flowQuery(scope.context.pipeline(statement.pipeline, scope)))
    case 'show':
      return queries(...statement.values.map((value) => shown(value, scope)))
    case 'cutflow':
      return queries(...statement.sources.map((source) => cutflow(source, statement.by, scope)))
    case 'describe': {
      const { plan } = streamOf(statement.source, scope)
      return queries({ kind: 'describe', name: nameOf(statement.source, scope), plan })
    }
    case 'save':
      return queries(saved(statement, scope))
    case 'use':
      return { kind: 'use', use: useOf(statement, scope) }
    case 'explain': {
      const { plan } = streamOf(statement.source, scope)
      return queries({ kind: 'explain', name: nameOf(statement.source, scope), plan, text: explanation(plan) })
    }
  }
}

function queries(...found: readonly Query[]): Checked {
  return { kind: 'queries', queries: found.map((query) => withWheres(withNamedColumns(query))) }
}

interface At {
  readonly statement: ast.Statement
  readonly scope: Scope
}

/** A definition remembers the texts of those it stands on, each once, and its own. */
function definition(name: ast.Name, meaning: Meaning, { statement, scope }: At, slider?: Slider): Checked {
  const history = [...scope.context.history, cut(scope, statement.span)]
  const uses = meaning.kind === 'fn' ? usesOfFunction(meaning, statement.span, scope) : usesOf(scope)
  const follows = uses.some(({ bound }) => isMoved(bound))
  const moved = follows ? { followsSlider: true as const } : slider === undefined ? {} : { slider }
  const cell = scope.context.cell.cell
  const bound: Bound = { meaning, type: meaningText(meaning), cell, history, uses, ...moved }
  return { kind: 'definition', name: name.text, bound }
}

/** A function is checked where it is called: until then its text says what it stands on. */
function usesOfFunction(
  { parameters, names }: Extract<Meaning, { kind: 'fn' }>,
  span: Span,
  scope: Scope,
): readonly NameUse[] {
  const words = cut(scope, span).matchAll(/"(?:[^"\\]|\\.)*"|'(?:[^'\\]|\\.)*'|`([^`]+)`|([A-Za-z_]\w*)/g)
  const inText = new Set([...words].map(([, quoted, plain]) => quoted ?? plain))
  const own = new Set(parameters.map(({ name }) => name.text))
  return [...names].flatMap(([name, bound]) => (inText.has(name) && !own.has(name) ? [{ name, bound }] : []))
}

function meaningOf(value: ast.Pipeline | ast.Expr, scope: Scope): Meaning {
  if (value.kind === 'pipeline') return meaningOfFlow(scope.context.pipeline(value, scope))
  const found: Value = scope.context.value(value, scope)
  if (found.kind === 'meaning') return found.meaning
  if (found.kind === 'list') return found
  return { kind: 'value', term: asTerm(found, value, scope) }
}

function fnOf({ parameters, body }: Extract<ast.Statement, { kind: 'fn' }>, scope: Scope): Meaning {
  const seen = new Set<string>()
  for (const { name } of parameters) {
    if (seen.has(name.text))
      refuse(scope, 'S135', { span: name.span, facts: { name: name.text, where: 'list of parameters' } })
    seen.add(name.text)
  }
  return { kind: 'fn', parameters, body, names: scope.names, origin: scope.origin }
}

/** A parameter is a constant of the plan; its range is that of a slider. */
function paramOf(
  { name, value, range, span }: Extract<ast.Statement, { kind: 'param' }>,
  scope: Scope,
): { readonly meaning: Meaning; readonly slider?: Slider } {
  const operand = operandOf(value, scope)
  const { term } = operand
  if (term.kind !== 'constant') {
    const facts = {
      what: `The parameter \`${name.text}\``,
      wants: 'a constant',
      found: `\`${cut(scope, value.span)}\``,
      hint: null,
    }
    return refuse(scope, 'S120', { span: value.span, facts })
  }
  const meaning: Meaning = { kind: 'value', term }
  if (range === null) return { meaning }
  const bounds = boundsOf(range, scope)
  alike([operand, ...bounds], scope, { purpose: (a, b) => `compare ${a} with ${b}`, span: range.span })
  const [low, high] = bounds.map((bound) => (bound.term.kind === 'constant' ? inUnit(bound.term, term.unit) : term))
  if (
    low !== undefined &&
    high !== undefined &&
    compareRationals(low.value, term.value) <= 0 &&
    compareRationals(term.value, high.value) <= 0
  ) {
    const before = cut(scope, { start: span.start, end: value.span.start })
    const after = cut(scope, { start: value.span.end, end: span.end })
    const slider = sliderOf({ value: term, low, high, texts: [before, cut(scope, value.span), after] })
    return { meaning, ...(slider === undefined ? {} : { slider }) }
  }
  const why = `\`${cut(scope, value.span)}\` lies outside of \`${cut(scope, range.span)}\`.`
  return refuse(scope, 'S124', { span: value.span, facts: { why } })
}

function flowQuery(flow: Flow): Query {
  return flow.kind === 'hist' ? flow.query : tableQuery(flow.stream)
}

/** A stream as a table, with what its rows look at where they are in time. */
function tableQuery({ plan }: Stream): Query {
  const windows = schemaOf(plan).key === null ? [] : looksOf(plan)
  return { kind: 'table', plan, ...(windows.length === 0 ? {} : { windows }) }
}

function shown(expr: ast.Expr, scope: Scope): Query {
  const value: Value = scope.context.value(expr, scope)
  if (value.kind !== 'meaning') return numberQuery(asTerm(value, expr, scope), expr, scope)
  const { meaning } = value
  switch (meaning.kind) {
    case 'stream':
      return tableQuery(meaning.stream)
    case 'hist':
      return meaning.query
    case 'value':
      return numberQuery(meaning.term, expr, scope)
    case 'list':
    case 'fn':
    case 'broken': {
      const facts = {
        name: cut(scope, expr.span),
        found: meaningWord(meaning.kind),
        wants: 'a number, a stream or a histogram',
      }
      return refuse(scope, 'S130', { span: expr.span, facts })
    }
  }
}

function cutflow(source: ast.Source, by: ast.Expr | null, scope: Scope): Query {
  return cutflowQuery({ stream: streamOf(source, scope), name: nameOf(source, scope), by }, scope)
}

/** How a stream is called in a result: its path without quotes, or as written. */
function nameOf(source: ast.Source, scope: Scope): string {
  return source.kind === 'path' ? source.path : cut(scope, source.span)
}

const endings = ['.parquet', '.arrow', '.h5', '.root', '.csv']

function saved(statement: Extract<ast.Statement, { kind: 'save' }>, scope: Scope): Query {
  const { target, source, span } = statement
  const stream = streamOf(source, scope)
  const text = [...scope.context.history, cut(scope, span)].join('\n')
  const files = stream.files.length === 0 ? {} : { files: stream.files }
  if (target.kind === 'call' && target.name.text === 'entrylist') {
    return { kind: 'save', plan: stream.plan, text, ...files, ...entryListOf(target, stream.plan, scope) }
  }
  if (target.kind === 'call') return handOver(target, stream, { text, scope })
  if (!endings.some((ending) => target.path.toLowerCase().endsWith(ending))) {
    return refuse(scope, 'S125', { span: target.span, facts: { path: target.path, known: endings } })
  }
  return { kind: 'save', plan: stream.plan, path: target.path, text, ...files }
}

type SaveCall = Extract<ast.SaveTarget, { kind: 'call' }>

/** `entrylist("x.root", tree: "Event/Rec")`. */
function entryListOf(target: SaveCall, plan: Plan, scope: Scope) {
  const { args, span } = target
  const [path, tree, ...more] = args.map(({ label, value }) =>
    value.kind === 'string' ? { label: label?.text ?? null, text: value.value } : null,
  )
  const isCall = path?.label === null && (tree === undefined || tree?.label === 'tree') && more.length === 0
  if (!isCall)
    return refuse(scope, 'S124', {
      span,
      facts: { why: 'Write `entrylist("x.root")`, or `entrylist("x.root", tree: "Event/Rec")`.' },
    })
  if (!path.text.toLowerCase().endsWith('.root')) {
    return refuse(scope, 'S125', { span, facts: { path: path.text, known: ['.root'] } })
  }
  if (schemaOf(plan).stream === 'table') {
    return refuse(scope, 'S124', {
      span,
      facts: { why: 'The rows of a table are no events, so that there is no entry to list.' },
    })
  }
  return { path: path.text, entryList: { tree: tree?.text ?? null } }
}
