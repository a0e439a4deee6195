import type { Scalar } from '../../dsl/ir/types.ts'
import type { Cancel } from '../ports/format.ts'
import { inChunks } from './chunks.ts'
import { keyColumn } from './held-plan.ts'
import { hashTable } from './join-hash.ts'
import { keysOfHeld, keysOfRows } from './join-keys.ts'
import { placeTable } from './join-places.ts'
import type { Terms } from './kernels.ts'
import type { FindPartners } from './partners.ts'
import type { Held, PortableColumn } from './portable.ts'
import type { NumberVector } from './vector.ts'

/** Made once by each thread that reads the held rows. */
const tables = new WeakMap<Held, FindPartners>()

interface Asking {
  readonly rows: number
  readonly terms: Terms
  readonly cancel: Cancel
}

/**
 * The held row with the same keys, for each row.
 *
 * @param left the keys of the rows, in the order of the held columns `keyColumn(0)`, …
 * @throws RuntimeError R001 when it is cancelled
 */
export function partnersOf(
  held: Held,
  left: readonly { readonly vector: NumberVector; readonly type: Scalar }[],
  { rows, terms, cancel }: Asking,
): Int32Array {
  const find = tables.get(held) ?? tableOf(held, left.length, cancel)
  tables.set(held, find)
  const keys = left.map(({ vector, type }, at) => keysOfRows(vector, { type, rows, terms }, heldColumn(held, at)))
  const partners = new Int32Array(rows)
  inChunks(rows, cancel, (start, end) => find(keys, start, end, partners))
  return partners
}

/** Whole numbers that lie close together, as entries do, are places in a table; other keys are hashed. */
function tableOf(held: Held, count: number, cancel: Cancel): FindPartners {
  const keys = Array.from({ length: count }, (_, at) => keysOfHeld(heldColumn(held, at), held.rows))
  return placeTable(keys, held.rows, cancel) ?? hashTable(keys, held.rows, cancel)
}

function heldColumn(held: Held, at: number): PortableColumn {
  const column = held.columns.get(keyColumn(at))
  if (column?.kind !== 'values') throw new Error('a key is no list')
  return column
}
