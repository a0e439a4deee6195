import { existsSync, statSync } from 'node:fs'
import { open, readdir, rename, rm } from 'node:fs/promises'
import { basename, dirname, join } from 'node:path'
import { RuntimeError } from '../errors.ts'
import { unwritable } from '../formats/sink.ts'

/**
 * Writes a file whole or not at all: under another name in the same folder, which it takes off when all is on the disk.
 * When `write` fails the new file is removed, with whatever was written beside it under a longer name, and one that was
 * there stays as it was.
 *
 * @throws RuntimeError D007 when there is no such folder or it cannot be written to, and what `write` throws
 */
export async function replaceFile<T>(path: string, write: (temporary: string) => Promise<T>): Promise<T> {
  requireFolder(path)
  const temporary = join(dirname(path), `.${basename(path)}.${process.pid}-${(serial += 1)}.part`)
  try {
    const result = await write(temporary)
    await synchronize(temporary)
    await rename(temporary, path)
    return result
  } catch (error) {
    await removeAll(temporary)
    throw named(error, temporary, path)
  }
}

/** Whoever asked knows nothing of the temporary name. */
function named(error: unknown, temporary: string, path: string): unknown {
  if (!(error instanceof RuntimeError) || !error.message.includes(temporary)) return error
  const { code, message, fix, cause } = error
  return new RuntimeError(code, message.replaceAll(temporary, path), { ...(fix === null ? {} : { fix }), cause })
}

let serial = 0

async function removeAll(temporary: string): Promise<void> {
  const [folder, name] = [dirname(temporary), basename(temporary)]
  const left = (await readdir(folder)).filter((file) => file.startsWith(name))
  await Promise.all(left.map((file) => rm(join(folder, file), { force: true })))
}

function requireFolder(path: string): void {
  const folder = dirname(path)
  if (statSync(folder, { throwIfNoEntry: false })?.isDirectory() === true) return
  let nearest = folder
  while (!existsSync(nearest) && dirname(nearest) !== nearest) nearest = dirname(nearest)
  throw new RuntimeError('D007', `\`${path}\` cannot be written: there is no folder \`${folder}\`.`, {
    fix: `Make the folder, or save to one that exists: \`${nearest}\` does.`,
  })
}

async function synchronize(path: string): Promise<void> {
  const file = await open(path, 'r+')
  try {
    await file.sync()
  } catch (cause) {
    throw unwritable(path, cause)
  } finally {
    await file.close()
  }
}
