import { RuntimeError } from '../errors.ts'
import type { LocalFile } from './file.ts'
import { RootBytes } from './root-bytes.ts'
import { directoryKeys, type Key, readRecord, type RootFile } from './root-file.ts'

/** A tree of an index has this name, where a file has several. */
const usualTree = 'index'
const documentName = 'sift'
/** Of a TObjString before its text: byte count and version; version, id and bits of its TObject. */
const objectHeaderBytes = 6 + 10

interface NamedKey {
  readonly path: string
  readonly key: Key
}

/**
 * The key of the tree that is asked for, by its path or by the end of it where that is one tree's alone; else of the only
 * tree, else of `index`; of several cycles the highest.
 *
 * @throws RuntimeError D002 when there is no such tree
 */
export function findTree(root: RootFile, asked: string | undefined): Key {
  const trees = newest(treesBelow(root.file, root.keys, ''))
  const wanted = asked ?? (trees.length === 1 ? trees[0]!.path : usualTree)
  const name = wanted.replace(/^\/+/, '')
  const [ended, ...others] = asked === undefined ? [] : trees.filter(({ path }) => path.endsWith(`/${name}`))
  const found = trees.find(({ path }) => path === name) ?? (others.length === 0 ? ended : undefined)
  if (found !== undefined) return found.key
  throw noTree(
    root.file.path,
    asked,
    trees.map(({ path }) => path),
  )
}

/** The `sift` document: a TObjString of this name in the top directory. */
export async function documentOf({ file, keys }: RootFile): Promise<string | undefined> {
  const named = keys.filter((key) => key.name === documentName && key.className === 'TObjString')
  const [newestKey] = named.toSorted((left, right) => right.cycle - left.cycle)
  if (newestKey === undefined) return undefined
  const bytes = new RootBytes(await readRecord(file, newestKey))
  bytes.skip(objectHeaderBytes)
  return bytes.text()
}

/** The paths of all trees of a file, each once. */
export function treePaths({ file, keys }: RootFile): readonly string[] {
  return newest(treesBelow(file, keys, '')).map(({ path }) => path)
}

function treesBelow(file: LocalFile, keys: readonly Key[], prefix: string): NamedKey[] {
  return keys.flatMap((key) => {
    const path = prefix + key.name
    if (isTree(key)) return [{ path, key }]
    return isDirectory(key) ? treesBelow(file, directoryKeys(file, key), `${path}/`) : []
  })
}

function isTree({ className }: Key): boolean {
  return /^(TTree|TNtupleD?|ROOT::(Experimental::)?RNTuple)$/.test(className)
}

function isDirectory({ className }: Key): boolean {
  return className === 'TDirectory' || className === 'TDirectoryFile'
}

function newest(trees: readonly NamedKey[]): NamedKey[] {
  const byPath = new Map<string, NamedKey>()
  for (const tree of trees) {
    const known = byPath.get(tree.path)
    if (known === undefined || known.key.cycle < tree.key.cycle) byPath.set(tree.path, tree)
  }
  return [...byPath.values()]
}

function noTree(path: string, asked: string | undefined, known: readonly string[]): RuntimeError {
  if (known.length === 0) return new RuntimeError('D002', `\`${path}\` has no tree.`)
  const list = known
    .slice(0, 12)
    .map((name) => `\`${name}\``)
    .join(', ')
  const more = known.length > 12 ? `, and ${known.length - 12} more` : ''
  const message =
    asked === undefined
      ? `\`${path}\` has ${known.length} trees: ${list}${more}.`
      : `\`${path}\` has no tree \`${asked}\`. It has: ${list}${more}.`
  return new RuntimeError('D002', message, { fix: `Name one: \`${path}:${known[0]!}\`.` })
}
