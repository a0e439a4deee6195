import { existsSync, readdirSync, statSync } from 'node:fs'
import { extname, join } from 'node:path'
import { RuntimeError } from '../errors.ts'
import { openFile } from '../formats/index.ts'
import type { Cancel } from '../ports/format.ts'
import type { EventDataFile } from './build-part.ts'
import { indexSchema } from './build-run.ts'
import type { BuildPlan } from './build-plan.ts'
import { parseDocument, type SiftDocument } from './document.ts'
import { asInt64 } from './whole.ts'
import { indexEndings } from './writers.ts'

/** An index file that is there when a build begins. */
export interface BaseFile {
  readonly name: string
  readonly path: string
  readonly bytes: number
  readonly rows: number
  readonly tFirst: string
  readonly document: SiftDocument
}

/** Names of the index files in a folder. */
export function indexFilesIn(folder: string): readonly string[] {
  if (!existsSync(folder)) return []
  return readdirSync(folder)
    .filter((name) => !name.startsWith('.') && indexEndings.includes(extname(name)))
    .toSorted()
}

/** @throws RuntimeError D002, D003 when it is no index of these columns, D008 for its document */
export async function readBase(folder: string, name: string, plan: BuildPlan, cancel: Cancel): Promise<BaseFile> {
  const path = join(folder, name)
  await using source = await openFile(path)
  if (source.document === undefined) throw foreign(path, 'it has no `sift` document')
  const document = parseDocument(source.document, path)
  const own = source.schema.fields.filter(({ name }) => document.counters?.includes(name) !== true)
  const types = new Map(own.map((field) => [field.name, String(field.type)]))
  const { fields } = indexSchema(plan)
  const other = fields.find((field) => types.get(field.name) !== String(field.type))
  if (other !== undefined || types.size !== fields.length) {
    const extra = [...types.keys()].find((column) => fields.every((field) => field.name !== column))
    throw foreign(path, `its columns are others, see \`${other?.name ?? extra ?? ''}\``)
  }
  let tFirst = '0'
  for await (const batch of source.scan({ columns: ['t'], start: 0, end: 1, batchRows: 1, cancel })) {
    const [column] = batch.data.children
    if (column !== undefined) tFirst = String(asInt64(column)[0])
  }
  const { size } = statSync(path)
  return { name, path, bytes: size, rows: source.rows, tFirst, document }
}

function foreign(path: string, why: string): RuntimeError {
  return new RuntimeError('D003', `Nothing can be added to the index file \`${path}\`: ${why}.`, {
    fix: 'Build with the columns that the index was begun with, or into another folder.',
  })
}

/** Which index file has an event-data file in its table; undefined when none has. */
export function holderOf({ uuid, path }: EventDataFile, base: readonly BaseFile[]): BaseFile | undefined {
  return base.find(({ document }) =>
    document.files.some((file) => (uuid === null || file.uuid === null ? file.path === path : file.uuid === uuid)),
  )
}
