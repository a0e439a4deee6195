import { existsSync, statSync } from 'node:fs'
import { resolve } from 'node:path'
import { RuntimeError } from '../../runtime/errors.ts'
import { indexFilesIn } from '../../runtime/index/build-base.ts'
import { journalFolder } from '../../runtime/index/build-journal.ts'
import { findFiles } from '../../runtime/index/find.ts'
import { placeOf } from '../../runtime/index/place.ts'
import type { Cancel } from '../../runtime/ports/format.ts'

/** The index files that paths name: files, globs, folders. @throws RuntimeError D001 when there is none */
export async function indexFiles(paths: readonly string[], cancel: Cancel): Promise<readonly string[]> {
  const found = await Promise.all(paths.map((path) => filesOf(path, cancel)))
  return [...new Set(found.flat())]
}

/** Folders among the paths that hold a build that was not finished. */
export function unfinishedIn(paths: readonly string[]): readonly string[] {
  return paths.map((path) => resolve(path)).filter((folder) => existsSync(journalFolder(folder)))
}

async function filesOf(path: string, cancel: Cancel): Promise<readonly string[]> {
  const folder = resolve(path)
  if (statSync(folder, { throwIfNoEntry: false })?.isDirectory() !== true) {
    return findFiles(placeOf(path, process.cwd()), cancel)
  }
  const names = indexFilesIn(folder)
  if (names.length === 0) throw new RuntimeError('D001', `There is no index file in \`${folder}\`.`)
  return names.map((name) => resolve(folder, name))
}

/** The question whether a signal has aborted. */
export function cancelBy(signal: AbortSignal): Cancel {
  return {
    get aborted() {
      return signal.aborted
    },
    throwIfAborted() {
      if (signal.aborted) throw new RuntimeError('R001', 'Interrupted.')
    },
  }
}
