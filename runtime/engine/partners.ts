import type { Keys } from './join-keys.ts'

/** No partner, or two of them. */
export const [noPartner, twoPartners] = [-1, -2] as const

/**
 * Looks up rows by their keys: puts into `partners[start..end)` the held row that has the keys of each of these rows, or
 * one of the above. At most `chunkRows` at a time.
 */
export type FindPartners = (keys: readonly Keys[], start: number, end: number, partners: Int32Array) => void
