import { existsSync, readdirSync, realpathSync, statSync } from 'node:fs'
import { glob } from 'node:fs/promises'
import { basename, dirname, join } from 'node:path'
import { RuntimeError } from '../errors.ts'
import type { Cancel } from '../ports/format.ts'
import type { Place } from './place.ts'

/**
 * The files of a path or glob, sorted by their path.
 *
 * @throws RuntimeError D001 when there is none, D005 when two names are the same file, R001 when cancelled
 */
export async function findFiles(place: Place, cancel: Cancel): Promise<readonly string[]> {
  const { pattern } = place
  if (!isGlob(pattern) || existsSync(pattern)) {
    if (!existsSync(pattern)) throw missing(place)
    return [pattern]
  }
  const found: string[] = []
  for await (const path of glob(pattern)) {
    cancel.throwIfAborted()
    if (statSync(path, { throwIfNoEntry: false })?.isFile() === true) found.push(path)
  }
  if (found.length === 0) throw missing(place)
  found.sort()
  refuseLinks(found)
  return found
}

function isGlob(pattern: string): boolean {
  return /[*?[\]{}]/.test(pattern)
}

/** The same file under two names would count each of its events twice. */
function refuseLinks(paths: readonly string[]): void {
  const names = new Map<string, string>()
  for (const path of paths) {
    const real = realpathSync(path)
    const other = names.get(real)
    if (other !== undefined) {
      throw new RuntimeError(
        'D005',
        `\`${other}\` and \`${path}\` are the same file: each of its events would count twice.`,
        {
          fix: 'Narrow the path so that it finds only one of them.',
        },
      )
    }
    names.set(real, path)
  }
}

function missing({ written, pattern }: Place): RuntimeError {
  const glob = isGlob(pattern)
  const what = glob ? `No file matches \`${written}\`` : `There is no file \`${written}\``
  const folder = glob ? fixedFolder(pattern) : dirname(pattern)
  const nearest = existing(folder)
  if (nearest !== folder) {
    return new RuntimeError('D001', `${what}: there is no folder \`${folder}\`; \`${nearest}\` exists.`, {
      ...hint(
        similar(basename(join(nearest, folder.slice(nearest.length).split(/[/\\]/).find(Boolean) ?? '')), nearest),
        nearest,
      ),
    })
  }
  const here = similar(basename(pattern), folder)
  return new RuntimeError('D001', `${what}: looked in \`${folder}\`.`, hint(here, folder))
}

/** The part of a glob in front of the first component with a wildcard. */
function fixedFolder(pattern: string): string {
  const parts = pattern.split('/')
  const wild = parts.findIndex((part) => isGlob(part))
  return parts.slice(0, wild).join('/') || '/'
}

function existing(folder: string): string {
  return existsSync(folder) || dirname(folder) === folder ? folder : existing(dirname(folder))
}

interface Neighbours {
  readonly alike: readonly string[]
  readonly all: readonly string[]
}

/** Names in the folder, and those that differ from `name` by a slip or by the ending. */
function similar(name: string, folder: string): Neighbours {
  const all = namesIn(folder)
  const stem = stemOf(name)
  const begin = name.split(/[*?[\]{}]/)[0] ?? ''
  const near = (other: string): boolean => distance(name, other) <= Math.max(1, Math.floor(name.length / 4))
  const isAlike = (other: string): boolean =>
    isGlob(name) ? begin !== '' && other.startsWith(begin) : near(other) || (stem !== '' && stemOf(other) === stem)
  return { alike: all.filter(isAlike), all }
}

function namesIn(folder: string): readonly string[] {
  try {
    return readdirSync(folder)
      .filter((name) => !name.startsWith('.'))
      .toSorted()
  } catch {
    return []
  }
}

function stemOf(name: string): string {
  return name.replace(/\..*$/, '')
}

function hint({ alike, all }: Neighbours, folder: string): { readonly fix?: string } {
  if (alike.length > 0) return { fix: `Did you mean ${listed(alike, 3)}?` }
  return { fix: all.length === 0 ? `\`${folder}\` is empty.` : `\`${folder}\` has ${listed(all, 5)}.` }
}

function listed(names: readonly string[], most: number): string {
  const shown = names.slice(0, most).map((name) => `\`${name}\``)
  const more = names.length - shown.length
  return more > 0 ? `${shown.join(', ')} and ${more} more` : shown.join(', ')
}

/** How many letters must be added, dropped or changed to make one name of the other (Levenshtein). */
function distance(left: string, right: string): number {
  let row = Array.from({ length: right.length + 1 }, (_, column) => column)
  for (let i = 0; i < left.length; i++) {
    const next = [i + 1]
    for (let j = 0; j < right.length; j++) {
      const changed = (row[j] ?? 0) + Number(left[i] !== right[j])
      next.push(Math.min((next[j] ?? 0) + 1, (row[j + 1] ?? 0) + 1, changed))
    }
    row = next
  }
  return row[right.length] ?? 0
}
