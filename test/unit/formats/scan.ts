import type { Cancel, Source } from '../../../runtime/ports/format.ts'
import { RuntimeError } from '../../../runtime/errors.ts'
import { openFile } from '../../../runtime/formats/index.ts'
import { type Plain, plainColumn } from '../../data/formats/plain.ts'

const never: Cancel = { aborted: false, throwIfAborted: () => {} }

/** All values of the named columns, or of all. */
export async function readAll(
  source: Source,
  names?: readonly string[],
  batchRows = 1_000,
): Promise<Record<string, Plain[]>> {
  const columns = names ?? source.schema.fields.map((field) => field.name)
  const values: Record<string, Plain[]> = Object.fromEntries(columns.map((name) => [name, []]))
  for await (const batch of source.scan({ columns, start: 0, end: source.rows, batchRows, cancel: never })) {
    for (const [i, name] of columns.entries()) values[name]!.push(...plainColumn(batch.data.children[i]!))
  }
  return values
}

/** Opens a file, reads it and closes it. */
export async function readFileWhole(
  path: string,
  names?: readonly string[],
  batchRows?: number,
): Promise<Record<string, Plain[]>> {
  await using source = await openFile(path)
  return await readAll(source, names, batchRows)
}

/** The error that some work must end in. */
export async function failureOf(work: Promise<unknown>): Promise<RuntimeError> {
  const outcome = await work.catch((error: unknown) => error)
  if (outcome instanceof RuntimeError) return outcome
  throw new Error(`expected a RuntimeError, got ${String(outcome)}`, { cause: outcome })
}
