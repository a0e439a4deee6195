import type * as ast from '../ir/ast.ts'
import type { Span } from '../ir/span.ts'
import type { Meaning, Stream } from './bound.ts'
import { expanded } from './macro.ts'
import { sourceOfExpr } from './source-of-expr.ts'
import { union } from './union.ts'
import { demandMeaning, unknownStream } from './unknown.ts'
import { meaningWord } from './operand.ts'
import { Held, refuse } from './refusal.ts'
import { cut, noteUse, type Scope } from './scope.ts'

/** The stream that a source names. */
export function streamOf(source: ast.Source, scope: Scope): Stream {
  switch (source.kind) {
    case 'path':
      return streamOfPath(source, false, scope)
    case 'name':
      return streamOfName(source, scope)
    case 'pipeline':
      return streamOfFlow(
        scope.context.pipeline(source.pipeline, { ...scope, place: { kind: 'nowhere' } }),
        source.span,
        scope,
      )
  }
}

/** The rows of a dataset; held back while it is not open. */
export function streamOfPath(
  { path, span }: { readonly path: string; readonly span: Span },
  timeDeclared: boolean,
  scope: Scope,
): Stream {
  const need = { path, timeDeclared, span }
  const dataset = scope.context.catalog.dataset(need)
  if (dataset === undefined) {
    scope.context.needs.push(need)
    throw new Held()
  }
  const isEventData = dataset.files !== undefined && dataset.files.every(({ reference }) => reference.kind === 'row')
  const known = { files: dataset.events ?? [], optional: [], isEventData }
  const plan = { op: 'scan', dataset: dataset.key, schema: dataset.schema } as const
  return { plan, label: fileName(path), present: new Set(), sorted: null, ...known }
}

function fileName(path: string): string {
  return /[^/\\]+$/.exec(path)?.[0] ?? path
}

type NameSource = Extract<ast.Source, { kind: 'name' }>

function streamOfName(source: NameSource, scope: Scope): Stream {
  const { name, args, members, span } = source
  if (members.length > 0) return noStream(cut(scope, span), 'value', { span, scope })
  if (args !== null) return streamOfCall(name, args, { span, scope })
  const argument = scope.parameters.get(name.text)
  if (argument !== undefined) return streamOfArgument(name, argument, scope)
  const bound = scope.names.get(name.text)
  if (bound === undefined) return unknownStream(name, scope)
  demandMeaning(name, bound, scope)
  noteUse(scope, name.text, bound)
  const { meaning } = bound
  if (meaning.kind === 'stream') return { ...meaning.stream, label: name.text }
  return noStream(name.text, meaning.kind, { span, scope })
}

function streamOfArgument(
  name: ast.Name,
  argument: { readonly value: ast.Expr; readonly scope: Scope },
  scope: Scope,
): Stream {
  const source = sourceOfExpr(argument.value)
  if (source !== undefined) return streamOf(source, argument.scope)
  return noStream(name.text, 'value', { span: name.span, scope })
}

function streamOfCall(
  name: ast.Name,
  args: readonly ast.Arg[],
  { span, scope }: { readonly span: Span; readonly scope: Scope },
): Stream {
  const bound = scope.names.get(name.text)
  if (bound === undefined && name.text === 'union') return union({ args, span }, scope, streamOf)
  if (bound === undefined) return unknownStream(name, scope)
  demandMeaning(name, bound, scope)
  noteUse(scope, name.text, bound)
  if (bound.meaning.kind === 'value' && bound.meaning.term.kind === 'text') return noFile(name.text, { span, scope })
  if (bound.meaning.kind !== 'fn') return noStream(name.text, bound.meaning.kind, { span, scope })
  const value = expanded({ name, fn: bound.meaning, args, span }, scope)
  if (value.kind === 'meaning' && value.meaning.kind === 'stream')
    return { ...value.meaning.stream, label: cut(scope, span) }
  return noStream(cut(scope, span), value.kind === 'meaning' ? value.meaning.kind : 'value', { span, scope })
}

function streamOfFlow(flow: ReturnType<Scope['context']['pipeline']>, span: Span, scope: Scope): Stream {
  if (flow.kind === 'stream') return flow.stream
  return noStream(cut(scope, span), 'hist', { span, scope })
}

interface At {
  readonly span: Span
  readonly scope: Scope
}

function noFile(name: string, { span, scope }: At): never {
  const wants = `a stream: a file is opened by \`${name} = from "…"\``
  return refuse(scope, 'S130', { span, facts: { name, found: 'a text', wants } })
}

function noStream(text: string, kind: Meaning['kind'], { span, scope }: At): never {
  return refuse(scope, 'S130', { span, facts: { name: text, found: meaningWord(kind), wants: 'a stream' } })
}
