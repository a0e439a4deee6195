import { RuntimeError } from '../errors.ts'
import type { Format, Source } from '../ports/format.ts'
import { blame, type LocalFile, openLocalFile } from './file.ts'
import { columnsOf } from './root-columns.ts'
import { magic, openRootFile } from './root-file.ts'
import { groupsOf } from './root-groups.ts'
import { leavesOf } from './root-leaves.ts'
import { documentOf, findTree } from './root-names.ts'
import { openObjects } from './root-objects.ts'
import { treeOf } from './root-tree.ts'
import { sourceOf } from './source.ts'

/** ROOT files with a TTree. Only the baskets of the asked branches and rows are unpacked. */
export const root: Format = {
  name: 'root',
  endings: ['.root'],
  recognises: (head) => Buffer.from(head.subarray(0, magic.length)).toString('latin1') === magic,
  open: openRoot,
}

async function openRoot(path: string, options: { readonly tree?: string }): Promise<Source> {
  const file = openLocalFile(path)
  try {
    return await sourceOfFile(file, options.tree)
  } catch (error) {
    file.close()
    throw blame(path, error)
  }
}

async function sourceOfFile(file: LocalFile, asked: string | undefined): Promise<Source> {
  const rootFile = openRootFile(file)
  const key = findTree(rootFile, asked)
  if (key.className.endsWith('RNTuple')) {
    throw new RuntimeError('D006', `\`${key.name}\` in \`${file.path}\` is an RNTuple, which Sift cannot read.`, {
      fix:
        'Write it as a TTree. In uproot: `tree = file.mktree(name, {branch: array.dtype, …}); tree.extend(arrays)` instead of `file[name] = arrays`. ' +
        'In ROOT: `RDataFrame(…).Snapshot` with `RSnapshotOptions.fOutputFormat = ESnapshotOutputFormat::kTTree`.',
    })
  }
  const objects = await openObjects(rootFile)
  const tree = treeOf(await objects.read(key), objects)
  const { columns, skipped } = columnsOf(file, leavesOf(tree))
  return sourceOf({
    path: file.path,
    fields: [...columns.values()].map((column) => column.field),
    rows: tree.entries,
    skipped,
    document: await documentOf(rootFile),
    uuid: rootFile.uuid,
    ...(rootFile.headerUuid === undefined ? {} : { otherUuid: rootFile.headerUuid }),
    groups: groupsOf(
      tree.entries,
      [...columns.values()].flatMap((column) => column.branches),
    ),
    statistics: () => undefined,
    column: (name, only) => columns.get(name)!.reader(only),
    close: () => file.close(),
  })
}
