import type { Bound, Names } from '../check/bound.ts'
import { rowFunctions } from '../functions/index.ts'
import type { Column, Type } from '../ir/types.ts'
import { unitNames } from '../ir/units.ts'
import { reservedWords } from '../parse/tokens.ts'
import type { Completion } from './context.ts'
import { membersOf, type Rows } from './rows.ts'
import { columnText, parametersText, typeText, written } from './wording.ts'
import { calls } from './words.ts'

const reserved: ReadonlySet<string> = new Set(reservedWords)

/** Streams of the notebook, and the functions that give one. */
export function streams(names: Names): readonly Completion[] {
  const own = [...names].flatMap(([name, bound]) => {
    if (bound.meaning.kind === 'stream') return [offer(written(name, reserved), 'stream', told(bound))]
    return givesStream(bound) ? [functionOf(name, bound)] : []
  })
  return [...own, offer('union(', 'function', '(a, b, …)')]
}

/** Columns of the row, roles, and the numbers, lists and functions of the notebook and of the language. */
export function values(rows: Rows, names: Names): readonly Completion[] {
  return [...columns(rows), ...roles(rows), ...ofNotebook(names), ...functions()]
}

/** Columns that are written bare: those of a match's roles need the role's name before them. */
export function columns({ columns: all, roles: named }: Rows): readonly Completion[] {
  const bare = all.filter(({ name }) => !name.includes('.') && !name.startsWith('~'))
  const owners = [...new Set(all.flatMap(({ name }) => (name.includes('.') ? (name.split('.')[0] ?? '') : [])))]
  return [
    ...bare.map(column),
    ...owners
      .filter((owner) => !named.has(owner))
      .map((owner) => offer(`${written(owner, reserved)}.`, 'role', 'record')),
  ]
}

/** The roles bound so far, to be followed by a column. */
function roles({ roles: named }: Rows): readonly Completion[] {
  return [...named.keys()]
    .filter((name) => name !== 'this')
    .map((name) => offer(written(name, reserved), 'role', 'role'))
}

/** The roles bound so far, as references in time: a role is not in its own window. */
export function references(rows: Rows): readonly Completion[] {
  return roles(rows).filter(({ text }) => text !== written(rows.ownRole ?? '', reserved))
}

/** What an aggregate may look at in the row itself: lists, and records that may hold some. */
export function lists(rows: Rows): readonly Completion[] {
  return [...rows.columns.filter(({ type }) => type.kind === 'list').map(column), ...roles(rows)]
}

/** Columns, roles and records below a path: `prompt.`, `pair.prompt.`, `hits[0].`. */
export function members(path: readonly string[], rows: Rows): readonly Completion[] {
  const [first = '', ...rest] = path
  const all = [...(rows.roles.get(first) ?? []), ...membersOf(rows.columns, `${first}.`)]
  const below = rest.length === 0 ? all : membersOf(all, `${rest.join('.')}.`)
  const list = rows.columns.find(({ name }) => name === path.join('.'))?.type
  const fields = list?.kind === 'list' && list.element.kind === 'record' ? list.element.fields : []
  const direct = [...below, ...fields].filter(({ name }) => !name.includes('.'))
  const nested = [...new Set(below.flatMap(({ name }) => (name.includes('.') ? (name.split('.')[0] ?? '') : [])))]
  return [...direct.map(column), ...nested.map((name) => offer(written(name, reserved), 'role', 'role'))]
}

/** Units, of one dimension where that is known. */
export function units(isWanted: (unit: string) => boolean): readonly Completion[] {
  return [...unitNames, '%'].filter(isWanted).map((unit) => offer(unit, 'unit', 'unit'))
}

export function targets(): readonly Completion[] {
  return [offer('sniper(', 'target', '("job.py", margin: 2 ms)'), offer('entrylist(', 'target', '("entries.root")')]
}

export function backends(): readonly Completion[] {
  return [
    offer('local', 'target', 'threads of this machine'),
    offer('spark', 'target', '(executors: 40, memory: "4g")'),
  ]
}

export function parameters(names: readonly string[]): readonly Completion[] {
  return names.map((name) => offer(name, 'parameter', 'parameter'))
}

/** Numbers and lists of the notebook. */
function ofNotebook(names: Names): readonly Completion[] {
  return [...names].flatMap(([name, bound]) => {
    const { kind } = bound.meaning
    if (kind === 'value' || kind === 'list') return [offer(written(name, reserved), 'value', told(bound))]
    return kind === 'fn' && !givesStream(bound) ? [functionOf(name, bound)] : []
  })
}

function functions(): readonly Completion[] {
  const ofRows = [...rowFunctions.values()].filter(({ signature }) => signature !== undefined)
  return [
    ...Object.entries(calls)
      .filter(([name]) => name !== 'union')
      .map(([name, { doc }]) => offer(`${name}(`, 'function', doc)),
    ...ofRows
      .filter(({ name }) => calls[name] === undefined)
      .map(({ name, doc }) => offer(`${name}(`, 'function', doc)),
  ]
}

function functionOf(name: string, { meaning }: Bound): Completion {
  const detail = meaning.kind === 'fn' ? parametersText(meaning.parameters) : ''
  return offer(`${written(name, reserved)}(`, 'function', detail)
}

function givesStream({ meaning }: Bound): boolean {
  return meaning.kind === 'fn' && meaning.body.kind === 'pipeline'
}

function told({ type, cell }: Bound): string {
  return cell === null ? type : `${type}, cell ${cell}`
}

function column(of: Column): Completion {
  return offer(written(of.name, reserved), 'column', columnText(of))
}

export function literal(text: string, type: Type): Completion {
  return offer(text, 'literal', typeText(type))
}

function offer(text: string, kind: Completion['kind'], detail: string): Completion {
  return { text, kind, detail }
}
