import type * as ast from '../ir/ast.ts'
import type { Span } from '../ir/span.ts'
import type { Meaning } from './bound.ts'
import { meaningOfFlow } from './meaning.ts'
import { Refusal, refuse } from './refusal.ts'
import { type Argument, cut, type Scope, type Value } from './scope.ts'

type Fn = Extract<Meaning, { kind: 'fn' }>

export interface MacroCall {
  readonly name: ast.Name
  readonly fn: Fn
  readonly args: readonly ast.Arg[]
  readonly span: Span
}

/** A macro that calls one twice that calls one twice … is a short text and a long expression. */
const mostExpansions = 2_000

/**
 * What a macro means where it is called: its text with the names of its definition, in the row of the call. Never
 * recursive, since its names are those before it. A mistake in the text of another cell is told at the call.
 */
export function expanded(call: MacroCall, scope: Scope): Value {
  if (++scope.context.expansions.count > mostExpansions) return refuse(scope, 'S148', { span: call.span, facts: {} })
  const inner: Scope = {
    ...scope,
    origin: call.fn.origin,
    names: call.fn.names,
    parameters: boundParameters(call, scope),
  }
  try {
    return call.fn.body.kind === 'pipeline'
      ? { kind: 'meaning', meaning: meaningOfFlow(scope.context.pipeline(call.fn.body, inner)) }
      : scope.context.value(call.fn.body, inner)
  } catch (error) {
    if (error instanceof Refusal && callsItself(error, call)) {
      const why = `\`${call.name.text}\` calls itself, and a function is put in the place of its call: it cannot.`
      return refuse(scope, 'S124', { span: call.span, facts: { why } })
    }
    if (!(error instanceof Refusal) || error.origin === scope.origin) throw error
    throw atCall(error, call, scope)
  }
}

/** Whether a function was not found in its own text, where only names from before it are known. */
function callsItself({ diagnostic }: Refusal, { name, fn }: MacroCall): boolean {
  const isUnknown = diagnostic.code === 'S118' && diagnostic.message.startsWith(`I know no function \`${name.text}\``)
  return isUnknown && !fn.names.has(name.text)
}

function atCall({ diagnostic }: Refusal, { name, fn, span }: MacroCall, scope: Scope): Refusal {
  const where = fn.origin.cell === null ? '' : ` (cell ${fn.origin.cell})`
  const message = `In \`${name.text}\`${where}: ${diagnostic.message}`
  return new Refusal({ ...diagnostic, message, span, fix: null }, scope.origin)
}

function boundParameters(call: MacroCall, scope: Scope): ReadonlyMap<string, Argument> {
  const { parameters, origin, names } = call.fn
  const given = new Map<string, Argument>()
  call.args.forEach((arg, at) => {
    const parameter = arg.label === null ? parameters[at] : parameters.find(({ name }) => name.text === arg.label?.text)
    if (parameter === undefined || given.has(parameter.name.text)) return refuseArgument(call, arg, scope)
    if (arg.of !== null || arg.where !== null || arg.window !== null) return refuseArgument(call, arg, scope)
    given.set(parameter.name.text, { value: arg.value, scope })
  })
  for (const { name, value } of parameters) {
    if (given.has(name.text)) continue
    if (value === null) return refuseCount(call, scope)
    given.set(name.text, { value, scope: { ...scope, origin, names, parameters: new Map() } })
  }
  return given
}

function refuseArgument(call: MacroCall, arg: ast.Arg, scope: Scope): never {
  if (arg.label === null && call.args.length > call.fn.parameters.length) return refuseCount(call, scope)
  const why = `\`${call.name.text}\` does not take \`${cut(scope, arg.span)}\`: its parameters are ${parameterTexts(call)}.`
  return refuse(scope, 'S124', { span: arg.span, facts: { why } })
}

function refuseCount(call: MacroCall, scope: Scope): never {
  const expected = call.fn.parameters.length === 0 ? 'no argument' : parameterTexts(call)
  return refuse(scope, 'S119', { span: call.span, facts: { call: call.name.text, expected, found: call.args.length } })
}

function parameterTexts({ fn }: MacroCall): string {
  return fn.parameters.map(({ name, value }) => `\`${name.text}\`${value === null ? '' : ' (optional)'}`).join(', ')
}
