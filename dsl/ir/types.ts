/** A unit as a product of powers of named units; `[]` is a pure number. Powers are multiples of one half. */
export type Unit = readonly UnitFactor[]

export interface UnitFactor {
  readonly name: UnitName
  readonly power: number
}

export type UnitName =
  | 'ns'
  | 'us'
  | 'ms'
  | 's'
  | 'min'
  | 'h'
  | 'd'
  | 'yr'
  | 'mm'
  | 'cm'
  | 'm'
  | 'km'
  | 'eV'
  | 'keV'
  | 'MeV'
  | 'GeV'
  | 'TeV'
  | 'pe'
  | 'Hz'
  | 'kHz'
  | 'MHz'
  | 'deg'
  | 'rad'
  | 'kt'

export type NumberRepr =
  | 'int8'
  | 'int16'
  | 'int32'
  | 'int64'
  | 'uint8'
  | 'uint16'
  | 'uint32'
  | 'uint64'
  | 'float32'
  | 'float64'

/**
 * The type of a value. `unit` is null where it is not known: a floating-point column that states none.
 * An integer column that states none is a count, a pure number.
 */
export type Scalar =
  | { readonly kind: 'bool' }
  | { readonly kind: 'number'; readonly repr: NumberRepr; readonly unit: Unit | null }
  | { readonly kind: 'text' }
  /** int64 nanoseconds since 1970, UTC. */
  | { readonly kind: 'instant' }

export type Type = Scalar | ListType

export interface ListType {
  readonly kind: 'list'
  readonly element: Scalar | { readonly kind: 'record'; readonly fields: readonly Column[] }
}

export interface Column {
  /** Full path in the row: `E`, `prompt.E`, `pair.prompt.t`. */
  readonly name: string
  readonly type: Type
  /** Whether a row may lack a value. */
  readonly missing: boolean
}

/** What the rows of a stream are. */
export interface Schema {
  readonly stream: 'events' | 'match' | 'table'
  /** In the order in which they are printed. */
  readonly columns: readonly Column[]
  /**
   * Prefix of the columns `t`, `file`, `entry` that order the rows: `''` for events, `prompt.` for a match by its
   * anchor (`pair.prompt.` when nested); null for a table.
   */
  readonly key: string | null
  /** Prefixes of every event reference (`file`, `entry`) in the row, in order: `['']`, or `['prompt.', 'delayed.']`. */
  readonly references: readonly string[]
  /** Roles of a match, as named in it: `prompt`, `delayed`. */
  readonly roles: readonly string[]
}

/** A file of event data, a row of the file table (index.md): the position in the table is what a row's `file` says. */
export interface EventFile {
  readonly path: string
  readonly uuid: string | null
  /** Another UUID that it is known by. */
  readonly otherUuid?: string
  readonly bytes: number | null
  readonly entries: number | null
  /** The tree whose entries are meant, where it is known. */
  readonly tree?: string
}

export type AggregateName =
  | 'count'
  | 'sum'
  | 'mean'
  | 'min'
  | 'max'
  | 'std'
  | 'median'
  | 'first'
  | 'last'
  | 'any'
  | 'all'
