import { type Dirent, readdirSync } from 'node:fs'
import path from 'node:path'

interface Item {
  readonly text: string
  readonly type: string
}

/** Beyond this nobody reads on. */
const mostItems = 200

/**
 * What can follow the beginning of a path: folders, and files of any kind, of the folder that it names; before them a
 * glob for each kind of data file of which there are several, since they are one stream more often than not.
 *
 * @returns where in `written` the completed part begins, and the names that begin like it
 */
export function completePath(
  written: string,
  folder: string,
): { readonly from: number; readonly items: readonly Item[] } {
  const from = written.lastIndexOf('/') + 1
  const begun = written.slice(from)
  const entries = entriesOf(path.resolve(folder, written.slice(0, from)))
    .filter(({ name }) => name.startsWith(begun) && (begun.startsWith('.') || !name.startsWith('.')))
    .toSorted((left, right) => (left.name < right.name ? -1 : 1))
  const single = entries
    .slice(0, mostItems)
    .map((entry) =>
      entry.isDirectory() ? { text: `${entry.name}/`, type: 'folder' } : { text: entry.name, type: 'file' },
    )
  return { from, items: [...globsOf(begun, entries), ...single] }
}

const endings = ['.parquet', '.arrow', '.h5', '.root']

function globsOf(begun: string, entries: readonly Dirent[]): readonly Item[] {
  // Behind a star the names are no longer those of files.
  if (begun.includes('*')) return []
  return endings.flatMap((ending) => {
    const files = entries.filter((entry) => !entry.isDirectory() && entry.name.endsWith(ending)).length
    return files < 2 ? [] : [{ text: `${begun}*${ending}`, type: `${files} files` }]
  })
}

/** A folder that is not there, or may not be read, has nothing to offer. */
function entriesOf(folder: string): readonly Dirent[] {
  try {
    return readdirSync(folder, { withFileTypes: true })
  } catch {
    return []
  }
}
