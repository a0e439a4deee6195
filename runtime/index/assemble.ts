import { dirname, resolve } from 'node:path'
import { existsSync } from 'node:fs'
import { RuntimeError } from '../errors.ts'
import type { Type } from '../../dsl/ir/types.ts'
import type { ColumnRange, DataFile, Dataset, EventFile, SkippedColumn } from '../ports/dataset.ts'
import { agreedSchema } from './agree.ts'
import { damagedDocument, type DocumentFile } from './document.ts'
import { FileTable } from './file-table.ts'
import { goodTimeOf } from './good-time.ts'
import type { Inspection } from './inspect.ts'
import { listLengths } from './list-lengths.ts'
import { unitedRanges } from './ranges.ts'

/**
 * One dataset of the files of a path, in their order.
 *
 * @throws RuntimeError D003 when the files differ in columns, D005 when one is a copy of another, D008 when a row
 * refers to a file that the table has not
 */
export function assemble(
  inspections: readonly Inspection[],
  { key, path, folder }: { readonly key: string; readonly path: string; readonly folder: string },
): Dataset {
  const schema = agreedSchema(inspections)
  const table = new FileTable()
  const files = inspections.map((inspection) => dataFileOf(inspection, table, folder))
  if (schema.stream === 'events') refuseCopies(inspections, files)
  const skipped = skippedOf(inspections)
  const lists = listLengths(inspections)
  return {
    key,
    path,
    schema,
    files,
    events: table.files(),
    goodTime: goodTimeOf(inspections),
    history: {
      query: queryOf(inspections),
      parents: [...new Set(inspections.flatMap(({ document }) => document?.parents ?? []))],
    },
    ...(skipped.length === 0 ? {} : { skipped }),
    ranges: unitedRanges(inspections),
    ...(lists.length === 0 ? {} : { lists }),
  }
}

function dataFileOf(inspection: Inspection, table: FileTable, folder: string): DataFile {
  const { path, tree, bytes, modifiedMs, rows, blocks, layout } = inspection
  const reference: DataFile['reference'] = layout.refers
    ? { kind: 'columns', fileNumbers: fileNumbersOf(inspection, table, folder) }
    : { kind: 'row', fileNumber: table.numberOf(itself(inspection)) }
  const inOrder = inspection.tiesInOrder && ascends(inspection.fileNumbers, reference)
  const ordered = inOrder ? blocks.map((block) => ({ ...block, ties: false })) : blocks
  const ranges = wholeRanges(inspection)
  const known = ranges.length === 0 ? {} : { ranges }
  return { path, tree, bytes, modifiedMs, rows, reference, ...known, blocks: ordered }
}

/** Of floating-point columns a footer says nothing about NaN, and little about rows in order of time. */
function wholeRanges({ ranges, layout }: Inspection): readonly ColumnRange[] {
  const whole = new Set(layout.schema.columns.flatMap(({ name, type }) => (isWhole(type) ? [name] : [])))
  return ranges.filter(({ name }) => whole.has(name))
}

function isWhole(type: Type): boolean {
  return type.kind === 'number' && !type.repr.startsWith('float')
}

/** Whether a file's own numbers stand in the same order as the dataset's. */
function ascends(numbers: readonly number[], reference: DataFile['reference']): boolean {
  if (reference.kind === 'row') return true
  const map = new Map(reference.fileNumbers)
  const mapped = numbers.map((number) => map.get(number) ?? -1)
  return mapped.every((number, at) => at === 0 || number > (mapped[at - 1] ?? -1))
}

/**
 * Files that begin with the same event and whose rows have the same times hold the same events. Where files only
 * overlap, it shows when their rows are merged.
 */
function refuseCopies(inspections: readonly Inspection[], files: readonly DataFile[]): void {
  const seen = new Map<string, string>()
  for (const [at, { path, reference, blocks }] of files.entries()) {
    if (blocks.length === 0) continue
    const content = JSON.stringify([beginning(reference, inspections[at]?.firstEvent ?? null), blocks])
    const other = seen.get(content)
    if (other !== undefined) {
      throw new RuntimeError('D005', `\`${path}\` holds the same events as \`${other}\`: each would count twice.`, {
        fix: 'Narrow the path so that it finds only one of them.',
      })
    }
    seen.set(content, path)
  }
}

function beginning(reference: DataFile['reference'], first: Inspection['firstEvent']): readonly unknown[] {
  if (reference.kind === 'row') return [reference.fileNumber, 0]
  return [reference.fileNumbers.find(([number]) => number === first?.file)?.[1], first?.entry]
}

/** A file whose rows refer to themselves is its own event data. */
function itself({ path, tree, uuid, otherUuid, bytes, rows }: Inspection): EventFile {
  const known = { ...(otherUuid === undefined ? {} : { otherUuid }), ...(tree === null ? {} : { tree }) }
  return { path, uuid, bytes, entries: rows, ...known }
}

function fileNumbersOf(
  { path, document, fileNumbers }: Inspection,
  table: FileTable,
  folder: string,
): readonly (readonly [number, number])[] {
  if (document === null) {
    return fileNumbers.map((number) => [number, table.numberOf(nameless(path, number))] as const)
  }
  const numbers = document.files.map((file) => [file.id, table.numberOf(eventFileOf(file, path, folder))] as const)
  const known = new Set(numbers.map(([id]) => id))
  const unknown = fileNumbers.find((number) => !known.has(number))
  if (unknown !== undefined) throw damagedDocument(path, `its file table has no number ${unknown}, which rows refer to`)
  return numbers
}

/** Without a file table nobody knows which files are meant: the same number in two index files is two files. */
function nameless(path: string, number: number): EventFile {
  return { path: `${path}#${number}`, uuid: null, bytes: null, entries: null }
}

/** Paths of a file table are relative to the index file; where nothing is there, to the working folder. */
function eventFileOf(file: DocumentFile, index: string, folder: string): EventFile {
  const { path, uuid, bytes, entries, tree } = file
  const known = { uuid, bytes, entries, ...(tree === undefined ? {} : { tree }) }
  if (/^[A-Za-z][A-Za-z0-9+.-]+:\/\//.test(path)) return { path, ...known }
  const [beside, below] = [resolve(dirname(index), path), resolve(folder, path)]
  return { path: !existsSync(beside) && existsSync(below) ? below : beside, ...known }
}

function queryOf(inspections: readonly Inspection[]): string | null {
  const queries = inspections.map(({ document }) => document?.query ?? null)
  return queries.find((query) => query !== null) ?? null
}

function skippedOf(inspections: readonly Inspection[]): readonly SkippedColumn[] {
  const reasons = new Map<string, string>()
  for (const { layout } of inspections) {
    for (const { name, reason } of layout.skipped) if (!reasons.has(name)) reasons.set(name, reason)
  }
  return [...reasons].map(([name, reason]) => ({ name, reason }))
}
