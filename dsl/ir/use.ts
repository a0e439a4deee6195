/** What a `use` statement chooses: who runs the queries, and with what. */
export interface Use {
  readonly backend: string
  /** Counts as they are, sizes in bytes, times in ns, texts: `threads`, `memory`, `max_window`, `url`. */
  readonly options: Readonly<Record<string, UseOption>>
}

export type UseOption = number | string
