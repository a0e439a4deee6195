import type * as ast from '../ir/ast.ts'
import type { Stream } from '../check/bound.ts'
import type { Flow, Scope } from '../check/scope.ts'

/** One kind of stage, for the checker and for the page of the language. */
export interface Verb<Kind extends ast.Stage['kind']> {
  readonly name: string
  /** What it does, in a sentence. */
  readonly doc: string
  /** A pipeline that uses it. */
  readonly example: string
  /** Checks the stage on the stream before it and gives the stream, or the histogram, after it. */
  readonly apply: (stage: Extract<ast.Stage, { kind: Kind }>, input: Stream, scope: Scope) => Flow
}

export function stream(of: Stream): Flow {
  return { kind: 'stream', stream: of }
}
