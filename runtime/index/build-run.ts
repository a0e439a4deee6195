import type { Schema as ArrowSchema, RecordBatch } from 'apache-arrow'
import type { Span } from '../ports/dataset.ts'
import type { Cancel } from '../ports/format.ts'
import { merge, type SortedRows } from './build-merge.ts'
import { entryColumn, savedColumn } from './build-part.ts'
import type { BuildPlan } from './build-plan.ts'
import { type DocumentFile, formatDocument, type Producer } from './document.ts'
import { replaceFile } from './replace-file.ts'
import { arrowSchemaOf, type SavedColumn, savedUnits } from './saved-columns.ts'
import { writerFor } from './writers.ts'

export interface RunRequest {
  readonly path: string
  readonly plan: BuildPlan
  readonly files: readonly DocumentFile[]
  readonly goodTime: readonly Span[]
  readonly approximate: boolean
  readonly rows: readonly SortedRows[]
  readonly producer: Producer
}

/**
 * Writes the index file of one run.
 *
 * @param wrote told how many rows were written
 * @returns the count of rows
 * @throws RuntimeError D007 when there is no room, R001 when cancelled; nothing is left behind then
 */
export function buildRun(
  { path, plan, files, goodTime, approximate, rows, producer }: RunRequest,
  { cancel, wrote }: { readonly cancel: Cancel; readonly wrote: (rows: number) => void },
): Promise<number> {
  const columns = indexColumns(plan)
  const document = {
    files,
    goodTime,
    approximate,
    units: savedUnits(columns),
    parents: [],
    query: plan.text,
    stream: 'events',
    roles: [],
    complete: true,
  } as const
  const schema = arrowSchemaOf(columns, new Map([['sift', formatDocument(document, producer)]]))
  return replaceFile(path, (temporary) =>
    writerFor(path)(temporary, schema, counted(merge(rows, { schema, cancel }), wrote)),
  )
}

const fileColumn = savedColumn({
  column: { name: 'file', type: { kind: 'number', repr: 'uint32', unit: [] }, missing: false },
})

/** `t file entry run`, then the others in the order of the plan. */
function indexColumns({ columns }: BuildPlan): readonly SavedColumn[] {
  const own = columns.map(savedColumn)
  const named = (name: string): readonly SavedColumn[] => own.filter((column) => column.name === name)
  const others = own.filter(({ name }) => name !== 't' && name !== 'run')
  return [...named('t'), fileColumn, entryColumn, ...named('run'), ...others]
}

export function indexSchema(plan: BuildPlan): ArrowSchema {
  return arrowSchemaOf(indexColumns(plan), new Map())
}

async function* counted(
  batches: AsyncIterable<RecordBatch>,
  wrote: (rows: number) => void,
): AsyncGenerator<RecordBatch> {
  for await (const batch of batches) {
    yield batch
    wrote(batch.numRows)
  }
}
