/** How far from a row's own time its value may depend on others, ns: it sees [t − before, t + after]. */
export interface Reach {
  readonly before: number
  readonly after: number
}
