export interface Cell {
  readonly text: string
  /** From 1; messages about its names give it. */
  readonly number: number
  /** What the front end calls it, the same in each of its runs; absent where it does not say. */
  readonly id?: string
}
