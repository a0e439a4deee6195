import { type Dirent, readdirSync } from 'node:fs'
import path from 'node:path'

/** Beyond this nobody reads on. */
const mostItems = 200

/**
 * What can follow the beginning of a path: folders, and files of any kind, of the folder that it names.
 *
 * @returns where in `written` the completed part begins, and the names that begin like it
 */
export function completePath(
  written: string,
  folder: string,
): { readonly from: number; readonly items: readonly { readonly text: string; readonly type: string }[] } {
  const from = written.lastIndexOf('/') + 1
  const begun = written.slice(from)
  const items = entriesOf(path.resolve(folder, written.slice(0, from)))
    .filter(({ name }) => name.startsWith(begun) && (begun.startsWith('.') || !name.startsWith('.')))
    .toSorted((left, right) => (left.name < right.name ? -1 : 1))
    .slice(0, mostItems)
    .map((entry) =>
      entry.isDirectory() ? { text: `${entry.name}/`, type: 'folder' } : { text: entry.name, type: 'file' },
    )
  return { from, items }
}

/** A folder that is not there, or may not be read, has nothing to offer. */
function entriesOf(folder: string): readonly Dirent[] {
  try {
    return readdirSync(folder, { withFileTypes: true })
  } catch {
    return []
  }
}
