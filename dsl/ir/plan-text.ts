import type { ColumnExpr, Expr, ListReduction, Named, Plan, Role, TotalExpr, Window } from './plan.ts'
import { unitText } from './units.ts'

/** A plan as lines, what it starts from first; streams that a stage looks at stand below it, set in. */
export function planLines(plan: Plan): readonly string[] {
  switch (plan.op) {
    case 'scan':
      return [`scan of ${plan.schema.columns.length} columns`]
    case 'union':
      return [
        `union${plan.good === 'runs' ? '' : `, good time: ${plan.good}`}`,
        ...plan.inputs.flatMap((input) => below(input)),
      ]
    case 'filter':
      return [...planLines(plan.input), `where ${labelled(plan.label, exprText(plan.where))}`]
    case 'define':
      return [...planLines(plan.input), `define ${namedText(plan.columns)}`]
    case 'select':
      return [...planLines(plan.input), `select ${namedText(plan.columns)}`]
    case 'veto': {
      const where = plan.where === null ? '' : ` where ${exprText(plan.where)}`
      const head = `${plan.mode} ${labelled(plan.label, `${rangeText(plan)} after any of`)}${where}`
      return [...planLines(plan.input), head, ...below(plan.source)]
    }
    case 'match':
      return [...planLines(plan.input), `match ${plan.anchor}`, ...plan.roles.flatMap(roleLines)]
    case 'group':
      return [...planLines(plan.input), groupText(plan)]
    case 'sort':
      return [...planLines(plan.input), `sort by ${exprText(plan.by)}${plan.descending ? ' desc' : ''}`]
    case 'take':
      return [...planLines(plan.input), `take ${plan.count}`]
    case 'shift':
      return [...planLines(plan.input), `shift by ${timeText(plan.by)}`]
    case 'burst':
      return [...planLines(plan.input), `burst of at least ${plan.atLeast} within ${timeText(plan.within)}`]
    case 'sample':
      return [...planLines(plan.input), `sample ${plan.fraction}`]
    case 'renumber':
      return [...planLines(plan.input), 'with the file numbers of the whole']
    case 'complete': {
      const looks = plan.windows.flatMap(({ low, high, source }) => [
        `  ${rangeText({ low, high })} from each row in the good time of`,
        ...below(source, 4),
      ])
      return [...planLines(plan.input), 'complete', ...looks]
    }
    case 'join': {
      const keys = plan.keys.map(({ left, right }) => `${exprText(left)} = ${plan.name}.${exprText(right)}`)
      const kept = plan.unmatched === 'missing' ? ' optional' : ''
      return [...planLines(plan.input), `join${kept} ${plan.name} by ${keys.join(', ')}`, ...below(plan.source)]
    }
    case 'during':
      return [
        ...planLines(plan.input),
        `${plan.mode} ${labelled(plan.label, plan.spans.kind === 'rows' ? 'during the spans of' : 'during the good time of')}`,
        ...below(plan.spans.source),
      ]
  }
}

function below(plan: Plan, by = 2): readonly string[] {
  return planLines(plan).map((line) => ' '.repeat(by) + line)
}

function labelled(label: string | null, text: string): string {
  return label === null ? text : `${label}: ${text}`
}

function namedText(columns: readonly Named[]): string {
  return columns
    .map(({ name, value }) => (value.kind === 'column' && value.name === name ? name : `${name} = ${exprText(value)}`))
    .join(', ')
}

function groupText({ keys, measures, livetime }: Extract<Plan, { op: 'group' }>): string {
  const found = measures.map(({ name, fn, value, where }) => {
    const inside = [value === null ? '' : exprText(value), where === undefined ? '' : `where ${exprText(where)}`]
    return `${name} = ${fn}(${inside.filter((text) => text !== '').join(' ')})`
  })
  const all = [...found, ...(livetime === undefined ? [] : [`${livetime} = livetime()`])]
  return `group by ${namedText(keys)}${all.length === 0 ? '' : `: ${all.join(', ')}`}`
}

function roleLines({ quantifier, name, source, where, window }: Role): readonly string[] {
  const verb = quantifier === 'without' ? 'without' : `with ${quantifier}`
  return [
    `  ${verb} ${name} ${windowText(window)}${where === null ? '' : ` where ${exprText(where, name)}`}`,
    ...below(source, 4),
  ]
}

function windowText(window: Window): string {
  const row = (prefix: string): string => (prefix === '' ? 'this' : prefix.slice(0, -1))
  switch (window.kind) {
    case 'within': {
      const order =
        window.order === 'any' ? 'of' : window.low < 0 || window.high < 0 ? `of, ${window.order}` : window.order
      return `${rangeText(window)} ${order} ${row(window.reference)}`
    }
    case 'between':
      return `between ${row(window.from)} and ${row(window.to)}`
    case 'interval':
      return `between ${row(window.from)} ${signed(window.fromOffset)} and ${row(window.to)} ${signed(window.toOffset)}`
  }
}

function signed(ns: number): string {
  return ns < 0 ? `- ${timeText(-ns)}` : `+ ${timeText(ns)}`
}

/** A closed range of times, with the sign of t less that of the reference. */
function rangeText({ low, high }: { readonly low: number; readonly high: number }): string {
  return `within ${timeText(low)} .. ${timeText(high)}`
}

const units = [
  ['s', 1e9],
  ['ms', 1e6],
  ['us', 1e3],
] as const

/** Whole nanoseconds in the largest unit that makes them a whole number. */
function timeText(ns: number): string {
  const [name, factor] = units.find(([, each]) => ns !== 0 && ns % each === 0) ?? ['ns', 1]
  return `${ns / factor} ${name}`
}

/** Operators that stand between their two operands. */
export const infix: ReadonlyMap<string, string> = new Map([
  ['add', '+'],
  ['subtract', '-'],
  ['multiply', '*'],
  ['divide', '/'],
  ['power', '^'],
  ['less', '<'],
  ['lessEqual', '<='],
  ['greater', '>'],
  ['greaterEqual', '>='],
  ['equal', '=='],
  ['notEqual', '!='],
  ['and', 'and'],
  ['or', 'or'],
  ['coalesce', '??'],
  ['instantAdd', '+'],
  ['instantSubtract', '-'],
  ['instantDifference', '-'],
])

/** An expression as it could be written; `other`: what the row is called that a window looks at. */
function exprText(expr: Expr, other = 'other'): string {
  switch (expr.kind) {
    case 'number': {
      const unit = expr.type.kind === 'number' ? unitText(expr.type.unit) : null
      return unit === null ? `${expr.value}` : `${expr.value} ${unit}`
    }
    case 'bool':
      return `${expr.value}`
    case 'text':
      return JSON.stringify(expr.value)
    case 'instant':
      return `@${expr.ns} ns`
    case 'missing':
      return 'missing'
    case 'column':
      return columnText(expr, other)
    case 'call':
      return callText(expr.fn, expr.args, other)
    case 'aggregate':
      return `${expr.fn}(${aggregatedText(expr.value, expr.where)}${windowText(expr.window)} in (${planLines(expr.source).join('; ')}))`
    case 'reduce':
      return `${expr.fn}(${reducedText(expr, other)})`
    case 'element':
      return `${exprText(expr.list, other)}[${expr.index}]${expr.field === '' ? '' : `.${expr.field}`}`
    case 'total':
      return totalText(expr)
  }
}

/** `charge of hits where time > 0`; of a list whose elements themselves are counted `hits where time > 0`. */
function reducedText({ list, value, where }: ListReduction, other: string): string {
  const of = value === null ? '' : `${exprText(value)} of `
  return `${of}${exprText(list, other)}${where === null ? '' : ` where ${exprText(where)}`}`
}

function totalText({ of }: TotalExpr): string {
  const source = `(${planLines(of.plan).join('; ')})`
  if (of.kind === 'livetime') return `livetime${source}`
  const { fn, value, where = null } = of.measure
  return `${fn}(${aggregatedText(value, where)}in ${source})`
}

function columnText({ row, name }: ColumnExpr, other: string): string {
  if (row === 'row') return name
  const of = row === 'element' ? row : other
  return name === '' ? of : `${of}.${name}`
}

function aggregatedText(value: Expr | null, where: Expr | null): string {
  return `${value === null ? '' : `${exprText(value)} `}${where === null ? '' : `where ${exprText(where)} `}`
}

function callText(fn: string, args: readonly Expr[], other: string): string {
  const texts = args.map((arg) => {
    return arg.kind === 'call' && infix.has(arg.fn) ? `(${exprText(arg, other)})` : exprText(arg, other)
  })
  const sign = infix.get(fn)
  if (sign !== undefined && texts.length === 2) return texts.join(` ${sign} `)
  const [first, second, third] = texts
  switch (fn) {
    case 'not':
      return `not ${first}`
    case 'negate':
      return `-${first}`
    case 'exists':
      return `${first} exists`
    case 'inRange':
      return `${first} in ${second} .. ${third}`
    case 'inRangeOpen':
      return `${first} in ${second} ..< ${third}`
    case 'oneOf':
      return `${first} in [${texts.slice(1).join(', ')}]`
  }
  return `${fn === 'binInstant' ? 'bin' : fn}(${texts.join(', ')})`
}
