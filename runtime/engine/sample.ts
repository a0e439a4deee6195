import { numberOf, seedOf } from '../../dsl/functions/sample.ts'
import type { Plan } from '../../dsl/ir/plan.ts'
import { schemaOf } from '../../dsl/ir/schema.ts'
import { GrowingIndices } from './growing.ts'
import { pickRows } from './lazy-rows.ts'
import { numbersOf, type Rows } from './vector.ts'

/** The rows whose event is drawn. */
export function sampledRows({ input, fraction, files }: Extract<Plan, { op: 'sample' }>, rows: Rows): Rows {
  const [prefix] = schemaOf(input).references
  if (prefix === undefined) throw new Error('rows without a reference are not sampled')
  const file = numbersOf(rows, `${prefix}file`).values
  const entry = numbersOf(rows, `${prefix}entry`).values
  const seeds = files.map(seedOf)
  const drawn = new GrowingIndices()
  for (let row = 0; row < rows.rows; row++) {
    const seed = seeds[file[row]!]
    if (seed === undefined) throw new Error('a file number without identity')
    if (numberOf(seed, entry[row]!) < fraction) drawn.push(row)
  }
  return pickRows(rows, drawn.take())
}
