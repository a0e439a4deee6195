import type { Bound, Names } from '../check/bound.ts'
import { typeOfTerm } from '../check/term.ts'
import { backends as useBackends } from '../check/use.ts'
import { rowFunctions } from '../functions/index.ts'
import type { Type } from '../ir/types.ts'
import { isPure, unitNames } from '../ir/units.ts'
import { reservedWords } from '../parse/tokens.ts'
import type { Completion } from './context.ts'
import { type Facts, rowsOfPlan } from './facts.ts'
import { literalText, rangeOf, rangeText } from './ranges.ts'
import { membersOf, type RowColumn, type Rows } from './rows.ts'
import { isAggregate, signatureOf } from './signatures.ts'
import type { Wanted } from './wanted.ts'
import { columnText, parametersText, rowsText, typeText, written } from './wording.ts'
import { calls } from './words.ts'

const reserved: ReadonlySet<string> = new Set(reservedWords)

/** Where something is offered: the rows that names refer to, and what is known beside them. */
export interface Around {
  readonly rows: Rows
  readonly names: Names
  readonly facts: Facts
}

/** Streams of the notebook with their rows as far as they are known, and the functions that give one. */
export function streams({ names, facts }: Pick<Around, 'names' | 'facts'>): readonly Completion[] {
  const own = [...names].flatMap(([name, bound]) => {
    if (bound.meaning.kind !== 'stream') return givesStream(bound) ? [functionOf(name, bound)] : []
    const rows = rowsOfPlan(bound.meaning.stream.plan, facts)
    return [offer(written(name, reserved), 'stream', told(bound, rows === undefined ? '' : rowsText(rows)))]
  })
  return [...own, offer('union(', 'function', documented('union'))]
}

/** A source that has no name yet. */
export function newSources(): readonly Completion[] {
  return [offer('"', 'source', 'the path of files'), offer('(from ', 'source', 'a pipeline in brackets')]
}

/** Columns of the row, roles, and the numbers, lists and functions of the notebook and of the language. */
export function values(around: Around): readonly Completion[] {
  return [...columns(around), ...rolesInValue(around.rows), ...ofNotebook(around.names), ...functions()]
}

/** Columns that are written bare: those of a match's roles need the role's name before them. */
export function columns({ rows, facts }: Pick<Around, 'rows' | 'facts'>): readonly Completion[] {
  const bare = rows.columns.filter(({ name }) => !name.includes('.') && !name.startsWith('~'))
  const owners = new Set(rows.columns.flatMap(({ name }) => (name.includes('.') ? (name.split('.')[0] ?? '') : [])))
  return [
    ...bare.map((each) => column(each, facts)),
    ...[...owners]
      .filter((owner) => !rows.roles.has(owner))
      .map((owner) => offer(`${written(owner, reserved)}.`, 'role', 'record')),
  ]
}

/** The roles bound so far. */
function roles({ roles: named }: Rows): readonly Completion[] {
  return [...named.keys()]
    .filter((name) => name !== 'this')
    .map((name) => offer(written(name, reserved), 'role', 'role'))
}

/** A role in a value is followed by a column, but that a function may take it whole, and a record may not be there. */
function rolesInValue(rows: Rows): readonly Completion[] {
  const whole = roles(rows)
  const dotted = whole.map((role) => ({ ...role, text: `${role.text}.`, detail: 'columns of the role' }))
  if (rows.callee !== undefined) return [...whole, ...dotted]
  return [...dotted, ...whole.filter(({ text }) => rows.joined.has(text))]
}

/** The roles bound so far, as references in time: a role is not in its own window. */
export function references(rows: Rows): readonly Completion[] {
  return roles(rows).filter(({ text }) => text !== written(rows.ownRole ?? '', reserved))
}

/** What a function takes that looks at streams, at lists of the row, or at whole rows: those first. */
export function operands(callee: string, around: Around): readonly Completion[] {
  const { rows, names } = around
  switch (callee) {
    case 'livetime':
    case 'union':
      return [...streams(around), ...newSources()]
    case 'count':
      return [...lists(around), ...streams(around), ...values(around)]
    case 'sniper':
    case 'entrylist':
      return [offer('"', 'source', 'the path of a file')]
    default: {
      const isOwn = names.get(callee)?.meaning.kind === 'fn'
      const rowsFirst = isOwn || callee === 'dist' ? roles(rows) : []
      return [...rowsFirst, ...values(around), ...(isOwn || isAggregate(callee) ? streams(around) : [])]
    }
  }
}

/** What rows are joined by: their events, and what both sides have. */
export function joinKeys({ rows, facts }: Around): readonly Completion[] {
  const name = rows.ownJoin ?? ''
  const other = new Set(rows.roles.get(name)?.map((each) => each.name))
  const common = rows.columns.filter((each) => other.has(each.name)).map((each) => column(each, facts))
  const own = roles(rows).filter(({ text }) => !rows.joined.has(text))
  return [offer('event', 'role', 'the event reference (file, entry)'), ...own, ...common]
}

/** What rows are grouped by: roles, as the events that they are, and columns. */
export function groupKeys(around: Around): readonly Completion[] {
  return [...roles(around.rows), ...values(around)]
}

/** What an aggregate may look at in the row itself: lists, and records that may hold some. */
export function lists({ rows, facts }: Around): readonly Completion[] {
  const found = rows.columns.filter(({ type }) => type.kind === 'list').map((each) => column(each, facts))
  return [...found, ...roles(rows)]
}

/** Columns, roles and records below a path: `prompt.`, `pair.prompt.`, `hits[0].`. */
export function members(path: readonly string[], { rows, facts }: Around): readonly Completion[] {
  const [first = '', ...rest] = path
  const all = [...(rows.roles.get(first) ?? []), ...membersOf(rows.columns, `${first}.`)]
  const below = rest.length === 0 ? all : membersOf(all, `${rest.join('.')}.`)
  const list = rows.columns.find(({ name }) => name === path.join('.'))?.type
  const fields = list?.kind === 'list' && list.element.kind === 'record' ? list.element.fields : []
  const direct = [...below, ...fields].filter(({ name }) => !name.includes('.'))
  const nested = [...new Set(below.flatMap(({ name }) => (name.includes('.') ? (name.split('.')[0] ?? '') : [])))]
  return [
    ...direct.map((each) => column(each, facts)),
    ...nested.map((name) => offer(written(name, reserved), 'role', 'role')),
  ]
}

/** Units, of one dimension where that is known. */
export function units(isWanted: (unit: string) => boolean): readonly Completion[] {
  return [...unitNames, '%'].filter(isWanted).map((unit) => offer(unit, 'unit', 'unit'))
}

export function targets(): readonly Completion[] {
  return [
    offer('"', 'source', 'a file: .parquet, .arrow, .h5, .root or .csv'),
    offer('sniper(', 'target', '("job.py", margin: 2 ms)'),
    offer('entrylist(', 'target', '("entries.root", tree: "Event/Rec")'),
  ]
}

export function backends(): readonly Completion[] {
  return [
    offer('local', 'target', '(max_window: 1 h): threads of this machine'),
    offer('spark', 'target', '(executors: 40, memory: "4g"): a cluster'),
  ]
}

/** What is named in a call: the options of a backend or target, the parameters of a function of the notebook. */
export function labels(callee: string, names: Names): readonly Completion[] {
  const { meaning } = names.get(callee) ?? {}
  if (meaning?.kind === 'fn') {
    const optional = meaning.parameters.filter(({ value }) => value !== null)
    return optional.map(({ name }) => offer(`${name.text}:`, 'parameter', 'parameter'))
  }
  const ofBackend = [...(useBackends.get(callee) ?? [])].map(([name, takes]) => [name, examples[takes]] as const)
  const options = callOptions[callee] ?? ofBackend
  return options.map(([name, example]) => offer(`${name}:`, 'parameter', `${name}: ${example}`))
}

/** Of what an option of a backend takes. */
const examples = { count: '4', size: '"4g"', time: '1 h', text: '"…"' } as const

const callOptions: Readonly<Record<string, readonly (readonly [name: string, example: string])[]>> = {
  sniper: [['margin', '2 ms']],
  entrylist: [['tree', '"Event/Rec"']],
  union: [['good', 'either, or both: what is the good time of the whole']],
}

/** `good: ▮`. */
export function goodTimes(): readonly Completion[] {
  return [
    offer('either', 'value', 'good time of any of the streams'),
    offer('both', 'value', 'good time that all of the streams share'),
  ]
}

export function parameters(names: readonly string[]): readonly Completion[] {
  return names.map((name) => offer(name, 'parameter', 'parameter'))
}

/** Literals in the unit of what they are held against: the ends of what the files state, or a plain one. */
export function literals({ type, column: of, form, isUpper }: Wanted, facts: Facts): readonly Completion[] {
  const range = of && rangeOf(of, facts)
  const unit = literalText(1, type)
  if (range === undefined) return unit?.includes(' ') === true ? [literal(unit, type)] : []
  const [min, max] = [literalText(range.min, type), literalText(range.max, type)]
  if (min === undefined || max === undefined) return []
  if (form === 'range') return [offer(`${min.replace(/ .*/, '')} .. ${max}`, 'literal', 'all that is in the files')]
  const [lowest, highest] = [
    offer(min, 'literal', 'lowest in the files'),
    offer(max, 'literal', 'highest in the files'),
  ]
  return isUpper ? [highest, lowest] : [lowest, highest]
}

/** Numbers of the notebook, which may be constants. */
export function notebookValues(names: Names): readonly Completion[] {
  return ofNotebook(names).filter(({ kind }) => kind === 'value')
}

/** Numbers and lists of the notebook. */
function ofNotebook(names: Names): readonly Completion[] {
  return [...names].flatMap(([name, bound]) => {
    const { kind } = bound.meaning
    if (kind === 'value' || kind === 'list') return [offer(written(name, reserved), 'value', told(bound))]
    return kind === 'fn' && !givesStream(bound) ? [functionOf(name, bound)] : []
  })
}

/** Lists of edges, and numbers of bins. */
export function binnings(names: Names): readonly Completion[] {
  const fitting = [...names].filter(([, { meaning }]) => {
    const type = meaning.kind === 'value' ? typeOfTerm(meaning.term) : undefined
    return meaning.kind === 'list' || (type?.kind === 'number' && type.unit !== null && isPure(type.unit))
  })
  return ofNotebook(new Map(fitting))
}

function functions(): readonly Completion[] {
  const ofRows = [...rowFunctions.values()].filter(({ signature }) => signature !== undefined)
  const named = [...Object.keys(calls).filter((name) => name !== 'union'), ...ofRows.map(({ name }) => name)]
  return [...new Set(named)].map((name) => offer(`${name}(`, 'function', documented(name)))
}

/** `(a, b) : length. Distance of two rows or vectors, from their x, y, z.` */
function documented(name: string): string {
  const doc = calls[name]?.doc ?? rowFunctions.get(name)?.doc
  return [signatureOf(name), doc].filter((part) => part !== undefined).join('. ')
}

function functionOf(name: string, { meaning }: Bound): Completion {
  const detail = meaning.kind === 'fn' ? parametersText(meaning) : ''
  return offer(`${written(name, reserved)}(`, 'function', detail)
}

function givesStream({ meaning }: Bound): boolean {
  return meaning.kind === 'fn' && meaning.body.kind === 'pipeline'
}

function told({ type, cell }: Bound, ...more: readonly string[]): string {
  return [type, ...more, cell === null ? '' : `cell ${cell}`].filter((part) => part !== '').join(', ')
}

function column(of: RowColumn, facts: Facts): Completion {
  const range = rangeOf(of, facts)
  const detail = range === undefined ? columnText(of) : `${columnText(of)} ${rangeText(range, of.type)}`
  return offer(written(of.name, reserved), 'column', detail)
}

function literal(text: string, type: Type): Completion {
  return offer(text, 'literal', typeText(type))
}

function offer(text: string, kind: Completion['kind'], detail: string): Completion {
  return { text, kind, detail }
}
