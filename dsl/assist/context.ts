import type { Names } from '../check/bound.ts'
import type { Compilation, Compile, CompileOptions } from '../compile.ts'
import type { Diagnostic } from '../ir/diagnostic.ts'
import type { Plan } from '../ir/plan.ts'
import type { Span } from '../ir/span.ts'
import { type Facts, noFacts } from './facts.ts'

/** What is known where a cell is written. */
export interface AssistContext {
  /** The names of the notebook behind statements of the cell. */
  readonly namesAfter: (text: string) => Names
  /** The plan of the pipeline that a text ends with; undefined where it is not known. */
  readonly planOf: (text: string) => Plan | undefined
  /** The mistakes of a cell. */
  readonly mistakesIn: (text: string) => readonly Diagnostic[]
  readonly facts: Facts
}

/** What the compiler knows where a cell is written. Datasets that the catalog has not opened have no columns. */
export function contextOf(compile: Compile, options: CompileOptions, facts: Facts = noFacts): AssistContext {
  const known = new Map<string, Compilation>()
  const compiled = (text: string): Compilation => {
    const compilation = known.get(text) ?? compile(text, options)
    known.set(text, compilation)
    return compilation
  }
  const named = new Map<string, Names>()
  const rests = new Map<string, Compilation>()
  /** The rest of a text behind statements whose names are known: they need not be checked again with each of its stages. */
  const compiledRest = (text: string): Compilation => {
    const above = [...named.keys()].findLast((each) => each !== '' && text.startsWith(each))
    const names = above === undefined ? undefined : named.get(above)
    if (above === undefined || names === undefined) return compiled(text)
    const compilation = rests.get(text) ?? compile(text.slice(above.length), { ...options, names })
    rests.set(text, compilation)
    return compilation
  }
  return {
    namesAfter: (text) => {
      const { names } = compiled(text)
      named.set(text, names)
      return names
    },
    planOf: (text) => {
      const last = compiledRest(text).statements.at(-1)
      return last?.kind === 'query' && last.query.kind === 'table' ? last.query.plan : undefined
    },
    mistakesIn: (text) => compiled(text).diagnostics,
    facts,
  }
}

/** What can be written at the cursor. */
export interface Completions {
  /** What is replaced by a completion: the part of a word left of the cursor. */
  readonly span: Span
  /** The likeliest first. */
  readonly items: readonly Completion[]
  /** The beginning of a path inside quotes: the store completes it. */
  readonly path: string | null
  /** What may be written here beside the items. */
  readonly slots: ReadonlySet<Slot>
  /** Signs that may stand here, or behind the word at the cursor: `,`, `)`, `==`. */
  readonly signs: ReadonlySet<string>
}

/** Something that is written and not chosen. */
export type Slot = 'newName' | 'number' | 'quantity' | 'text' | 'instant'

export interface Completion {
  readonly text: string
  readonly kind:
    | 'keyword'
    | 'stream'
    | 'source'
    | 'column'
    | 'role'
    | 'function'
    | 'value'
    | 'parameter'
    | 'unit'
    | 'literal'
    | 'target'
  /** Type and unit, or what it is in a word or two. */
  readonly detail: string
}
