import type * as ast from '../ir/ast.ts'
import { rowFunctions } from '../functions/index.ts'
import { aggregate } from './aggregate.ts'
import { aggregateNames, isAggregateName } from './aggregate-type.ts'
import { geometry, geometryNames } from './geometry.ts'
import { functionMeantBy } from '../parse/functions-elsewhere.ts'
import { expanded } from './macro.ts'
import { meantBy } from '../ir/meant.ts'
import { demandMeaning } from './unknown.ts'
import { meaningWord } from './operand.ts'
import { refuse } from './refusal.ts'
import { binCall, scalarCall } from './scalar-call.ts'
import { cut, noteUse, type Scope, type Value } from './scope.ts'
import { streamOf } from './source.ts'
import { sourceOfExpr } from './source-of-expr.ts'
import { demandTime } from './stream.ts'
import { numberType, type Term } from './term.ts'
import { union } from './union.ts'

type Call = Extract<ast.Expr, { kind: 'call' }>

/** What a call means: a macro of the notebook, an aggregate, or a function of the language. */
export function valueOfCall(call: Call, scope: Scope): Value {
  const { name, args, span } = call
  const bound = scope.names.get(name.text)
  if (bound !== undefined) {
    demandMeaning(name, bound, scope)
    if (bound.meaning.kind === 'fn') {
      noteUse(scope, name.text, bound)
      return expanded({ name, fn: bound.meaning, args, span }, scope)
    }
  }
  return valueOfBuiltIn(call, scope)
}

function valueOfBuiltIn(call: Call, scope: Scope): Value {
  const { name } = call
  if (isAggregateName(name.text)) return aggregate({ ...call, fn: name.text }, scope)
  if (name.text === 'livetime') return livetime(call, scope)
  if (name.text === 'union')
    return { kind: 'meaning', meaning: { kind: 'stream', stream: union(call, scope, streamOf) } }
  const found = geometry(call, scope)
  if (found !== undefined) return found
  const entry = rowFunctions.get(name.text)
  if (entry?.signature === undefined) return unknownFunction(call, scope)
  const fn = { ...entry, signature: entry.signature }
  return name.text === 'bin' ? binCall(call, fn, scope) : scalarCall(call, fn, scope)
}

/** The live time of a stream's selection, ns. */
function livetime(call: Call, scope: Scope): Term {
  const [arg] = call.args
  const { span, name } = call
  if (scope.place.kind === 'group' && arg === undefined) return scope.place.livetime(span)
  if (scope.place.kind !== 'nowhere') return refuse(scope, 'S140', { span, facts: { text: cut(scope, span) } })
  const source = arg === undefined || call.args.length > 1 ? undefined : sourceOfExpr(arg.value)
  if (source === undefined) {
    return refuse(scope, 'S119', { span, facts: { call: name.text, expected: 'one stream', found: call.args.length } })
  }
  const stream = streamOf(source, scope)
  demandTime(stream, 'livetime', { scope, span: source.span })
  const type = numberType('int64', [{ name: 'ns', power: 1 }])
  return { kind: 'total', total: { kind: 'livetime', plan: stream.plan }, type, missing: false }
}

function unknownFunction(call: Call, scope: Scope): never {
  const { name, span } = call
  const bound = scope.names.get(name.text)
  if (bound !== undefined) {
    const facts = { name: name.text, found: meaningWord(bound.meaning.kind), wants: 'a function' }
    return refuse(scope, 'S130', { span: name.span, facts })
  }
  const power = asPower(call, scope)
  if (power !== null) return refuse(scope, 'S118', { span, facts: { name: name.text, span, meant: power } })
  const meant = functionMeantBy(name.text) ?? meantBy(name.text, functionNames(scope))
  return refuse(scope, 'S118', { span: name.span, facts: { name: name.text, span: name.span, meant } })
}

/** `pow(x, 2)` as `x^2`: a power is an operator here. */
function asPower({ name, args }: Call, scope: Scope): string | null {
  const [base, exponent] = args.map(({ value }) => cut(scope, value.span))
  if (!/^pow(er)?$/.test(name.text) || base === undefined || exponent === undefined || args.length > 2) return null
  const operand = (text: string): string => (/^[\w.]+$/.test(text) ? text : `(${text})`)
  return `${operand(base)}^${operand(exponent)}`
}

function functionNames({ names }: Scope): readonly string[] {
  const own = [...names].filter(([, { meaning }]) => meaning.kind === 'fn').map(([name]) => name)
  const scalar = [...rowFunctions.values()].filter(({ signature }) => signature !== undefined).map(({ name }) => name)
  return [...own, ...aggregateNames, ...geometryNames, ...scalar, 'livetime']
}
