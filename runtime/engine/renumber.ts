import type { Plan } from '../../dsl/ir/plan.ts'
import { schemaOf } from '../../dsl/ir/schema.ts'
import { pickRows, selectedRows, type ColumnAt } from './lazy-rows.ts'
import { tieOrder } from './ties.ts'
import { gather, numbersOf, type NumberArray, type NumberVector, type Rows } from './vector.ts'

/** The rows under other file numbers, those of the same time in the order that these give. */
export function renumberedRows({ input, columns, files }: Extract<Plan, { op: 'renumber' }>, rows: Rows): Rows {
  const isFileNumber = new Set(columns)
  const sources = [...rows.columns.keys()].map((name): [string, string | ColumnAt] => [
    name,
    isFileNumber.has(name) ? (positions) => renumbered(numbersOf(rows, name), files, positions) : name,
  ])
  const made = selectedRows(rows, null, new Map(sources))
  const { key, references } = schemaOf(input)
  if (key === null) return made
  const order = tieOrder(made, references)
  return order === null ? made : pickRows(made, order)
}

function renumbered(vector: NumberVector, files: readonly number[], positions: Uint32Array | null): NumberVector {
  const own = positions === null ? vector : (gather(vector, positions, positions.length) as NumberVector)
  const values: NumberArray = new Float64Array(own.values.length)
  for (let row = 0; row < values.length; row++) {
    const number = own.values[row]!
    values[row] = files[number] ?? number
  }
  return { ...own, values }
}
