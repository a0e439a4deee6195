import type { Plan } from '../../dsl/ir/plan.ts'
import { schemaOf } from '../../dsl/ir/schema.ts'
import type { Dataset, EventFile } from '../ports/dataset.ts'
import { FileTable } from './file-table.ts'
import { originsOf } from './origins.ts'

/** The event-data files that the rows of a plan refer to, as one table. */
export interface RowsFiles {
  readonly files: readonly EventFile[]
  /** By the prefix of each reference: number in the table by the number in the rows. */
  readonly numbers: ReadonlyMap<string, readonly number[]>
}

/**
 * The table that all references of the rows share, where the query tells it; else one of the tables of all datasets
 * that they come from.
 */
export function rowsFiles(
  { plan, files }: { readonly plan: Plan; readonly files?: readonly EventFile[] },
  datasets: ReadonlyMap<string, Dataset>,
): RowsFiles {
  const { references } = schemaOf(plan)
  if (files !== undefined) {
    const same = files.map((_, number) => number)
    return { files, numbers: new Map(references.map((prefix) => [prefix, same])) }
  }
  const table = new FileTable()
  const numbers = [...originsOf(plan)].map(([prefix, key]) => {
    const events = datasets.get(key)?.events ?? []
    return [prefix, events.map((file) => table.numberOf(file))] as const
  })
  return { files: table.files(), numbers: new Map(numbers) }
}
