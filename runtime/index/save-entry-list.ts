import type { Data, RecordBatch } from 'apache-arrow'
import type { Named, Plan } from '../../dsl/ir/plan.ts'
import { schemaOf } from '../../dsl/ir/schema.ts'
import type { Column } from '../../dsl/ir/types.ts'
import { RuntimeError } from '../errors.ts'
import { type FileEntries, writeEntryList } from '../formats/root-write.ts'
import type { Backend, RunRequest } from '../ports/backend.ts'
import type { EventFile } from '../ports/dataset.ts'
import { replaceFile } from './replace-file.ts'
import { rowsFiles } from './rows-files.ts'
import { asNumbers } from './whole.ts'

export interface EntryListTarget {
  readonly target: string
  readonly plan: Plan
  /** The table that the rows' file numbers belong to; absent: those of their datasets. */
  readonly files?: readonly EventFile[]
  /** Null where the index tells it. */
  readonly tree: string | null
}

/**
 * Saves the events that the rows refer to, of a match those of all roles, as a ROOT TEntryList. Returns the count of events.
 *
 * @throws RuntimeError D007 when the file cannot be written or nobody tells the tree, R001 when interrupted
 */
export async function saveEntryList(
  { target, plan, files: known, tree }: EntryListTarget,
  backend: Backend,
  request: RunRequest,
): Promise<number> {
  const entries = new Map<number, Set<number>>()
  const table = rowsFiles({ plan, ...(known === undefined ? {} : { files: known }) }, request.datasets)
  const references = schemaOf(plan).references.map((prefix) => ({ prefix, numbers: table.numbers.get(prefix) ?? [] }))
  for await (const batch of backend.rows(onlyReferences(plan), request)) {
    for (const { prefix, numbers } of references) collect(batch, prefix, numbers, entries)
  }
  const files = table.files.flatMap((file, number): readonly FileEntries[] => {
    const found = entries.get(number)
    if (found === undefined) return []
    const sorted = Float64Array.from(found).sort()
    return [{ path: file.path, tree: tree ?? treeOf(file, target), entries: [...sorted] }]
  })
  await replaceFile(target, (temporary) => writeEntryList(temporary, files))
  return files.reduce((sum, { entries: found }) => sum + found.length, 0)
}

/** The same rows with the columns that refer to events, and no others. */
function onlyReferences(plan: Plan): Plan {
  const schema = schemaOf(plan)
  const names = schema.references.flatMap((prefix) => ['t', 'file', 'entry'].map((name) => `${prefix}${name}`))
  const columns = schema.columns.filter(({ name }) => names.includes(name))
  return { op: 'select', input: plan, columns: columns.map(bare), schema: { ...schema, columns } }
}

function bare({ name, type, missing }: Column): Named {
  return { name, value: { kind: 'column', row: 'row', name, type, missing } }
}

function collect(
  batch: RecordBatch,
  prefix: string,
  numbers: readonly number[],
  found: Map<number, Set<number>>,
): void {
  const [files, entries] = [asNumbers(dataOf(batch, `${prefix}file`)), asNumbers(dataOf(batch, `${prefix}entry`))]
  for (let row = 0; row < batch.numRows; row++) {
    const number = numbers[files[row] ?? 0] ?? 0
    const known = found.get(number) ?? new Set()
    known.add(entries[row] ?? 0)
    found.set(number, known)
  }
}

function dataOf(batch: RecordBatch, name: string): Data {
  const data = batch.getChild(name)?.data[0]
  if (data === undefined) throw new Error(`the rows have no column ${name}`)
  return data
}

function treeOf({ path, tree }: EventFile, target: string): string {
  if (tree !== undefined) return tree
  throw new RuntimeError('D007', `\`${target}\` cannot be written: the index does not tell the tree of \`${path}\`.`, {
    fix: 'Name it: `entrylist("x.root", tree: "Event/Rec")`.',
  })
}
