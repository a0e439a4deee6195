import type { Schema } from '../ir/types.ts'
import { schemaOf } from '../ir/schema.ts'
import type { AssistContext } from './context.ts'
import type { Cursor } from './cursor.ts'
import type { Rows } from './rows.ts'

/** What belongs to a histogram, then stages by how often they are used. */
const order = [
  'over',
  'bins',
  'step',
  'where',
  'hist',
  'match',
  'define',
  'veto',
  'group',
  'join',
  'select',
  'sort',
  'take',
  'keep',
  'sample',
]

/** What makes a condition of a value. */
const comparing = ['in', 'not', 'exists']

/** @param isToCompare a value stands before them that must be compared */
export function ranked<Word extends string>(found: readonly Word[], isToCompare: boolean): readonly Word[] {
  const ranks = isToCompare ? [...comparing, ...order] : order
  const rank = (word: Word): number => (ranks.includes(word) ? ranks.indexOf(word) : ranks.length)
  return found.toSorted((a, b) => rank(a) - rank(b))
}

/** What the rows are behind the stage at the cursor, or before it while it cannot be whole; null where nobody knows. */
export function streamBehind(
  { above, text, word }: Cursor,
  context: AssistContext,
  rows: Rows,
): Schema['stream'] | null {
  if (rows.start === null) return null
  const plan = context.planOf(above + text.slice(rows.start, word.start))
  return plan === undefined ? rows.stream : schemaOf(plan).stream
}

const inTime: ReadonlySet<string> = new Set(['match', 'veto', 'keep', 'complete'])
const ofEvents: ReadonlySet<string> = new Set(['burst', 'shift'])

/** A histogram ends its pipeline, what looks in time needs rows in time order, and units are those of files. */
export function isPossible(word: string, { verb, isScan }: Rows, stream: Schema['stream'] | null): boolean {
  if (verb === 'hist') return false
  if (word === 'units') return isScan && (verb === null || verb === 'units')
  if (stream === 'table') return !inTime.has(word) && !ofEvents.has(word)
  return stream !== 'match' || !ofEvents.has(word)
}
