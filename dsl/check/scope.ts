import type * as ast from '../ir/ast.ts'
import type { Diagnostic } from '../ir/diagnostic.ts'
import { diagnose, type NameMessages } from '../ir/name-messages.ts'
import type { EventFile, Schema } from '../ir/types.ts'
import type { Span } from '../ir/span.ts'
import type { AggregateName } from '../ir/types.ts'
import type { Bound, HistQuery, Meaning, Names, NameUse, Stream } from './bound.ts'
import type { Origin } from './refusal.ts'
import type { ColumnTerm, Frame, Jagged, List, ListColumn, RowRef, Term, Vector } from './term.ts'

/** The schemas of the datasets that are open. */
export interface Catalog {
  /** Undefined: not opened yet. */
  dataset(need: Need): OpenDataset | undefined
  /** The good time of a dataset, by its key: sorted and disjoint in each run; undefined where it is not known. */
  goodTime?(key: string): readonly RunSpan[] | undefined
  /** Rows of a dataset, by its key, in each second of the time that its files cover; undefined where it is not known. */
  rate?(key: string): number | undefined
}

/** A half-open span of a run, decimal ns since 1970. */
export interface RunSpan {
  readonly run: number
  readonly start: string
  readonly stop: string
}

/** What the compiler needs to know of an open dataset. */
export interface OpenDataset {
  readonly key: string
  readonly schema: Schema
  /** The event-data files that its file numbers stand for; absent: not known. */
  readonly events?: readonly EventFile[]
  /** How the rows of each file refer to events: by columns, or each row to itself, as those of event data do. */
  readonly files?: readonly { readonly reference: { readonly kind: 'columns' | 'row' } }[]
}

/** A dataset that the compiler must know the schema of: its path as written, with `:tree`. */
export interface Need {
  readonly path: string
  /** `units t: ns` follows the path: a whole-number column `t` is the time of events. */
  readonly timeDeclared: boolean
  readonly span: Span
}

/** What an expression can be: a value of a row, or something that is not one by itself. */
export type Value = Term | RowRef | Jagged | Vector | List | { readonly kind: 'meaning'; readonly meaning: Meaning }

/** What a pipeline gives. */
export type Flow =
  | { readonly kind: 'stream'; readonly stream: Stream }
  | { readonly kind: 'hist'; readonly query: HistQuery; readonly label: string }

/** What the check of a statement gathers, and the two ways back into it that every construct may take. */
export interface Context {
  /** The cell that is compiled; the text of a macro may be of another one. */
  readonly cell: Origin
  readonly catalog: Catalog
  /** How long a window may be without a look at what it holds, ns: `use local(max_window: 1 h)`. */
  readonly maxWindowNs: number
  readonly warnings: Diagnostic[]
  readonly needs: Need[]
  /** Texts of the definitions that the statement used. */
  readonly history: Set<string>
  /** How often a macro was put in the place of its call. */
  readonly expansions: { count: number }
  /** The names that the statement used, each with one meaning once. */
  readonly uses: NameUse[]
  readonly value: (expr: ast.Expr, scope: Scope) => Value
  readonly pipeline: (pipeline: ast.Pipeline, scope: Scope) => Flow
}

/** An argument of a macro: its text is resolved where it is written. */
export interface Argument {
  readonly value: ast.Expr
  readonly scope: Scope
}

/** The rows that names can refer to. */
export interface Rows {
  /** The row whose columns are written bare. */
  readonly bare: Frame
  /** What `this` is; null where no row is: the reference of a role's window. */
  readonly self: RowRef | null
  /** Roles, the target of a veto, the stream of an aggregate. */
  readonly named: ReadonlyMap<string, RowRef>
  /** Columns that a condition to the left has shown to be there. */
  readonly shown: readonly Fact[]
  /** What the bare columns begin with, where they are those of a role. */
  readonly prefix?: string
  /** The list that an aggregate is over: its elements come before the columns of the row. */
  readonly element?: { readonly list: ListColumn; readonly frame: Frame }
}

export interface Fact {
  readonly frame: Frame
  readonly name: string
}

/**
 * Where an expression stands: in a row; inside an aggregate, where no other aggregate may stand; among the measures of
 * a group; or in no row at all, as a number over whole streams.
 */
export type Place =
  | { readonly kind: 'row'; readonly rows: Rows }
  | { readonly kind: 'member'; readonly rows: Rows }
  | {
      readonly kind: 'group'
      /** The row of a group: its keys. */
      readonly rows: Rows
      /** The rows that are grouped: what aggregates see. */
      readonly members: Rows
      readonly measure: (of: Measured) => ColumnTerm
      /** The live time of each group, as a column of its row. */
      readonly livetime: (span: Span) => ColumnTerm
    }
  | { readonly kind: 'nowhere' }

/** An aggregate of a group: of a value, or of the rows, for which a condition holds. */
export interface Measured {
  readonly fn: AggregateName
  readonly value: Term | null
  readonly where: Term | null
  readonly span: Span
}

export interface Scope {
  readonly context: Context
  readonly origin: Origin
  readonly names: Names
  readonly parameters: ReadonlyMap<string, Argument>
  readonly place: Place
}

/** Notes that the statement stands on a name. */
export function noteUse({ context }: Scope, name: string, bound: Bound): void {
  for (const text of bound.history) context.history.add(text)
  if (!context.uses.some((use) => use.bound === bound)) context.uses.push({ name, bound })
}

/** The text of a node as one line: comments gone, blanks collapsed. */
export function cut({ origin }: { readonly origin: Origin }, span: Span): string {
  return origin.text
    .slice(span.start, span.end)
    .replaceAll(
      /("(?:[^"\\\n]|\\.)*"|'(?:[^'\\\n]|\\.)*'|`[^`\n]*`)|#[^\n]*/g,
      (_, quoted: string | undefined) => quoted ?? ' ',
    )
    .replaceAll(/\s+/g, ' ')
    .trim()
}

export function warn<Code extends keyof NameMessages>(
  { context, origin }: Scope,
  code: Code,
  place: { readonly span: Span; readonly facts: NameMessages[Code] },
): void {
  // A place in the text of a macro is not a place in the cell.
  if (origin !== context.cell) return
  if (context.warnings.some((warning) => warning.span.start === place.span.start && warning.code === code)) return
  context.warnings.push(diagnose(code, place.span, place.facts))
}
