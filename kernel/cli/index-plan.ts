import type { Field } from 'apache-arrow'
import { compile } from '../../dsl/compile.ts'
import type * as ast from '../../dsl/ir/ast.ts'
import type { Expr, Plan } from '../../dsl/ir/plan.ts'
import { mayBeMissing, typeOf } from '../../dsl/ir/schema.ts'
import type { Column, Schema, Type } from '../../dsl/ir/types.ts'
import { conversion, isSameDimension } from '../../dsl/ir/units.ts'
import { parse } from '../../dsl/parse/parse.ts'
import type { BuildColumn, BuildPlan, BuildValue, Reduction } from '../../runtime/index/build-plan.ts'
import { type ColumnsFile, ColumnsMistake, type ColumnText, mistake } from './index-columns.ts'
import { withoutLists } from './index-lists.ts'

/** The event data as the first file shows them. */
export interface EventData {
  readonly schema: Schema
  readonly fields: readonly Field[]
}

const source = 'from "event data" '
/** The column has a name of its own here: it may be called like one of the event data. */
const head = `${source}define index_column = `

/**
 * The plan of a build: each expression checked and typed against the columns of the event data.
 *
 * @throws ColumnsMistake for the first mistake
 */
export function buildPlanOf(file: ColumnsFile, data: EventData, tree: string | null): BuildPlan {
  const schema = withUnits(file, own(data.schema))
  const reductions: Reduction[] = []
  const columns = file.columns.map((column) => columnOf(file, column, { schema, reductions }))
  const made = new Set(reductions.map(({ name }) => name))
  const names = new Set([
    ...columns.flatMap(({ value }) => namesIn(value)).filter((name) => !made.has(name)),
    ...reductions.map(({ list }) => list),
  ])
  return {
    tree,
    reads: data.fields.filter(({ name }) => names.has(name)).map(({ name, type }) => ({ name, type: String(type) })),
    reductions,
    columns,
    text: textOf(file),
  }
}

/** Without the reference of an event, which the build itself makes. */
function own(schema: Schema): Schema {
  const columns = schema.columns.filter(({ name }) => name !== 'file' && name !== 'entry')
  return { stream: 'table', columns, key: null, references: [], roles: [] }
}

function withUnits(file: ColumnsFile, schema: Schema): Schema {
  if (file.units.length === 0) return schema
  const units = file.units.map(([name, unit]) => `${name}: ${unit}`).join(', ')
  const plan = planOf(file, `${source}units ${units}`, schema)
  if (plan.op !== 'scan') throw new Error('units are declared of a scan')
  return plan.schema
}

/** The plan of one pipeline over rows of a schema. @throws ColumnsMistake */
function planOf(file: ColumnsFile, text: string, schema: Schema): Plan {
  const catalog = { dataset: () => ({ key: '', schema }) }
  const { statements, diagnostics } = compile(text, { cell: null, names: new Map(), catalog })
  const problem = diagnostics.find(({ severity }) => severity === 'error')
  if (problem !== undefined) {
    const fix = problem.fix === null ? '' : ` ${problem.fix.text}`
    throw mistake(file.path, `${problem.message}${fix} (in \`${text.slice(source.length)}\`)`)
  }
  const [statement] = statements
  if (statement?.kind !== 'query' || statement.query.kind !== 'table') throw new Error(`no pipeline: ${text}`)
  return statement.query.plan
}

/** Names of the event data that have dots, in backquotes: `CdVertexRec.m_energy` is one column. */
function quotedIn(text: string, { columns }: Schema): string {
  const dotted = new Set(columns.map(({ name }) => name).filter((name) => name.includes('.')))
  return text.replaceAll(/`[^`]*`|"[^"]*"|[A-Za-z_]\w*(?:\.[A-Za-z_]\w*)+/g, (found) =>
    dotted.has(found) ? `\`${found}\`` : found,
  )
}

interface Known {
  readonly schema: Schema
  /** Grows. */
  readonly reductions: Reduction[]
}

function columnOf(
  file: ColumnsFile,
  { name, text: written, repr }: ColumnText,
  { schema, reductions }: Known,
): BuildColumn {
  const text = quotedIn(written, schema)
  const value = expressionIn(file, head + text)
  if (name === 't') return timeColumn(file, value, { text, schema })
  const plain = value.kind === 'name' ? schema.columns.find((column) => column.name === value.name.text) : undefined
  if (plain !== undefined && repr === null) {
    return { column: { ...plain, name }, value: { kind: 'column', name: plain.name } }
  }
  const plan = planOf(file, head + text, schema)
  const told = plan.op === 'define' ? plan.columns.at(-1)?.value : undefined
  if (told === undefined) throw new Error('a definition is a define')
  const defined = numbersIn(file, name, told, reductions)
  const type = kept(typeOf(defined), repr ?? (name === 'run' ? 'int32' : null))
  if (name === 'run' && !isWhole(type)) throw mistake(file.path, 'the column `run` must hold whole numbers')
  return { column: { name, type, missing: mayBeMissing(defined) }, value: { kind: 'expression', value: defined } }
}

function numbersIn(file: ColumnsFile, name: string, expr: Expr, reductions: Reduction[]): Expr {
  try {
    return withoutLists(expr, reductions)
  } catch (error) {
    throw error instanceof ColumnsMistake ? mistake(file.path, `column \`${name}\`: ${error.message}`) : error
  }
}

function expressionIn(file: ColumnsFile, text: string): ast.Expr {
  const { cell, diagnostics } = parse(text)
  const [problem] = diagnostics
  if (problem !== undefined) throw mistake(file.path, `${problem.message} (in \`${text.slice(source.length)}\`)`)
  const [statement] = cell.statements
  const stage = statement?.kind === 'pipeline' ? statement.pipeline.stages[0] : undefined
  const binding = stage?.kind === 'define' ? stage.bindings[0] : undefined
  if (binding === undefined || (stage?.kind === 'define' && stage.bindings.length > 1)) {
    throw mistake(file.path, `\`${text.slice(source.length)}\` is not one expression`)
  }
  return binding.value
}

interface Told {
  readonly text: string
  readonly schema: Schema
}

/** The time of events is exact: a column of whole numbers, or one of seconds and one of nanoseconds: `time(sec, ns)`. */
function timeColumn(file: ColumnsFile, value: ast.Expr, { text, schema }: Told): BuildColumn {
  const column: Column = { name: 't', type: { kind: 'instant' }, missing: false }
  const pair = timestampOf(value)
  if (pair !== null) {
    for (const name of pair) wholeColumn(file, name, schema)
    return { column, value: { kind: 'timestamp', seconds: pair[0], nanoseconds: pair[1] } }
  }
  if (value.kind !== 'name') {
    throw mistake(
      file.path,
      `t is \`${text}\`: it must be a column of whole numbers, or \`time(seconds, nanoseconds)\``,
    )
  }
  const nanoseconds = wholeColumn(file, value.name.text, schema)
  return { column, value: { kind: 'time', name: value.name.text, nanoseconds } }
}

function timestampOf(value: ast.Expr): readonly [string, string] | null {
  if (value.kind !== 'call' || value.name.text !== 'time') return null
  const names = value.args.map(({ value: arg }) => (arg.kind === 'name' ? arg.name.text : null))
  const [seconds = null, nanoseconds = null] = names
  return names.length === 2 && seconds !== null && nanoseconds !== null ? [seconds, nanoseconds] : null
}

/** How many nanoseconds one of the column's unit is. */
function wholeColumn(file: ColumnsFile, name: string, schema: Schema): number {
  const found = schema.columns.find((column) => column.name === name)
  if (found === undefined) {
    const known = schema.columns.map((column) => column.name).join(', ')
    throw mistake(file.path, `t: the event data have no column \`${name}\`; they have ${known}`)
  }
  const { type } = found
  if (type.kind === 'instant') return 1
  if (type.kind !== 'number' || !isWhole(type) || found.missing) {
    throw mistake(file.path, `t: \`${name}\` is no column of whole numbers, and times must be exact to the nanosecond`)
  }
  const unit = type.unit ?? []
  if (unit.length === 0) return 1
  if (!isSameDimension(unit, nanosecond)) throw mistake(file.path, `t: the unit of \`${name}\` is none of time`)
  const { numerator, denominator } = conversion(unit, nanosecond)
  return Number(numerator / denominator)
}

const nanosecond = [{ name: 'ns', power: 1 }] as const

function isWhole(type: Type): boolean {
  return type.kind === 'number' && !type.repr.startsWith('float')
}

function kept(type: Type, repr: ColumnText['repr']): Type {
  return repr === null || type.kind !== 'number' ? type : { ...type, repr }
}

function namesIn(value: BuildValue): readonly string[] {
  switch (value.kind) {
    case 'column':
    case 'time':
      return [value.name]
    case 'timestamp':
      return [value.seconds, value.nanoseconds]
    case 'expression':
      return columnsIn(value.value)
  }
}

function columnsIn(expr: Expr): readonly string[] {
  if (expr.kind === 'column') return [expr.name]
  if (expr.kind === 'call') return expr.args.flatMap(columnsIn)
  return []
}

function textOf({ units, columns }: ColumnsFile): string {
  const declared = units.length === 0 ? '' : `units ${units.map(([name, unit]) => `${name}: ${unit}`).join(', ')} `
  return `${declared}define ${columns.map(({ name, text }) => `${name} = ${text}`).join(', ')}`
}
