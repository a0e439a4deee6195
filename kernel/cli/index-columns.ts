import { readFileSync } from 'node:fs'
import { extname } from 'node:path'
import type { NumberRepr } from '../../dsl/ir/types.ts'
import { parse } from '../../dsl/parse/parse.ts'
import { readYaml, YamlMistake } from './index-yaml.ts'

/** What the columns of an index are, as a file tells it. */
export interface ColumnsFile {
  readonly path: string
  readonly tree: string | null
  /** Of columns of the event data: `E` in `MeV`. */
  readonly units: readonly (readonly [path: string, unit: string])[]
  readonly columns: readonly ColumnText[]
}

export interface ColumnText {
  readonly name: string
  /** An expression over the columns of the event data. */
  readonly text: string
  /** How the numbers are kept; null: as the expression gives them. */
  readonly repr: NumberRepr | null
}

/** Something in the file of columns that is not as it should be. */
export class ColumnsMistake extends Error {}

/**
 * Reads a file of columns. YAML has the keys `tree`, `units` and `columns`; any other file is Sift's own language, what
 * would follow `from "…"`: `units E: MeV define E = energy / 1 MeV, nhit = count(hits)`.
 *
 * @throws ColumnsMistake
 */
export function readColumnsFile(path: string): ColumnsFile {
  const text = textOf(path)
  const found = /^\.ya?ml$/i.test(extname(path)) ? fromYaml(path, text) : fromSift(path, text)
  for (const needed of ['t', 'run']) {
    if (found.columns.some(({ name }) => name === needed)) continue
    throw mistake(path, `there is no column \`${needed}\`, which an index needs`)
  }
  const own = found.columns.find(({ name }) => name === 'file' || name === 'entry')
  if (own !== undefined) throw mistake(path, `\`${own.name}\` is made by the build itself; leave it out`)
  return found
}

export function mistake(path: string, why: string): ColumnsMistake {
  return new ColumnsMistake(`${path}: ${why}`)
}

function textOf(path: string): string {
  try {
    return readFileSync(path, 'utf8').replace(/^\ufeff/, '')
  } catch (cause) {
    const absent = cause instanceof Error && 'code' in cause && cause.code === 'ENOENT'
    throw new ColumnsMistake(absent ? `there is no file ${path}` : `${path} cannot be read`, { cause })
  }
}

function fromYaml(path: string, text: string): ColumnsFile {
  const top = record(path, yamlOf(path, text), 'the file')
  const unknown = Object.keys(top).find((key) => !['tree', 'units', 'columns'].includes(key))
  if (unknown !== undefined) throw mistake(path, `there is no key \`${unknown}\`; there are tree, units, columns`)
  const tree = top['tree'] === undefined ? null : string(path, top['tree'], 'tree')
  const units = Object.entries(record(path, top['units'] ?? {}, 'units'))
  const columns = Object.entries(record(path, top['columns'], 'columns'))
  return {
    path,
    tree,
    units: units.map(([name, unit]) => [name, string(path, unit, `units.${name}`)]),
    columns: columns.map(([name, value]) => columnOf(path, name, value)),
  }
}

function yamlOf(path: string, text: string): unknown {
  try {
    return readYaml(text)
  } catch (error) {
    if (error instanceof YamlMistake) throw mistake(path, error.message)
    throw error
  }
}

function columnOf(path: string, name: string, value: unknown): ColumnText {
  if (value === null) return { name, text: name, repr: null }
  if (typeof value !== 'object') return { name, text: plain(path, name, value), repr: null }
  const { value: text = name, type = null, ...rest } = record(path, value, `columns.${name}`)
  const [unknown] = Object.keys(rest)
  if (unknown !== undefined) throw mistake(path, `columns.${name} has no key \`${unknown}\`; there are value, type`)
  if (type !== null && !reprs.some((repr) => repr === type)) {
    throw mistake(path, `columns.${name}.type is \`${JSON.stringify(type)}\`; types are ${reprs.join(', ')}`)
  }
  return { name, text: plain(path, name, text), repr: type as NumberRepr | null }
}

const reprs: readonly NumberRepr[] = [
  'int8',
  'int16',
  'int32',
  'int64',
  'uint8',
  'uint16',
  'uint32',
  'uint64',
  'float32',
  'float64',
]

function record(path: string, value: unknown, what: string): Readonly<Record<string, unknown>> {
  if (typeof value === 'object' && value !== null && !Array.isArray(value)) return value as Record<string, unknown>
  throw mistake(path, `\`${what}\` must be a list of \`name: value\``)
}

function string(path: string, value: unknown, what: string): string {
  if (typeof value === 'string') return value
  throw mistake(path, `\`${what}\` must be a text`)
}

/** The text as the end of a pipeline, of `units` and `define`. */
function fromSift(path: string, text: string): ColumnsFile {
  const head = 'from "event data" '
  const whole = head + text
  const { cell, diagnostics } = parse(whole)
  const [problem] = diagnostics
  const [statement] = cell.statements
  if (problem !== undefined) throw mistake(path, problem.message)
  if (statement?.kind !== 'pipeline' || cell.statements.length > 1) {
    throw mistake(path, 'write `units …` and `define …`, as they follow `from "…"`')
  }
  const { stages } = statement.pipeline
  const other = stages.find(({ kind }) => kind !== 'units' && kind !== 'define')
  if (other !== undefined)
    throw mistake(path, `an index has a row for every event: \`${other.kind}\` has no place here`)
  const cut = ({ start, end }: { readonly start: number; readonly end: number }): string => whole.slice(start, end)
  return {
    path,
    tree: null,
    units: stages
      .flatMap((stage) => (stage.kind === 'units' ? stage.units : []))
      .map(({ span, path: names }) => {
        const column = names.map(({ text: name }) => name).join('.')
        return [
          column,
          cut(span)
            .slice(cut(span).indexOf(':') + 1)
            .trim(),
        ]
      }),
    columns: stages
      .flatMap((stage) => (stage.kind === 'define' ? stage.bindings : []))
      .map(({ name, value }) => ({ name: name.text, text: cut(value.span), repr: null })),
  }
}

/** An expression as YAML gives it: `101` is a number there. */
function plain(path: string, name: string, value: unknown): string {
  if (typeof value === 'string' || typeof value === 'number' || typeof value === 'boolean') return String(value)
  throw mistake(path, `columns.${name} must be an expression`)
}
