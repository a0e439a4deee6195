import { meantBy } from '../../dsl/ir/meant.ts'
import type { InstallPlace } from '../install.ts'
import type { FormatOptions } from './format.ts'
import { type IndexInvocation, IndexMisuse, parseIndexArguments } from './index-options.ts'

/** What the command line asks for. */
export type Invocation =
  | ({ readonly kind: 'run' | 'check' } & CellOptions)
  | { readonly kind: 'install' | 'uninstall'; readonly place: InstallPlace }
  | { readonly kind: 'index'; readonly invocation: IndexInvocation }
  | ({ readonly kind: 'fmt' } & FormatOptions)
  | { readonly kind: 'help' }
  | { readonly kind: 'version' }
  | { readonly kind: 'misuse'; readonly message: string }

export interface CellOptions {
  /** Paths of query files; they come before the cells. */
  readonly files: readonly string[]
  readonly cells: readonly string[]
  readonly json: boolean
  /** How many rows of a table are shown. */
  readonly rows: number
  readonly time: boolean
  /** Null: what suits the machine. */
  readonly threads: number | null
  readonly memoryBytes: number | null
  readonly keepGoing: boolean
}

const flags = { '--json': 'json', '--time': 'time', '--keep-going': 'keepGoing' } as const
const valued = ['-e', '--rows', '--threads', '--memory'] as const
const places = ['--user', '--sys-prefix', '--prefix'] as const
const known = [...Object.keys(flags), ...valued, '--help', '--version']
const commands = ['run', 'check', 'fmt', 'index', 'install', 'uninstall'] as const

const defaults: CellOptions = {
  files: [],
  cells: [],
  json: false,
  rows: 20,
  time: false,
  threads: null,
  memoryBytes: null,
  keepGoing: false,
}

/** A command line that does not say what to do. */
class Misuse extends Error {}

/** @param args what follows the name of the program */
export function parseCommandLine(args: readonly string[]): Invocation {
  const options = args.slice(0, args.includes('--') ? args.indexOf('--') : undefined)
  const [command] = args
  if (command === 'help' || options.some((arg) => arg === '--help' || arg === '-h')) return { kind: 'help' }
  if (options.includes('--version')) return { kind: 'version' }
  try {
    return parseCommand(commandOf(command), args.slice(1))
  } catch (error) {
    if (error instanceof Misuse || error instanceof IndexMisuse) return { kind: 'misuse', message: error.message }
    throw error
  }
}

function parseCommand(command: (typeof commands)[number], args: readonly string[]): Invocation {
  switch (command) {
    case 'run':
    case 'check':
      return { kind: command, ...demandCells(parseOptions(args)) }
    case 'fmt':
      return { kind: command, ...parseFormat(args) }
    case 'index':
      return { kind: command, invocation: parseIndexArguments(args) }
    case 'install':
    case 'uninstall':
      return { kind: command, place: parsePlace(args) }
  }
}

function parseFormat(args: readonly string[]): FormatOptions {
  const end = args.includes('--') ? args.indexOf('--') : args.length
  const options = args.slice(0, end).filter((arg) => arg.startsWith('-'))
  const unknown = options.find((option) => option !== '--check')
  if (unknown !== undefined) throw new Misuse(`there is no option ${unknown}${meant(unknown, ['--check'])}`)
  const files = args.filter((arg, at) => at > end || (at < end && !arg.startsWith('-')))
  if (files.length === 0) throw new Misuse('nothing to format: give a FILE')
  return { files, isCheck: options.length > 0 }
}

/** The user's own folder where nothing is said. */
function parsePlace([option = '--user', ...rest]: readonly string[]): InstallPlace {
  const [name, attached] = nameAndValue(option)
  const [prefix, ...more] = attached === undefined ? rest : [attached, ...rest]
  if (name === '--prefix' && prefix !== undefined && more.length === 0) return { kind: 'prefix', prefix }
  if (name === '--prefix') throw new Misuse('--prefix needs one folder')
  if (name === null || !places.some((place) => place === name)) {
    throw new Misuse(`there is no place ${option}${name === null ? '' : meant(name, places)}`)
  }
  if (attached !== undefined || rest.length > 0) throw new Misuse(`${name} takes no value`)
  return { kind: name === '--user' ? 'user' : 'sysPrefix' }
}

function commandOf(text: string | undefined): (typeof commands)[number] {
  const found = commands.find((command) => command === text)
  if (found !== undefined) return found
  if (text === undefined) throw new Misuse('no command')
  throw new Misuse(`there is no command ${text}${meant(text, commands)}`)
}

function parseOptions(args: readonly string[]): CellOptions {
  let options = defaults
  for (let at = 0; at < args.length; at++) {
    const arg = args[at] ?? ''
    if (arg === '--') return { ...options, files: [...options.files, ...args.slice(at + 1)] }
    const [name, attached] = nameAndValue(arg)
    if (name === null) options = { ...options, files: [...options.files, arg] }
    else if (isFlag(name)) options = { ...options, [flags[name]]: demandBare(name, attached) }
    else if (isValued(name)) options = withValue(options, name, attached ?? demandValue(name, args[++at]))
    else throw new Misuse(`there is no option ${name}${meant(name, known)}`)
  }
  return options
}

/** `--rows=5` is `--rows 5`; a name without leading hyphen is no option. */
function nameAndValue(arg: string): readonly [name: string | null, value: string | undefined] {
  if (!arg.startsWith('-') || arg === '-') return [null, undefined]
  const [, name = arg, value] = /^(--[^=]*)=(.*)$/s.exec(arg) ?? []
  return [name, value]
}

function isFlag(name: string): name is keyof typeof flags {
  return Object.hasOwn(flags, name)
}

function isValued(name: string): name is (typeof valued)[number] {
  return valued.some((option) => option === name)
}

function withValue(options: CellOptions, name: (typeof valued)[number], value: string): CellOptions {
  switch (name) {
    case '-e':
      return { ...options, cells: [...options.cells, value] }
    case '--rows':
      return { ...options, rows: value === 'all' ? Infinity : wholeNumber(name, value, 0) }
    case '--threads':
      return { ...options, threads: wholeNumber(name, value, 1) }
    case '--memory':
      return { ...options, memoryBytes: bytes(value) }
  }
}

function demandBare(name: string, value: string | undefined): true {
  if (value !== undefined) throw new Misuse(`${name} takes no value`)
  return true
}

function demandValue(name: string, value: string | undefined): string {
  if (value === undefined) throw new Misuse(`${name} needs a value`)
  return value
}

function demandCells(options: CellOptions): CellOptions {
  if (options.files.length + options.cells.length > 0) return options
  throw new Misuse('nothing to do: give a FILE, or a cell with -e')
}

function wholeNumber(name: string, value: string, least: number): number {
  const number = Number(value)
  if (/^\d+$/.test(value) && number >= least && Number.isSafeInteger(number)) return number
  throw new Misuse(`${name} takes a whole number from ${least}${name === '--rows' ? ', or all' : ''}, not ${value}`)
}

const byteSizes = new Map([
  ['', 1],
  ['b', 1],
  ['k', 1e3],
  ['kb', 1e3],
  ['m', 1e6],
  ['mb', 1e6],
  ['g', 1e9],
  ['gb', 1e9],
  ['t', 1e12],
  ['tb', 1e12],
  ['kib', 2 ** 10],
  ['mib', 2 ** 20],
  ['gib', 2 ** 30],
  ['tib', 2 ** 40],
])

function bytes(text: string): number {
  const [, number = '', unit = ''] = /^(\d+(?:\.\d+)?) ?([a-z]*)$/i.exec(text) ?? []
  const size = Number(number) * (byteSizes.get(unit.toLowerCase()) ?? Number.NaN)
  if (number !== '' && size >= 1) return Math.floor(size)
  throw new Misuse(`--memory takes a size such as 500MB or 2GB, not ${text}`)
}

function meant(text: string, among: readonly string[]): string {
  const found = meantBy(text, among)
  return found === null ? '' : `; did you mean ${found}?`
}
