import { existsSync, readdirSync, statSync } from 'node:fs'
import { basename, dirname, join } from 'node:path'
import { RuntimeError } from '../errors.ts'
import type { Source } from '../ports/format.ts'
import type { Cancel } from '../ports/format.ts'
import { openEventData } from './event-data.ts'
import type { Finding, FindingKind } from './verify-finding.ts'
import { type EventTable, type IndexFacts, indexFacts } from './verify-index.ts'
import type { EventRows } from './verify-rows-kernel.ts'

export interface Verification {
  readonly indexFiles: number
  readonly eventFiles: number
  readonly rows: number
  readonly findings: readonly Finding[]
}

/** Checks index files against themselves, each other and the event data that they point into. */
export async function verifyIndex(
  paths: readonly string[],
  cancel: Cancel,
  checked: (files: number, of: number) => void,
): Promise<Verification> {
  const findings: Finding[] = []
  const indices: IndexFacts[] = []
  const events: EventTable = new Map()
  for (const path of paths) {
    cancel.throwIfAborted()
    const facts = await orFinding(() => indexFacts(path, events, cancel), path)
    if ('kind' in facts) findings.push(facts)
    else {
      indices.push(facts)
      findings.push(...facts.findings)
    }
  }
  findings.push(...compared(indices))
  let done = 0
  for (const event of events.values()) {
    cancel.throwIfAborted()
    findings.push(...(await eventFindings(event)))
    checked((done += 1), events.size)
  }
  const rows = indices.reduce((sum, facts) => sum + facts.rows, 0)
  return { indexFiles: paths.length, eventFiles: events.size, rows, findings }
}

async function orFinding(work: () => Promise<IndexFacts>, path: string): Promise<IndexFacts | Finding> {
  try {
    return await work()
  } catch (error) {
    if (!(error instanceof RuntimeError) || error.code === 'R001') throw error
    return { kind: kindOf(error), index: path, file: null, message: error.message }
  }
}

function kindOf({ code, message }: RuntimeError): FindingKind {
  if (code === 'D001') return 'missing'
  if (code === 'D004') return 'unordered'
  return /truncated|is empty/.test(message) ? 'truncated' : 'unreadable'
}

/** What the index files say of each other. */
function compared(indices: readonly IndexFacts[]): readonly Finding[] {
  return [...drifts(indices), ...overlaps(indices)]
}

function drifts([first, ...others]: readonly IndexFacts[]): readonly Finding[] {
  if (first === undefined) return []
  return others.flatMap((other) => {
    const [mine, its] = [first.document?.stream ?? 'events', other.document?.stream ?? 'events']
    if (mine !== its) {
      const message = `its rows are ${rowsWord(its)}, those of \`${first.path}\` ${rowsWord(mine)}`
      return [{ kind: 'drift', index: other.path, file: null, message }]
    }
    const names = [...new Set([...first.columns.keys(), ...other.columns.keys()])]
    return names.flatMap((name): readonly Finding[] => {
      const [expected, found] = [first.columns.get(name), other.columns.get(name)]
      if (expected === found) return []
      const message = `column \`${name}\` is ${found ?? 'not there'}, in \`${first.path}\` ${expected ?? 'it is not there'}`
      return [{ kind: 'drift', index: other.path, file: null, message }]
    })
  })
}

function rowsWord(stream: 'events' | 'match' | 'table'): string {
  return stream === 'match' ? 'a match' : stream === 'table' ? 'a table' : 'events'
}

/** Index files of one run follow each other in time. */
function overlaps(indices: readonly IndexFacts[]): readonly Finding[] {
  return pairs(indices).flatMap(([left, right]) =>
    left.runs.flatMap((one): readonly Finding[] => {
      const other = right.runs.find(({ run }) => run === one.run)
      if (other === undefined || other.first > one.last || one.first > other.last) return []
      const message = `has events of run ${one.run} at the same time as \`${left.path}\``
      return [{ kind: 'overlapping', index: right.path, file: null, message }]
    }),
  )
}

function pairs<T>(items: readonly T[]): readonly (readonly [T, T])[] {
  return items.flatMap((left, at) => items.slice(at + 1).map((right): readonly [T, T] => [left, right]))
}

async function eventFindings(facts: EventRows): Promise<readonly Finding[]> {
  const { path, index, row } = facts
  const about = (kind: FindingKind, message: string): Finding => ({ kind, index, file: path, message })
  const status = statSync(path, { throwIfNoEntry: false })
  if (status === undefined) {
    const elsewhere = await movedTo(facts)
    return elsewhere === null
      ? [about('missing', 'the file is not there')]
      : [about('moved', `the file lies at \`${elsewhere}\``)]
  }
  try {
    await using source = await openEventData(path, row.tree ?? null)
    const findings: Finding[] = []
    const { size, mtimeMs } = status
    if (row.uuid !== null && source.uuid !== undefined && !uuidsOf(source).includes(row.uuid)) {
      findings.push(about('rewritten', `its UUID is ${source.uuid}, that of the indexed file was ${row.uuid}`))
    } else if (row.bytes !== null && size !== row.bytes) {
      findings.push(about('rewritten', `it has ${size} bytes, the indexed file had ${row.bytes}`))
    } else if (
      row.modified !== undefined &&
      Math.floor(mtimeMs / 1000) !== Math.floor(Date.parse(row.modified) / 1000)
    ) {
      const now = new Date(mtimeMs).toISOString()
      findings.push(about('rewritten', `it was written at ${now}, the indexed file at ${row.modified}`))
    }
    return [...findings, ...countFindings(facts, source.rows, about)]
  } catch (error) {
    if (!(error instanceof RuntimeError)) throw error
    return [about(kindOf(error), error.message)]
  }
}

function countFindings(
  { row, rows, lastEntry, complete }: EventRows,
  entries: number,
  about: (kind: FindingKind, message: string) => Finding,
): readonly Finding[] {
  if (row.entries !== null && row.entries !== entries) {
    return [about('entries', `it has ${entries} entries, the index says ${row.entries}`)]
  }
  if (lastEntry >= entries) {
    return [about('entries', `it has ${entries} entries, and a row points to entry ${lastEntry}`)]
  }
  if (complete && rows !== entries)
    return [about('entries', `it has ${entries} entries, and the index ${rows} rows of it`)]
  return []
}

/** A file of the same name and UUID beside the index file, or where the folder that it lay in was moved to. */
async function movedTo({ index, path, row }: EventRows): Promise<string | null> {
  if (row.uuid === null) return null
  const above = [...new Set([dirname(index), dirname(dirname(index)), dirname(path), dirname(dirname(path))])]
  const folders = above.filter(existsSync).flatMap((folder) => [folder, ...foldersIn(folder)])
  for (const folder of new Set(folders)) {
    const candidate = join(folder, basename(path))
    if (existsSync(candidate) && (await uuidsAt(candidate, row.tree ?? null)).includes(row.uuid)) return candidate
  }
  return null
}

function foldersIn(folder: string): readonly string[] {
  return readdirSync(folder, { withFileTypes: true })
    .filter((entry) => entry.isDirectory())
    .map(({ name }) => join(folder, name))
}

async function uuidsAt(path: string, tree: string | null): Promise<readonly string[]> {
  try {
    await using source = await openEventData(path, tree)
    return uuidsOf(source)
  } catch (error) {
    if (error instanceof RuntimeError) return []
    throw error
  }
}

function uuidsOf({ uuid, otherUuid }: Pick<Source, 'uuid' | 'otherUuid'>): readonly string[] {
  return [uuid, otherUuid].filter((known) => known !== undefined)
}
