/** What went wrong in the world (not in the query): files and data are D codes, running is R codes. */
export type RuntimeCode =
  /** A file or folder that is named does not exist, or a glob matches nothing. */
  | 'D001'
  /** A file cannot be read: permissions, not a known format, truncated, damaged. */
  | 'D002'
  /** A file lacks a column, or has it with another type than the rest of the dataset. */
  | 'D003'
  /** A file is out of time order; the message names the first bad row. */
  | 'D004'
  /** The same event reference occurs twice, or a row of a join has two partners. */
  | 'D005'
  /** A column's type, encoding or compression is not supported by the reader. */
  | 'D006'
  /** A file cannot be written: no such folder, no space, no permission. */
  | 'D007'
  /** The file's own `sift` document is damaged or of an unknown version. */
  | 'D008'
  /** A row refers to an event that the event data does not have. */
  | 'D009'
  /** Interrupted by the user. */
  | 'R001'
  /** The plan does not fit the memory it was given. */
  | 'R002'
  /** A worker died or ran out of memory. */
  | 'R003'
  /** A value cannot be represented: integer sum overflow, a time span beyond exact arithmetic. */
  | 'R004'

/** A failure of files, data or running. `message` says what and why, `fix` the way out. */
export class RuntimeError extends Error {
  override readonly name = 'RuntimeError'
  readonly code: RuntimeCode
  readonly fix: string | null

  constructor(code: RuntimeCode, message: string, options: { readonly fix?: string; readonly cause?: unknown } = {}) {
    super(message, options.cause === undefined ? undefined : { cause: options.cause })
    this.code = code
    this.fix = options.fix ?? null
  }
}
