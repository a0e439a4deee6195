import { parseArgs } from 'node:util'
import { meantBy } from '../../dsl/ir/meant.ts'

/** What `sift index …` asks for. */
export type IndexInvocation =
  | ({ readonly kind: 'build' } & IndexBuildOptions)
  | {
      readonly kind: 'verify' | 'info'
      readonly paths: readonly string[]
      readonly json: boolean
      readonly threads: number | null
    }

export interface IndexBuildOptions {
  readonly from: readonly string[]
  readonly tree: string | null
  readonly columns: string
  readonly out: string
  readonly format: (typeof formats)[number]
  readonly runs: string | null
  readonly gapNs: number
  readonly append: boolean
  readonly resume: boolean
  readonly dryRun: boolean
  readonly json: boolean
  readonly threads: number | null
}

/** A command line that does not say what to do. */
export class IndexMisuse extends Error {}

const formats = ['parquet', 'arrow', 'hdf5', 'root'] as const
const commands = ['build', 'verify', 'info'] as const

/** @param args what follows `sift index` @throws IndexMisuse */
export function parseIndexArguments(args: readonly string[]): IndexInvocation {
  const [command, ...rest] = args
  switch (commandOf(command)) {
    case 'build':
      return { kind: 'build', ...buildOptions(rest) }
    case 'verify':
      return { kind: 'verify', ...pathOptions(rest) }
    case 'info':
      return { kind: 'info', ...pathOptions(rest) }
  }
}

function commandOf(text: string | undefined): (typeof commands)[number] {
  const found = commands.find((command) => command === text)
  if (found !== undefined) return found
  const meant = text === undefined ? null : meantBy(text, commands)
  const hint = meant === null ? '' : `; did you mean ${meant}?`
  throw new IndexMisuse(text === undefined ? 'index needs build, verify or info' : `there is no index ${text}${hint}`)
}

function buildOptions(args: readonly string[]): IndexBuildOptions {
  const { values, positionals } = parsed(args, {
    from: { type: 'string', multiple: true },
    tree: { type: 'string' },
    columns: { type: 'string' },
    out: { type: 'string' },
    format: { type: 'string' },
    runs: { type: 'string' },
    gap: { type: 'string' },
    append: { type: 'boolean' },
    resume: { type: 'boolean' },
    'dry-run': { type: 'boolean' },
    json: { type: 'boolean' },
    workers: { type: 'string' },
  })
  // The shell has put names in place of an unquoted `esd/*.root`: those behind the first one follow it.
  const from = [...strings(values['from']), ...positionals]
  if (from.length === 0) throw new IndexMisuse('--from is missing: the event data, such as --from "esd/*.root"')
  const format = formats.find((each) => each === (values['format'] ?? 'parquet'))
  if (format === undefined) throw new IndexMisuse(`--format is one of ${formats.join(', ')}`)
  return {
    from,
    tree: string(values['tree']),
    columns: needed(values['columns'], '--columns is missing: a file that tells the columns'),
    out: needed(values['out'], '--out is missing: the folder of the index'),
    format,
    runs: string(values['runs']),
    gapNs: gap(string(values['gap']) ?? '1 s'),
    append: values['append'] === true,
    resume: values['resume'] === true,
    dryRun: values['dry-run'] === true,
    json: values['json'] === true,
    threads: threads(values['workers']),
  }
}

function pathOptions(args: readonly string[]) {
  const { values, positionals } = parsed(args, { json: { type: 'boolean' }, workers: { type: 'string' } })
  if (positionals.length === 0) throw new IndexMisuse('name the index: a folder, a file or a glob')
  return { paths: positionals, json: values['json'] === true, threads: threads(values['workers']) }
}

type Values = Readonly<Record<string, string | boolean | (string | boolean)[] | undefined>>

function parsed(
  args: readonly string[],
  options: Readonly<Record<string, { readonly type: 'string' | 'boolean'; readonly multiple?: boolean }>>,
): { readonly values: Values; readonly positionals: readonly string[] } {
  try {
    return parseArgs({ args: [...args], options, allowPositionals: true, strict: true })
  } catch (error) {
    const [, unknown] = /^Unknown option '(--?[^']*)'/.exec(error instanceof Error ? error.message : '') ?? []
    const meant = unknown === undefined ? null : meantBy(unknown.replace(/^-+/, ''), Object.keys(options))
    if (unknown !== undefined) {
      throw new IndexMisuse(`there is no option ${unknown}${meant === null ? '' : `; did you mean --${meant}?`}`)
    }
    throw new IndexMisuse(error instanceof Error ? (error.message.split('. ')[0] ?? '') : String(error))
  }
}

function strings(value: Values[string]): readonly string[] {
  return Array.isArray(value) ? value.filter((each) => typeof each === 'string') : []
}

function string(value: Values[string]): string | null {
  return typeof value === 'string' ? value : null
}

function needed(value: Values[string], why: string): string {
  if (typeof value === 'string') return value
  throw new IndexMisuse(why)
}

function threads(value: Values[string]): number | null {
  if (typeof value !== 'string') return null
  if (/^[1-9]\d{0,3}$/.test(value)) return Number(value)
  throw new IndexMisuse(`--workers takes a whole number from 1, not ${value}`)
}

const nanoseconds = new Map([
  ['ms', 1e6],
  ['s', 1e9],
  ['min', 60e9],
  ['h', 3600e9],
])

function gap(text: string): number {
  const [, number = '', unit = ''] = /^(\d+(?:\.\d+)?) ?(ms|s|min|h)$/.exec(text) ?? []
  const ns = Math.round(Number(number) * (nanoseconds.get(unit) ?? Number.NaN))
  if (number !== '' && ns > 0) return ns
  throw new IndexMisuse(`--gap takes a time such as 1 s or 500 ms, not ${text}`)
}
