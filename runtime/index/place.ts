import { homedir } from 'node:os'
import { resolve } from 'node:path'
import { RuntimeError } from '../errors.ts'

/** What the path of a `from` names: files of this machine, and in a ROOT file the tree. */
export interface Place {
  /** As written, for messages. */
  readonly written: string
  /** Absolute path or glob. */
  readonly pattern: string
  readonly tree: string | null
}

/**
 * Takes a path apart: `~` is the home folder, anything relative starts at `folder`, and what follows the colon of
 * `file.root:tree/path` is the tree.
 *
 * @throws RuntimeError D002 for an address of another machine
 */
export function placeOf(written: string, folder: string): Place {
  const scheme = /^([A-Za-z][A-Za-z0-9+.-]+):\/\//.exec(written)?.[1]
  if (scheme !== undefined && scheme !== 'file') throw remote(written, scheme)
  // A drive's letter has one colon too, `C:\x.root`: only what a ROOT file's name or a wildcard ends is in front of a tree.
  const [, path = written, tree] = /^(.*?(?:\.root|[*?\]}])):([^:\\]+)$/i.exec(written) ?? []
  return { written, pattern: absolute(path.replace(/^file:\/\//, ''), folder), tree: tree ?? null }
}

export function absolute(path: string, folder: string): string {
  return resolve(
    folder,
    path.replace(/^~(?=$|[/\\])/, () => homedir()),
  )
}

function remote(written: string, scheme: string): RuntimeError {
  return new RuntimeError('D002', `\`${written}\` is on another machine: Sift does not read through ${scheme}://.`, {
    fix:
      scheme === 'root'
        ? 'Copy the files with `xrdcp`, or name them by their path in a mounted folder such as `/eos/…`.'
        : 'Copy the files to a folder of this machine and name them there.',
  })
}
