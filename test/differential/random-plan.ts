import { withWheres } from '../../dsl/check/wheres.ts'
import type { Axis, Expr, Measure, Named, NumberInput, Plan, Role } from '../../dsl/ir/plan.ts'
import { mayBeMissing, schemaOf, typeOf } from '../../dsl/ir/schema.ts'
import type { AggregateName, Column, Scalar, Schema } from '../../dsl/ir/types.ts'
import type { BackendQuery } from '../../runtime/ports/backend.ts'
import { aggregateType, bool, float64, instant } from '../unit/naive/build.ts'
import { schemas } from './random-data.ts'
import {
  call,
  columnOf,
  farDifference,
  near,
  presentNumber,
  randomExpr,
  randomWindow,
  scopeOf,
  type Scope,
} from './random-expr.ts'
import { eventStage, joined, placedStage, windowsOf, type Streams } from './random-stages.ts'
import type { Tape } from './tape.ts'

/** How deep plans nest. */
const deepest = 3

export function randomQuery(tape: Tape): BackendQuery {
  return withWheres(anyQuery(tape))
}

function anyQuery(tape: Tape): BackendQuery {
  switch (tape.below(8)) {
    case 0:
    case 1:
    case 2:
      return tableQuery(tape)
    case 3:
      return histQuery(tape)
    case 4:
      return { kind: 'number', text: 'x', ...numberOf(tape) }
    case 5:
    case 6:
      return cutflowQuery(tape)
    default:
      return { kind: 'describe', name: 'x', plan: stream(tape, deepest) }
  }
}

function tableQuery(tape: Tape): BackendQuery {
  if (tape.once(2)) return { kind: 'table', plan: tablePlan(tape, deepest) }
  const plan = stream(tape, deepest)
  return tape.once(3) ? { kind: 'table', plan, windows: windowsOf(tape, 2, streamsOf(tape)) } : { kind: 'table', plan }
}

function cutflowQuery(tape: Tape): BackendQuery {
  const plan = tape.once(6) ? tablePlan(tape, deepest) : stream(tape, deepest)
  const columns = tape.once(2) ? splitColumns(plan) : []
  const column = columns.length === 0 ? null : tape.of(columns)
  const by = column === null ? null : { name: column.name, value: { kind: 'column', row: 'row', ...column } as const }
  return { kind: 'cutflow', source: 'x', plan, by }
}

/** Columns of the rows that a plan starts from which every stage on the way up has. */
function splitColumns(plan: Plan): readonly Column[] {
  const { columns, key } = schemaOf(plan)
  if (plan.op === 'scan' || plan.op === 'union') return columns.filter(({ type }) => type.kind !== 'list')
  const names = new Set(columns.map(({ name }) => name))
  return splitColumns(plan.input).filter(({ name }) => key !== null && names.has(`${key}${name}`))
}

function histQuery(tape: Tape): BackendQuery {
  const plan = tape.once(4) ? tablePlan(tape, 2) : stream(tape, deepest)
  const scope = scopeIn(tape, plan, 1)
  const axes = Array.from({ length: tape.once(3) ? 2 : 1 }, (): Axis => {
    const value = presentNumber(tape, scope, 2)
    const edges = tape.of([
      null,
      [0, 1, 2, 4],
      [-1, -0.5, 0, 0.1, 3],
      [0, 0.1, 0.2, 0.30000000000000004, 0.4, 0.5, 0.6, 0.7],
    ])
    return {
      value: edges === null ? bounded(value) : value,
      label: 'x',
      edges,
      bins: 1 + tape.below(5),
      step: tape.once(2) ? 1.5 : null,
    }
  })
  return { kind: 'hist', plan, axes, weight: tape.once(3) ? presentNumber(tape, scope, 2) : null }
}

/** Values on automatic axes are kept small, or an axis in steps would have no end. */
function bounded(value: Expr): Expr {
  const wave = call('sin', float64, [value], false)
  return call('multiply', float64, [wave, { kind: 'number', value: 5, type: float64 }], false)
}

function numberOf(tape: Tape): { readonly value: Expr; readonly inputs: readonly NumberInput[] } {
  const inputs = Array.from({ length: 1 + tape.below(3) }, (_, at): NumberInput => {
    if (tape.once(3)) return { kind: 'livetime', name: `input${at}`, plan: stream(tape, 2) }
    const plan = tape.once(4) ? tablePlan(tape, 2) : stream(tape, deepest)
    return {
      kind: 'measure',
      name: `input${at}`,
      plan,
      measure: randomMeasure(tape, scopeIn(tape, plan, 1), `input${at}`),
    }
  })
  const columns = inputs.map((input) => {
    const type = input.kind === 'livetime' ? ({ kind: 'number', repr: 'int64', unit: [] } as const) : input.measure.type
    return { name: input.name, type, missing: input.kind === 'measure' && input.measure.missing }
  })
  const [first] = columns
  const bare: Expr = { kind: 'column', row: 'row', ...first! }
  return {
    inputs,
    value: tape.once(2) ? bare : randomExpr(tape, tape.of(['number', 'bool']), { row: columns, references: [] }, 2),
  }
}

/** A stream of events or of matches. */
function stream(tape: Tape, depth: number): Plan {
  return tape.once(3) ? matchPlan(tape, depth) : eventsPlan(tape, depth)
}

function scan(dataset: string): Plan {
  return { op: 'scan', dataset, schema: schemas.get(dataset)! }
}

function eventsPlan(tape: Tape, depth: number): Plan {
  if (depth <= 0) return scan(tape.of(['events', 'others']))
  const input = eventsPlan(tape, depth - 1)
  if (tape.once(5)) return selected(tape, input, true)
  return maybeFiltered(
    tape,
    tape.once(4) ? eventStage(tape, input, depth, streamsOf(tape)) : edited(tape, input, depth),
  )
}

function streamsOf(tape: Tape): Streams {
  return { events: (depth) => eventsPlan(tape, depth), any: (depth) => stream(tape, depth) }
}

/** A stage that keeps the kind of the stream. */
function edited(tape: Tape, input: Plan, depth: number): Plan {
  switch (tape.below(12)) {
    case 9:
    case 10:
    case 11:
      return placedStage(tape, input, depth, streamsOf(tape))
    case 0:
    case 1:
      return filtered(tape, input, depth)
    case 2:
    case 3:
      return defined(tape, input, depth)
    case 4:
    case 5:
    case 6:
      return vetoed(tape, input, depth)
    case 7:
      return { op: 'take', input, count: tape.below(6) }
    default:
      return input
  }
}

function filtered(tape: Tape, input: Plan, depth: number): Plan {
  const where = tape.once(3) ? timeCut(tape, input) : randomExpr(tape, 'bool', scopeIn(tape, input, depth - 1), 2)
  return { op: 'filter', input, where, label: tape.of([null, 'fv']), text: tape.of(['cut', null]) }
}

/** A condition on the time of the row, with others or none; of a table on nothing. */
function timeCut(tape: Tape, input: Plan): Expr {
  const { key, columns } = schemaOf(input)
  const column = columns.find(({ name }) => name === `${key}t`)
  if (column === undefined) return randomExpr(tape, 'bool', scopeOf(input), 1)
  const time: Expr = { kind: 'column', row: 'row', ...column }
  const [from, to] = [near(tape), near(tape)]
  const cut = tape.of([
    call(tape.of(['less', 'lessEqual', 'equal', 'greater', 'greaterEqual', 'notEqual']), bool, [time, from]),
    call(tape.of(['less', 'lessEqual', 'greater', 'greaterEqual']), bool, [to, time]),
    call(tape.of(['inRange', 'inRangeOpen']), bool, [time, from, to]),
  ])
  const fn = tape.of(['and', 'or', null, null] as const)
  return fn === null ? cut : call(fn, bool, [cut, randomExpr(tape, 'bool', scopeOf(input), 1)], false)
}

/** Now and then with a filter that a law may move below the last stage. */
function maybeFiltered(tape: Tape, plan: Plan): Plan {
  const often = { match: 2, group: 2, sort: 3, shift: 3, join: 1 }
  if (plan.op === 'join' && plan.unmatched !== 'missing') return plan
  const times = plan.op in often ? often[plan.op as keyof typeof often] : 0
  return times > 0 && tape.once(times) ? filteredPart(tape, plan) : plan
}

/** A filter on few of the columns: of one role or two, of what a join or group has not made. */
function filteredPart(tape: Tape, input: Plan): Plan {
  const scope = scopeOf(input)
  const isOf = partsOf(tape, input)
  const row = scope.row.filter(({ name }) => isOf(name))
  const where = tape.once(3) ? randomExpr(tape, 'bool', { row, references: [] }, 2) : comparison(tape, row)
  return { op: 'filter', input, where, label: tape.of([null, 'fv']), text: tape.of(['cut', null]) }
}

function comparison(tape: Tape, row: readonly Column[]): Expr {
  const column = columnOf(tape, tape.of(['number', 'text', 'instant']), { row, references: [] })
  if (column === undefined) return randomExpr(tape, 'bool', { row, references: [] }, 0)
  const other = randomExpr(tape, (column.type as Scalar).kind, { row, references: [] }, 0)
  const isOrdered = column.type.kind !== 'text'
  const fn = tape.of(isOrdered ? ['less', 'equal', 'notEqual', 'greaterEqual'] : ['equal', 'notEqual'])
  return call(fn, { kind: 'bool' }, [column, other])
}

function partsOf(tape: Tape, input: Plan): (name: string) => boolean {
  if (input.op === 'match') {
    const roles = [tape.of(schemaOf(input).roles), tape.of(schemaOf(input).roles)]
    return (name) => roles.some((role) => name.startsWith(`${role}.`))
  }
  if (input.op === 'join') return (name) => !name.startsWith(`${input.name}.`)
  return input.op === 'group' ? (name) => input.keys.some((key) => key.name === name) : (name) => name !== 't'
}

let definitions = 0

function defined(tape: Tape, input: Plan, depth: number): Plan {
  const columns: Named[] = []
  for (let at = 0; at <= tape.below(2); at++) {
    const plan: Plan = { op: 'define', input, columns: [...columns] }
    const scope = scopeIn(tape, plan, depth - 1)
    const lists = schemaOf(input).columns.filter(({ type }) => type.kind === 'list')
    if (lists.length > 0 && tape.once(10)) {
      columns.push({ name: `d${definitions++}`, value: { kind: 'column', row: 'row', ...tape.of(lists) } })
      continue
    }
    const value = tape.once(8)
      ? farDifference(tape, scope)
      : randomExpr(tape, tape.of(['number', 'bool', 'text', 'instant']), scope, 2)
    columns.push({ name: `d${definitions++}`, value })
  }
  return { op: 'define', input, columns }
}

function vetoed(tape: Tape, input: Plan, depth: number): Plan {
  const source = stream(tape, depth - 1)
  const [low, high] = tape.of([
    [0, 2],
    [-2, 0],
    [-1, 3],
    [0, 0],
    [2, 5],
    [1, -1],
  ] as const)
  const scope = { ...scopeIn(tape, input, depth - 1), other: schemaOf(source).columns }
  const where = tape.once(2) ? randomExpr(tape, 'bool', scope, 2) : null
  const mode = tape.of(['veto', 'keep'] as const)
  return { op: 'veto', mode, input, source, low, high, where, label: tape.of([null, 'mu']), text: mode }
}

/** Some columns, or expressions of them; of events with what orders them, if they are to stay events. */
function selected(tape: Tape, input: Plan, staysEvents: boolean): Plan {
  const schema = schemaOf(input)
  const kept = schema.columns.filter(({ name }) => ['t', 'file', 'entry'].includes(name) || tape.once(2))
  const bare = kept.map((column): Named => ({ name: column.name, value: { kind: 'column', row: 'row', ...column } }))
  const made: Named = { name: `s${definitions++}`, value: randomExpr(tape, 'number', scopeOf(input), 2) }
  const columns = [...bare, made]
  const types = columns.map(({ name, value }) => ({ name, type: typeOf(value), missing: mayBeMissing(value) }))
  const still: Schema = staysEvents
    ? { ...schema, columns: types }
    : { stream: 'table', columns: types, key: null, references: [], roles: [] }
  return { op: 'select', input, columns, schema: still }
}

function matchPlan(tape: Tape, depth: number): Plan {
  if (depth <= 0) return scan('stored')
  if (tape.once(4)) return maybeFiltered(tape, edited(tape, matchPlan(tape, depth - 1), depth))
  const input = stream(tape, depth - 1)
  const names = ['d', 'e', 'f']
  let roles: readonly Role[] = []
  for (let at = 0; at <= tape.below(3); at++) {
    const plan: Plan = { op: 'match', input, anchor: 'p', anchorText: 'p', roles }
    roles = [...roles, randomRole(tape, plan, names[at]!, depth)]
  }
  const made: Plan = { op: 'match', input, anchor: 'p', anchorText: 'p', roles }
  return maybeFiltered(tape, made)
}

function randomRole(tape: Tape, before: Plan, name: string, depth: number): Role {
  const source = tape.once(3) ? stream(tape, depth - 1) : eventsPlan(tape, depth - 1)
  const quantifier = tape.of(['each', 'first', 'last', 'nearest', 'without', 'without'] as const)
  const scope = { ...scopeIn(tape, before, depth - 1), other: schemaOf(source).columns }
  const kinds = quantifier === 'nearest' ? ['within'] : undefined
  const where = tape.once(2) ? randomExpr(tape, 'bool', scope, 2) : null
  return {
    name,
    quantifier,
    source,
    where,
    window: randomWindow(tape, scope.references, kinds),
    text: `${quantifier} ${name}`,
  }
}

function tablePlan(tape: Tape, depth: number): Plan {
  const made = madeTable(tape, depth)
  return maybeFiltered(tape, made)
}

function madeTable(tape: Tape, depth: number): Plan {
  const input = tape.once(3)
    ? scan('table')
    : depth > 1 && tape.once(3)
      ? tablePlan(tape, depth - 1)
      : stream(tape, depth - 1)
  switch (tape.below(6)) {
    case 0:
    case 1:
    case 2:
      return grouped(tape, input)
    case 3:
      return sorted(tape, input)
    case 4:
      return { op: 'take', input: sorted(tape, input), count: tape.below(5) }
    default:
      if (schemaOf(input).key === null && tape.once(2)) return filtered(tape, input, 1)
      return tape.once(3) ? joined(tape, input, 1, streamsOf(tape)) : selected(tape, input, false)
  }
}

function sorted(tape: Tape, input: Plan): Plan {
  const by = randomExpr(tape, tape.of(['number', 'text', 'instant', 'bool']), scopeIn(tape, input, 1), 2)
  return { op: 'sort', input, by, descending: tape.once(2) }
}

function grouped(tape: Tape, input: Plan): Plan {
  const scope = scopeIn(tape, input, 1)
  if (tape.once(3)) {
    const timed = timedKeys(tape, input)
    const measures = [randomMeasure(tape, scope, 'm0')]
    if (timed.length > 0) return { op: 'group', input, keys: timed, measures, livetime: 'live' }
  }
  const keys = tape.many(2, (at): Named => ({
    name: `k${at}`,
    value: randomExpr(tape, tape.of(['number', 'bool', 'text', 'instant']), scope, 1),
  }))
  const measures = Array.from({ length: 3 + tape.below(3) }, (_, at) => randomMeasure(tape, scope, `m${at}`))
  return { op: 'group', input, keys, measures }
}

/** Keys of time or run; none where the rows have neither. */
function timedKeys(tape: Tape, input: Plan): readonly Named[] {
  const { key, columns } = schemaOf(input)
  if (key === null) return []
  const column = (name: string): Expr[] =>
    columns.filter((known) => known.name === `${key}${name}`).map((known) => ({ kind: 'column', row: 'row', ...known }))
  const bins = column('t').map((t) => {
    const width: Expr = { kind: 'number', value: tape.of([5, 2, 86_400e9]), type: float64 }
    return call('binInstant', instant, [t, width])
  })
  const values = tape.of([column('run'), bins, [...column('run'), ...bins]])
  return values.map((value, at): Named => ({ name: `k${at}`, value }))
}

const onNumbers: readonly AggregateName[] = ['sum', 'mean', 'min', 'max', 'std', 'median']

function randomMeasure(tape: Tape, scope: Scope, name: string): Measure {
  const fn = tape.of<AggregateName>(['count', ...onNumbers, 'sum', 'min', 'max', 'first', 'last', 'any', 'all'])
  const kind = onNumbers.includes(fn)
    ? tape.of(['number', 'number', 'number', 'bool'] as const)
    : tape.of(['number', 'bool', 'text', 'instant'] as const)
  const isTruth = fn === 'any' || fn === 'all'
  const value = fn === 'count' && tape.once(2) ? null : randomExpr(tape, isTruth ? 'bool' : kind, scope, 2)
  const where = tape.once(4) ? { where: randomExpr(tape, 'bool', scope, 2) } : {}
  if ((fn === 'min' || fn === 'max') && tape.once(3)) return { ...textOrTime(tape, scope, { name, fn }), ...where }
  return { name, fn, value, ...where, ...aggregateType(fn, value) }
}

function textOrTime(
  tape: Tape,
  scope: Scope,
  { name, fn }: { readonly name: string; readonly fn: AggregateName },
): Measure {
  const value = randomExpr(tape, tape.of(['text', 'instant']), scope, 1)
  return { name, fn, value, ...aggregateType(fn, value) }
}

/** Aggregates may look at streams as long as these are small. */
function scopeIn(tape: Tape, plan: Plan, depth: number): Scope {
  return depth < 0 ? scopeOf(plan) : scopeOf(plan, () => stream(tape, Math.min(depth, 1)))
}
