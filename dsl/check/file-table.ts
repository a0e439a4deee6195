import type { Plan } from '../ir/plan.ts'
import { schemaOf } from '../ir/schema.ts'
import type { EventFile, Schema } from '../ir/types.ts'
import type { Stream } from './bound.ts'

/** Two file tables as one: the first with the files of the second that it does not have appended, and their numbers in it. */
interface United {
  readonly files: readonly EventFile[]
  /** Number in the second table → number in `files`. */
  readonly numbers: readonly number[]
}

/**
 * A stream with its file numbers in a table that has all of `files` first, so that its events can be compared with
 * those of a stream that has these.
 */
export function alignedTo(files: readonly EventFile[], stream: Stream): Stream {
  if (files === stream.files) return stream
  const united = unitedFiles(files, stream.files)
  const columns = fileColumns(schemaOf(stream.plan))
  const isSame = united.numbers.every((number, at) => number === at)
  if (isSame || columns.length === 0) return { ...stream, files: united.files }
  const plan: Plan = { op: 'renumber', input: stream.plan, columns, files: united.numbers }
  return { ...stream, plan, files: united.files }
}

function unitedFiles(left: readonly EventFile[], right: readonly EventFile[]): United {
  const files = [...left]
  const known = lookup(left)
  const numbers = right.map((file) => known(file) ?? files.push(file) - 1)
  return { files, numbers }
}

/** How many files of the second table the first one has, and the paths that are two different files. */
export function compareFiles(
  left: readonly EventFile[],
  right: readonly EventFile[],
): { readonly common: number; readonly conflicts: readonly string[] } {
  const known = lookup(left)
  const byPath = new Map(left.map((file) => [file.path, file]))
  const conflicts = right.filter((file) => {
    const other = byPath.get(file.path)
    return other !== undefined && other.uuid !== null && file.uuid !== null && !isSame(other, file)
  })
  const common = right.filter((file) => known(file) !== undefined).length
  return { common, conflicts: conflicts.map(({ path }) => path) }
}

/** The number of a file: by its UUID, or by its path where one of the two states no UUID. */
function lookup(files: readonly EventFile[]): (file: EventFile) => number | undefined {
  const byUuid = new Map(files.flatMap((file, at) => uuidsOf(file).map((uuid) => [uuid, at] as const)))
  const byPath = new Map(files.map(({ path }, at) => [path, at]))
  return (file) => {
    const { path, uuid } = file
    const same = uuidsOf(file)
      .map((known) => byUuid.get(known))
      .find((at) => at !== undefined)
    const at = same ?? byPath.get(path)
    return at === undefined || (same === undefined && uuid !== null && files[at]?.uuid !== null) ? undefined : at
  }
}

function uuidsOf({ uuid, otherUuid }: EventFile): readonly string[] {
  return [uuid, otherUuid].filter((known) => known !== null && known !== undefined)
}

function isSame(left: EventFile, right: EventFile): boolean {
  return uuidsOf(left).some((uuid) => uuidsOf(right).includes(uuid))
}

/** The columns that hold file numbers: each one that has an entry beside it. */
function fileColumns({ columns }: Schema): readonly string[] {
  const names = new Set(columns.map(({ name }) => name))
  return columns.flatMap(({ name, type }) => {
    const prefix = /^(|.*\.)file$/.exec(name)?.[1]
    return prefix !== undefined && type.kind === 'number' && names.has(`${prefix}entry`) ? [name] : []
  })
}

/** What identifies the file of each number wherever the data lie: its UUID, or its path where it has none. */
export function identities(files: readonly EventFile[]): readonly string[] {
  return files.map(({ uuid, path }) => uuid ?? path)
}
