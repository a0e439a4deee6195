/** What can be wrong with an index. */
export type FindingKind =
  /** A file of event data, or of the index, is not where it should be. */
  | 'missing'
  /** It lies elsewhere: beside the index or beside its neighbours, with the same UUID. */
  | 'moved'
  /** It cannot be read to its end. */
  | 'truncated'
  /** It is no longer the file that the index was built from: another UUID, size or time. */
  | 'rewritten'
  /** Its tree has another number of entries than the index says, or the index another number of rows. */
  | 'entries'
  /** Rows are not in the order of time. */
  | 'unordered'
  /** Two files hold the same events. */
  | 'duplicated'
  /** Two index files of one run cover the same time. */
  | 'overlapping'
  /** A column is missing, or of another type or unit than in the first index file. */
  | 'drift'
  /** The index file cannot be read, or its document is damaged. */
  | 'unreadable'

export interface Finding {
  readonly kind: FindingKind
  /** The index file. */
  readonly index: string
  /** The event-data file; null when it is about the index file itself. */
  readonly file: string | null
  readonly message: string
}
