import { RuntimeError } from '../errors.ts'
import type { Format, Source } from '../ports/format.ts'
import { fieldOf } from './column.ts'
import { blame, openLocalFile } from './file.ts'
import { type Layout, layoutOf } from './hdf5-layout.ts'
import { type Hdf5File, openHdf5File } from './hdf5-library.ts'
import { readerOf } from './hdf5-reader.ts'
import { sourceOf } from './source.ts'

const magic = [0x89, 0x48, 0x44, 0x46, 0x0d, 0x0a, 0x1a, 0x0a]
const documentName = 'sift'
/** Chunks are put together to groups of at least so many rows: planning with smaller ones gains nothing. */
const groupRows = 65_536

/** HDF5 through h5wasm: a dataset of the root group is a column, a group with `offsets` a list column. */
export const hdf5: Format = {
  name: 'hdf5',
  endings: ['.h5', '.hdf5'],
  recognises: (head) => magic.every((byte, i) => head[i] === byte),
  open: openHdf5,
}

async function openHdf5(path: string): Promise<Source> {
  const local = openLocalFile(path)
  let file: Hdf5File | undefined
  try {
    file = await openHdf5File(local)
    return sourceOfFile(file)
  } catch (error) {
    file?.close()
    local.close()
    throw blame(path, error)
  }
}

function sourceOfFile(file: Hdf5File): Source {
  const { layouts, skipped } = layoutsOf(file)
  const rows = rowsOf(file, layouts, skipped)
  return sourceOf({
    path: file.path,
    fields: [...layouts.values()].map((layout) => fieldOf(layout.name, layout.type, false, layout.unit)),
    rows,
    skipped,
    document: documentOf(file),
    uuid: undefined,
    groups: groupsOf(layouts, rows),
    statistics: () => undefined,
    column: (name) => readerOf(file, layouts.get(name)!),
    close: () => file.close(),
  })
}

function layoutsOf(file: Hdf5File): { layouts: Map<string, Layout>; skipped: Map<string, string> } {
  const layouts = new Map<string, Layout>()
  const skipped = new Map<string, string>()
  for (const name of file.keys('/')) {
    if (name === documentName) continue
    const layout = layoutOf(file, name)
    if (typeof layout === 'string') skipped.set(name, layout)
    else layouts.set(name, layout)
  }
  if (layouts.size === 0) throw withoutColumns(file.path, skipped)
  return { layouts, skipped }
}

function withoutColumns(path: string, skipped: ReadonlyMap<string, string>): RuntimeError {
  const holds = [...skipped].map(([name, reason]) => `\`${name}\` (${reason})`).join(', ')
  return new RuntimeError(
    'D002',
    `\`${path}\` has no columns: its root group holds ${holds === '' ? 'nothing' : `only ${holds}`}.`,
    {
      fix: 'Write one dataset per column into the root group, as h5py does with `file["E"] = energies`.',
    },
  )
}

/**
 * The count of rows: that of `t`, or the one that all columns agree on.
 *
 * @param layouts loses the columns of another length, which go to `skipped`; both are changed in place
 */
function rowsOf(file: Hdf5File, layouts: Map<string, Layout>, skipped: Map<string, string>): number {
  const lengths = new Set([...layouts.values()].map((layout) => layout.rows))
  const rows = layouts.get('t')?.rows ?? (lengths.size === 1 ? [...lengths][0] : undefined)
  if (rows === undefined) throw withUnequalColumns(file.path, layouts)
  for (const { name, rows: own } of layouts.values()) {
    if (own === rows) continue
    skipped.set(name, `it has ${own} rows, and \`t\` has ${rows}`)
    layouts.delete(name)
  }
  return rows
}

function withUnequalColumns(path: string, layouts: ReadonlyMap<string, Layout>): RuntimeError {
  const lengths = [...layouts.values()].map((layout) => `\`${layout.name}\` ${layout.rows}`).join(', ')
  return new RuntimeError(
    'D002',
    `\`${path}\` is no table: its columns differ in length (${lengths}) and none is named \`t\`.`,
    {
      fix: 'Write columns of one length into the root group.',
    },
  )
}

/** An HDF5 attribute holds at most 64 kB unless the file is of a late version: a long document may be a dataset instead. */
function documentOf(file: Hdf5File): string | undefined {
  const attribute = file.attribute('/', documentName)
  if (attribute !== undefined || !file.keys('/').includes(documentName)) return attribute
  const dataset = file.dataset(documentName)
  return dataset === undefined ? undefined : file.scalarText(dataset)
}

function groupsOf(layouts: ReadonlyMap<string, Layout>, rows: number): number[] {
  const chunks = [...layouts.values()].map(
    (layout) => (layout.kind === 'list' ? layout.offsets : layout).metadata.chunks?.[0],
  )
  if (rows === 0) return []
  if (chunks.some((chunk) => chunk === undefined)) return [rows]
  const chunk = Math.max(...chunks.map((extent) => extent ?? rows))
  const step = Math.ceil(groupRows / chunk) * chunk
  return Array.from({ length: Math.ceil(rows / step) }, (_, i) => Math.min(step, rows - i * step))
}
