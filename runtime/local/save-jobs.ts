/** What the thread does that writes a file. It asks for one batch after the other, and is answered null behind the last. */
export type SaveJobs = {
  readonly write: { readonly request: SaveRequest; readonly result: number }
}

export interface SaveRequest {
  /** As the user names it: its ending decides the format. */
  readonly path: string
  /** The file that is written. */
  readonly target: string
  /** Of the batches, as an Arrow stream without any. */
  readonly schema: Uint8Array
}
