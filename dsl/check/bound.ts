import type * as ast from '../ir/ast.ts'
import type { Plan, Query } from '../ir/plan.ts'
import type { EventFile } from '../ir/types.ts'
import type { Span } from '../ir/span.ts'
import type { List, OptionalRecord, Term } from './term.ts'
import type { Origin } from './refusal.ts'
import type { Slider } from './slider.ts'

/** A stream of rows: its plan, and what messages and later stages need to know of it. */
export interface Stream {
  readonly plan: Plan
  /** The name it is bound to, or that of its files. */
  readonly label: string
  /** Columns that may be missing and are known to be there. */
  readonly present: ReadonlySet<string>
  /** The `sort` that ended the order in time, for messages. */
  readonly sorted: { readonly by: string; readonly origin: Origin; readonly span: Span } | null
  /** The event-data files that its file numbers stand for; empty where they are not known. */
  readonly files: readonly EventFile[]
  readonly optional: readonly OptionalRecord[]
  /** The files that the stream starts from are event data: each of their rows refers to itself. */
  readonly isEventData?: boolean
}

export type HistQuery = Extract<Query, { kind: 'hist' }>

/** What a name of the notebook means: a definition with everything it used at that time. */
export type Meaning =
  | { readonly kind: 'stream'; readonly stream: Stream }
  | { readonly kind: 'hist'; readonly query: HistQuery; readonly label: string }
  /** A number, instant, bool or text: a constant, or computed from whole streams. */
  | { readonly kind: 'value'; readonly term: Term }
  | List
  | {
      readonly kind: 'fn'
      readonly parameters: readonly ast.Parameter[]
      readonly body: ast.Pipeline | ast.Expr
      readonly names: Names
      readonly origin: Origin
    }
  /** The definition has a mistake, or waits for a file. */
  | { readonly kind: 'broken' }

export interface Bound {
  readonly meaning: Meaning
  /** What it is in a word or two, as the notebook shows it: `match(prompt, delayed) of events`. */
  readonly type: string
  readonly cell: number | null
  /** The texts of the definitions that it stands on, its own last. */
  readonly history: readonly string[]
  /**
   * The names that it stands on, as they were when it was made: those in its text, then those in that of the functions that
   * it calls.
   */
  readonly uses: readonly NameUse[]
  /** Of a parameter with a range that stands on no other. */
  readonly slider?: Slider
  /** It stands on a parameter that has a slider. */
  readonly followsSlider?: true
}

export interface NameUse {
  readonly name: string
  readonly bound: Bound
}

/** The names of a notebook; immutable. */
export type Names = ReadonlyMap<string, Bound>
