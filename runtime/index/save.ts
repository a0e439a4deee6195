import { existsSync, realpathSync } from 'node:fs'
import { extname } from 'node:path'
import type { RecordBatch, Schema as ArrowSchema } from 'apache-arrow'
import type { Plan, Query } from '../../dsl/ir/plan.ts'
import { schemaOf } from '../../dsl/ir/schema.ts'
import { RuntimeError } from '../errors.ts'
import type { Backend, RunRequest } from '../ports/backend.ts'
import type { Dataset, GoodTime } from '../ports/dataset.ts'
import { type DocumentFile, formatDocument, type Producer, type SiftDocument } from './document.ts'
import { absolute } from './place.ts'
import { replaceFile } from './replace-file.ts'
import { rowsFiles, type RowsFiles } from './rows-files.ts'
import { saveEntryList } from './save-entry-list.ts'
import { scansOf } from './scans.ts'
import { arrowSchemaOf, instantUnits, savedBatch, type SavedColumn, savedColumns, savedUnits } from './saved-columns.ts'
import type { Write } from './writers.ts'

export type SaveQuery = Extract<Query, { kind: 'save' }>

/**
 * Saves what a plan gives as a new index file: rows, units, file table, good time and history. The file opens again as
 * the kind of stream that it was. Returns the count of its rows.
 *
 * @param writerFor how a file of this name is written
 * @throws RuntimeError D007 when the file cannot be written or is one of those that are read, R001 when interrupted;
 * in each case nothing is left behind, and a file that was there stays
 */
export function saveTo(
  backend: Backend,
  folder: string,
  writerFor: (path: string) => Write,
  producer: Producer = {},
): (query: SaveQuery, request: RunRequest) => Promise<number> {
  return async (query, request) => {
    const { plan, path, text, entryList } = query
    const target = absolute(path, folder)
    const inputs = inputsOf(plan, request.datasets)
    refuseInput(target, path, inputs)
    if (entryList !== undefined) {
      return saveEntryList({ ...query, target, tree: entryList.tree }, backend, request)
    }
    const write = writerFor(path)
    const isTable = extname(path).toLowerCase() === '.csv'
    return replaceFile(target, async (temporary) => {
      const goodTime = isTable ? null : await goodTimeOf(backend, plan, request)
      const { columns, files } = tableOf(query, request.datasets, isTable)
      const document = documentOf({ plan, columns, files, goodTime, text, inputs })
      const schema = arrowSchemaOf(columns, new Map([['sift', formatDocument(document, producer)]]))
      return write(temporary, schema, savedBatches(backend.rows(plan, request), columns, schema), request.signal)
    })
  }
}

function inputsOf(plan: Plan, datasets: ReadonlyMap<string, Dataset>): readonly string[] {
  const keys = scansOf(plan)
  return [...datasets].filter(([key]) => keys.has(key)).flatMap(([, { files }]) => files.map(({ path }) => path))
}

function refuseInput(target: string, path: string, inputs: readonly string[]): void {
  if (!existsSync(target)) return
  const real = realpathSync(target)
  if (!inputs.some((input) => existsSync(input) && realpathSync(input) === real)) return
  throw new RuntimeError('D007', `\`${path}\` is one of the files that this query reads: it would be overwritten.`, {
    fix: 'Save under another name.',
  })
}

/** Null for a table, which has no time. */
async function goodTimeOf(backend: Backend, plan: Plan, request: RunRequest): Promise<GoodTime | null> {
  if (schemaOf(plan).stream === 'table') return null
  const described = await backend.run({ kind: 'describe', name: '', plan }, request)
  return described.kind === 'describe' ? described.goodTime : null
}

interface Table {
  readonly columns: readonly SavedColumn[]
  readonly files: readonly DocumentFile[]
}

const noFiles: RowsFiles = { files: [], numbers: new Map() }

/** One file table for all references of the rows; a table has none. */
function tableOf(query: SaveQuery, datasets: ReadonlyMap<string, Dataset>, isTable: boolean): Table {
  const schema = schemaOf(query.plan)
  const { files, numbers } = schema.stream === 'table' ? noFiles : rowsFiles(query, datasets)
  // The columns of an anchor that a saved match repeats are for readers of an index.
  const columns = savedColumns(schema, numbers).filter(({ name, from }) => !isTable || name === from.name)
  return { columns, files: files.map((file, id) => ({ id, ...file })) }
}

interface DocumentParts extends Table {
  readonly plan: Plan
  readonly goodTime: GoodTime | null
  readonly text: string
  readonly inputs: readonly string[]
}

function documentOf({ plan, columns, files, goodTime, text, inputs }: DocumentParts): SiftDocument {
  const { stream, roles } = schemaOf(plan)
  return {
    files,
    goodTime: goodTime?.spans ?? null,
    approximate: goodTime?.approximate ?? false,
    units: { ...savedUnits(columns), ...instantUnits(columns) },
    parents: inputs,
    query: text,
    stream,
    roles,
  }
}

async function* savedBatches(
  rows: AsyncIterable<RecordBatch>,
  columns: readonly SavedColumn[],
  schema: ArrowSchema,
): AsyncGenerator<RecordBatch> {
  for await (const batch of rows) yield savedBatch(batch, columns, schema)
}
