import { RuntimeError } from '../errors.ts'
import type { Span } from '../ports/dataset.ts'
import { packedSpans, unpackedSpans } from './good-time-edges.ts'

/** What an index file says of itself, in its metadata under the key `sift`. Absent keys are null or empty. */
export interface SiftDocument {
  readonly files: readonly DocumentFile[]
  /** Null where the document does not state the good time. */
  readonly goodTime: readonly Span[] | null
  /** The good time is known from first and last events only. */
  readonly approximate: boolean
  readonly units: Readonly<Record<string, string>>
  readonly parents: readonly string[]
  readonly query: string | null
  readonly stream: 'events' | 'match' | 'table' | null
  readonly roles: readonly string[]
  /** The index has a row for every entry of every file of its table, in this file or in those of other runs beside it. */
  readonly complete?: boolean
  /** Fields of the file that only count the elements of lists, as ROOT needs them: no columns of the index. */
  readonly counters?: readonly string[]
}

/** A row of the file table: `id` is the number that the column `file` of this index file holds. */
export interface DocumentFile {
  readonly id: number
  /** As written: absolute, or relative to the index file or the working folder. */
  readonly path: string
  readonly uuid: string | null
  readonly bytes: number | null
  readonly entries: number | null
  /** The tree whose entries are meant. */
  readonly tree?: string
  /** When the file was last written, as `2025-09-01T00:00:00.000Z`. */
  readonly modified?: string
  /** Times of its first and last event, ns since 1970; null for a file without any. */
  readonly tFirst?: string | null
  readonly tLast?: string | null
}

const version = 1

/** More spans than this are written packed (`goodTimeEdges`): of some millions the text would be hundreds of megabytes. */
const mostPlainSpans = 10_000

/** The program that writes an index. */
export interface Producer {
  readonly version?: string
}

export function formatDocument(document: SiftDocument, producer: Producer): string {
  const { goodTime, approximate, complete, ...rest } = document
  return JSON.stringify({
    version,
    ...rest,
    ...goodTimeText(goodTime),
    ...(approximate ? { approximate } : {}),
    ...(complete === true ? { complete } : {}),
    producer: 'sift',
    ...(producer.version === undefined ? {} : { producerVersion: producer.version }),
  })
}

function goodTimeText(spans: readonly Span[] | null) {
  if (spans === null) return {}
  return spans.length > mostPlainSpans ? { goodTimeEdges: packedSpans(spans) } : { goodTime: spans }
}

/** @throws RuntimeError D008 when the text is no such document, or one of another version */
export function parseDocument(text: string, path: string): SiftDocument {
  const blame = (why: string): RuntimeError => damagedDocument(path, why)
  const document = record(parse(text, blame), 'it', blame)
  if (document['version'] !== version) {
    throw blame(`it is of version ${show(document['version'])}, and this Sift knows version ${version}`)
  }
  return {
    files: uniqueIds(
      list(document['files'], 'files', blame).map((file, at) => fileOf(file, `files[${at}]`, blame)),
      blame,
    ),
    goodTime: goodTimeIn(document, blame),
    approximate: document['approximate'] === true,
    units: unitsOf(document['units'] ?? {}, blame),
    parents: list(document['parents'] ?? [], 'parents', blame).map((parent) => textOf(parent, 'parents', blame)),
    query: nullable(document['query'], (value) => textOf(value, 'query', blame)),
    stream: nullable(document['stream'], (value) => streamOf(value, blame)),
    roles: list(document['roles'] ?? [], 'roles', blame).map((role) => textOf(role, 'roles', blame)),
    ...(document['complete'] === true ? { complete: true } : {}),
    ...stated(document, 'counters', (names) =>
      list(names, 'counters', blame).map((name) => textOf(name, 'counters', blame)),
    ),
  }
}

export function damagedDocument(path: string, why: string): RuntimeError {
  return new RuntimeError('D008', `The \`sift\` document of \`${path}\` cannot be used: ${why}.`, {
    fix: 'Write the file again, or without the document: it then opens with units unknown and good time from its events.',
  })
}

type Blame = (why: string) => RuntimeError

/** Integers of 16 digits and more become strings, since a JSON number would lose their last digits. */
function parse(text: string, blame: Blame): unknown {
  const exact = /[:[,]\s*-?\d{16}/.test(text) ? withQuotedIntegers(text) : text
  try {
    return JSON.parse(exact)
  } catch (cause) {
    throw blame(`it is no JSON (${cause instanceof Error ? cause.message : String(cause)})`)
  }
}

function withQuotedIntegers(text: string): string {
  return text.replaceAll(/"(?:[^"\\]+|\\.)*"|-?\d{16,}(?![\d.eE])/g, (token) =>
    token.startsWith('"') ? token : `"${token}"`,
  )
}

function fileOf(value: unknown, where: string, blame: Blame): DocumentFile {
  const file = record(value, where, blame)
  return {
    id: whole(file['id'], `${where}.id`, blame),
    path: textOf(file['path'], `${where}.path`, blame),
    uuid: nullable(file['uuid'], (uuid) => textOf(uuid, `${where}.uuid`, blame).toLowerCase()),
    bytes: nullable(file['bytes'], (bytes) => whole(bytes, `${where}.bytes`, blame)),
    entries: nullable(file['entries'], (entries) => whole(entries, `${where}.entries`, blame)),
    ...stated(file, 'tree', (tree) => textOf(tree, `${where}.tree`, blame)),
    ...stated(file, 'modified', (modified) => textOf(modified, `${where}.modified`, blame)),
    ...stated(file, 'tFirst', (time) => nullable(time, (value) => instant(value, `${where}.tFirst`, blame))),
    ...stated(file, 'tLast', (time) => nullable(time, (value) => instant(value, `${where}.tLast`, blame))),
  }
}

/** The entry of a key, when the record has the key. */
function stated<K extends string, T>(
  of: Readonly<Record<string, unknown>>,
  key: K,
  read: (value: unknown) => T,
): { readonly [key in K]?: T } {
  return of[key] === undefined ? {} : ({ [key]: read(of[key]) } as { readonly [key in K]?: T })
}

function uniqueIds(files: readonly DocumentFile[], blame: Blame): readonly DocumentFile[] {
  const seen = new Set<number>()
  for (const { id } of files) {
    if (seen.has(id)) throw blame(`its file table has the number ${id} twice`)
    seen.add(id)
  }
  return files
}

function spanOf(value: unknown, where: string, blame: Blame): Span {
  const span = record(value, where, blame)
  const [start, stop] = [instant(span['start'], `${where}.start`, blame), instant(span['stop'], `${where}.stop`, blame)]
  if (BigInt(stop) < BigInt(start)) throw blame(`${where} stops before it starts`)
  return { run: whole(span['run'], `${where}.run`, blame), start, stop }
}

function goodTimeIn(document: Readonly<Record<string, unknown>>, blame: Blame): readonly Span[] | null {
  const { goodTime = null, goodTimeEdges = null } = document
  if (goodTime === null && goodTimeEdges === null) return null
  const plain = list(goodTime ?? [], 'goodTime', blame).map((span, at) => spanOf(span, `goodTime[${at}]`, blame))
  const packed = list(goodTimeEdges ?? [], 'goodTimeEdges', blame).map((edges, at) =>
    edgesOf(edges, `goodTimeEdges[${at}]`, blame),
  )
  return [plain, ...packed].flat()
}

function edgesOf(value: unknown, where: string, blame: Blame): readonly Span[] {
  const edges = record(value, where, blame)
  const found = unpackedSpans({
    run: whole(edges['run'], `${where}.run`, blame),
    spans: whole(edges['spans'], `${where}.spans`, blame),
    edges: textOf(edges['edges'], `${where}.edges`, blame),
  })
  if (found === null) throw blame(`${where} does not hold ${show(edges['spans'])} spans`)
  return found
}

function unitsOf(value: unknown, blame: Blame): Readonly<Record<string, string>> {
  const entries = Object.entries(record(value, 'units', blame))
  return Object.fromEntries(entries.map(([name, unit]) => [name, textOf(unit, `units.${name}`, blame)]))
}

function streamOf(value: unknown, blame: Blame): 'events' | 'match' | 'table' {
  if (value === 'events' || value === 'match' || value === 'table') return value
  throw blame(`\`stream\` is ${show(value)}, not "events", "match" or "table"`)
}

function record(value: unknown, where: string, blame: Blame): Readonly<Record<string, unknown>> {
  if (typeof value === 'object' && value !== null && !Array.isArray(value)) return value as Record<string, unknown>
  throw blame(`${where} is ${show(value)}, not an object`)
}

function list(value: unknown, where: string, blame: Blame): readonly unknown[] {
  if (Array.isArray(value)) return value
  throw blame(`\`${where}\` is ${show(value)}, not a list`)
}

function textOf(value: unknown, where: string, blame: Blame): string {
  if (typeof value === 'string') return value
  throw blame(`\`${where}\` is ${show(value)}, not a text`)
}

function whole(value: unknown, where: string, blame: Blame): number {
  const number = typeof value === 'string' && /^-?\d+$/.test(value) ? Number(value) : value
  if (typeof number === 'number' && Number.isSafeInteger(number)) return number
  throw blame(`\`${where}\` is ${show(value)}, not a whole number`)
}

function instant(value: unknown, where: string, blame: Blame): string {
  if (typeof value === 'string' && /^-?\d{1,19}$/.test(value)) return String(BigInt(value))
  if (typeof value === 'number' && Number.isSafeInteger(value)) return String(value)
  throw blame(`\`${where}\` is ${show(value)}, not an instant in ns since 1970`)
}

function nullable<T>(value: unknown, read: (value: unknown) => T): T | null {
  return value === undefined || value === null ? null : read(value)
}

function show(value: unknown): string {
  return value === undefined ? 'absent' : JSON.stringify(value).slice(0, 60)
}
