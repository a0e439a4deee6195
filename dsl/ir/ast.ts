import type { Span } from './span.ts'

/** A name as written, without backquotes. */
export interface Name {
  readonly text: string
  readonly span: Span
}

/** One cell: what the parser could make of it. Statements with a syntax error are absent here and present as diagnostics. */
export interface Cell {
  readonly statements: readonly Statement[]
}

export type Statement = (
  | { readonly kind: 'definition'; readonly name: Name; readonly value: Pipeline | Expr }
  | { readonly kind: 'pipeline'; readonly pipeline: Pipeline }
  | {
      readonly kind: 'fn'
      readonly name: Name
      readonly parameters: readonly Parameter[]
      readonly body: Pipeline | Expr
    }
  | { readonly kind: 'param'; readonly name: Name; readonly value: Expr; readonly range: Range | null }
  | { readonly kind: 'use'; readonly name: Name; readonly args: readonly Arg[] }
  | { readonly kind: 'save'; readonly source: Source; readonly target: SaveTarget }
  | { readonly kind: 'show'; readonly values: readonly Expr[] }
  | { readonly kind: 'cutflow'; readonly sources: readonly Source[]; readonly by: Expr | null }
  | { readonly kind: 'describe'; readonly source: Source }
  | { readonly kind: 'explain'; readonly source: Source }
) & { readonly span: Span }

export interface Parameter {
  readonly name: Name
  readonly value: Expr | null
}

export type SaveTarget =
  | { readonly kind: 'path'; readonly path: string; readonly span: Span }
  | { readonly kind: 'call'; readonly name: Name; readonly args: readonly Arg[]; readonly span: Span }

export interface Pipeline {
  readonly kind: 'pipeline'
  readonly source: Source
  readonly stages: readonly Stage[]
  readonly span: Span
}

/** `path` is a string literal's text; a name may be called (`union(a, b)`, an `fn`) and followed by members (`w.hits`). */
export type Source = (
  | { readonly kind: 'path'; readonly path: string }
  | {
      readonly kind: 'name'
      readonly name: Name
      readonly args: readonly Arg[] | null
      readonly members: readonly Name[]
    }
  | { readonly kind: 'pipeline'; readonly pipeline: Pipeline }
) & { readonly span: Span }

/** `text` fields elsewhere in the plan are cut from the cell by a node's span. */
export type Stage = (
  | { readonly kind: 'where'; readonly label: Name | null; readonly condition: Expr }
  | { readonly kind: 'define'; readonly bindings: readonly Binding[] }
  | { readonly kind: 'select'; readonly items: readonly Item[] }
  | {
      readonly kind: 'veto' | 'keep'
      readonly label: Name | null
      readonly condition: Expr | null
      readonly window: Window
    }
  | {
      readonly kind: 'match'
      readonly name: Name
      readonly source: Source | null
      readonly condition: Expr | null
      readonly roles: readonly Role[]
    }
  | {
      readonly kind: 'join'
      readonly optional: boolean
      readonly name: Name
      readonly source: Source
      readonly by: readonly Expr[]
    }
  | { readonly kind: 'burst'; readonly atLeast: Expr; readonly within: Expr }
  | { readonly kind: 'shift'; readonly by: Expr }
  | { readonly kind: 'group'; readonly keys: readonly Item[]; readonly measures: readonly Binding[] }
  | { readonly kind: 'sort'; readonly by: Expr; readonly descending: boolean }
  | { readonly kind: 'take'; readonly count: Expr }
  | { readonly kind: 'sample'; readonly fraction: Expr }
  | { readonly kind: 'complete' }
  | { readonly kind: 'hist'; readonly axes: readonly Axis[]; readonly weight: Expr | null }
  | { readonly kind: 'units'; readonly units: readonly UnitDeclaration[] }
) & { readonly span: Span }

export interface Binding {
  readonly name: Name
  readonly value: Expr
}

export interface Item {
  readonly name: Name | null
  readonly value: Expr
}

export interface Role {
  readonly quantifier: 'each' | 'first' | 'last' | 'nearest' | 'without'
  readonly name: Name
  readonly source: Source | null
  readonly condition: Expr | null
  /** Null where the text has none: S107. */
  readonly window: Window | null
  readonly span: Span
}

export type Window = (
  | {
      readonly kind: 'within'
      /** Null in `within D`, where only `high` is written. */
      readonly low: Expr | null
      readonly high: Expr
      /** `..<`: the second bound is excluded. */
      readonly open: boolean
      readonly direction: 'after' | 'before' | 'of' | null
      readonly target: Target | null
    }
  | { readonly kind: 'between'; readonly from: Anchor; readonly to: Anchor }
  | { readonly kind: 'during'; readonly source: Source }
) & { readonly span: Span }

/** One end of `between`: a role or `this`, with an offset in time. */
export interface Anchor {
  readonly path: readonly Name[]
  readonly sign: '+' | '-' | null
  readonly offset: Expr | null
  readonly span: Span
}

export type Target = (
  | { readonly kind: 'this' }
  | { readonly kind: 'named'; readonly name: Name; readonly source: Source }
  | { readonly kind: 'source'; readonly source: Source }
) & { readonly span: Span }

export interface Range {
  readonly low: Expr
  readonly high: Expr
  /** `..<`: the upper end is excluded. */
  readonly open: boolean
  readonly span: Span
}

export interface Axis {
  readonly value: Expr
  readonly over: Range | null
  readonly bins: Expr | null
  readonly step: Expr | null
  readonly span: Span
}

/** `units hits.time: ns`; the unit is a product of powers, `mm^2`, `pe/MeV`. */
export interface UnitDeclaration {
  readonly path: readonly Name[]
  readonly unit: readonly { readonly name: Name; readonly power: number }[]
  readonly span: Span
}

export type BinaryOperator = '+' | '-' | '*' | '/' | '^' | '??' | 'and' | 'or'
export type CompareOperator = '==' | '!=' | '<' | '<=' | '>' | '>='

export type Expr =
  /** The digits as written, without underscores. */
  (
    | { readonly kind: 'number'; readonly digits: string }
    | { readonly kind: 'quantity'; readonly digits: string; readonly unit: string; readonly power: number }
    | { readonly kind: 'string'; readonly value: string }
    /** ISO text after `@`. */
    | { readonly kind: 'instant'; readonly text: string }
    | { readonly kind: 'bool'; readonly value: boolean }
    | { readonly kind: 'this' }
    | { readonly kind: 'name'; readonly name: Name }
    | { readonly kind: 'call'; readonly name: Name; readonly args: readonly Arg[] }
    | { readonly kind: 'member'; readonly object: Expr; readonly name: Name }
    | { readonly kind: 'index'; readonly object: Expr; readonly index: Expr }
    | { readonly kind: 'list'; readonly items: readonly Expr[] }
    | { readonly kind: 'negate'; readonly operand: Expr }
    | { readonly kind: 'not'; readonly operand: Expr }
    | { readonly kind: 'binary'; readonly operator: BinaryOperator; readonly left: Expr; readonly right: Expr }
    /** `0.7 MeV < E < 12 MeV`: every neighbouring pair must hold. */
    | {
        readonly kind: 'compare'
        readonly first: Expr
        readonly rest: readonly {
          readonly operator: CompareOperator
          readonly operatorSpan: Span
          readonly value: Expr
        }[]
      }
    | { readonly kind: 'inRange'; readonly value: Expr; readonly negated: boolean; readonly range: Range }
    /** `x in [1, 2]` or `x in name`. */
    | { readonly kind: 'inSet'; readonly value: Expr; readonly negated: boolean; readonly set: Expr }
    | { readonly kind: 'exists'; readonly value: Expr }
    | { readonly kind: 'pipelineValue'; readonly pipeline: Pipeline }
  ) & { readonly span: Span }

/** One argument of a call: `sum(E of n where E > 2 MeV within 1 ms after this)`, `margin: 2 ms`. */
export interface Arg {
  readonly label: Name | null
  readonly value: Expr
  readonly of: Source | null
  readonly where: Expr | null
  readonly window: Window | null
  readonly span: Span
}
