import { statSync } from 'node:fs'
import type { ColumnRange, SkippedColumn } from '../ports/dataset.ts'
import type { Cancel, Source } from '../ports/format.ts'
import { parseDocument, type SiftDocument } from './document.ts'
import { openEventData } from './event-data.ts'
import { type Keys, scanKeys } from './keys.ts'
import { type Layout, layoutOf } from './layout.ts'
import { elementsOf, type ListElements } from './list-lengths.ts'
import { rangesOf } from './ranges.ts'

export interface InspectRequest {
  readonly path: string
  readonly tree: string | null
  readonly timeDeclared: boolean
}

/** What one file is, as plain data. */
export interface Inspection extends Keys {
  readonly path: string
  readonly tree: string | null
  readonly bytes: number
  readonly modifiedMs: number
  readonly rows: number
  readonly uuid: string | null
  readonly otherUuid?: string
  readonly layout: Layout
  readonly document: SiftDocument | null
  readonly ranges: readonly ColumnRange[]
  /** Elements of all rows in list columns for which the file states them. */
  readonly elements: readonly ListElements[]
}

/**
 * Reads what a file says of itself, and its times, runs and file numbers from the first row to the last.
 *
 * @throws RuntimeError D001, D002 for the file, D003 for its columns, D004 for a row out of time order, D008 for its document
 */
export async function inspectFile(request: InspectRequest, cancel: Cancel): Promise<Inspection> {
  const { path, tree } = request
  await using source = await openEventData(path, tree)
  const status = statSync(path)
  return await inspectSource(source, { ...request, bytes: status.size, modifiedMs: status.mtimeMs }, cancel)
}

/** The same for a source that is open. @throws as `inspectFile` does */
export async function inspectSource(
  source: Source,
  request: InspectRequest & Pick<Inspection, 'bytes' | 'modifiedMs'>,
  cancel: Cancel,
): Promise<Inspection> {
  const { path, tree, timeDeclared, bytes, modifiedMs } = request
  const document = source.document === undefined ? null : parseDocument(source.document, path)
  const layout = layoutOf({ path, fields: source.schema.fields, document, timeDeclared })
  const skipped: readonly SkippedColumn[] = [...source.skipped].map(([name, reason]) => ({ name, reason }))
  return {
    path,
    tree,
    bytes,
    modifiedMs,
    rows: source.rows,
    uuid: source.uuid ?? null,
    ...(source.otherUuid === undefined ? {} : { otherUuid: source.otherUuid }),
    layout: { ...layout, skipped: [...layout.skipped, ...skipped] },
    document,
    ranges: rangesOf(source, layout),
    elements: elementsOf(source, layout),
    ...(await scanKeys(path, source, layout, cancel)),
  }
}
