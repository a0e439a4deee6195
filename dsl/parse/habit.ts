/** What people write who come from ROOT, SQL or Python. */
export interface Habit {
  /** Global; matched near the token where the statement halts, which must lie in the match or right behind it. */
  readonly pattern: RegExp
  readonly why: string
  /** What to write for the match: '' to remove it, null where nothing general can be said. */
  readonly written: (...groups: readonly string[]) => string | null
}
