import { infix } from '../../dsl/ir/plan-text.ts'
import type { ColumnExpr, Expr, JoinKey, Measure, Named, NumberInput, Plan, Role, Window } from '../../dsl/ir/plan.ts'
import { schemaOf } from '../../dsl/ir/schema.ts'
import { unitText } from '../../dsl/ir/units.ts'
import type { BackendQuery } from '../../runtime/ports/backend.ts'

/** A query as text that could be typed: a cell. */
export interface PlanCell {
  readonly text: string
  /** What of the query the language has no words for: each stands as a comment in the place of its stage. */
  readonly gaps: readonly string[]
}

/** The cell of a query. A stream that a stage looks at becomes a definition before it. */
export function cellOf(query: BackendQuery): PlanCell {
  const cell = new Cell()
  const statement = cell.statement(query)
  return { text: [...cell.definitions, statement].join('\n'), gaps: cell.gaps }
}

/** How the rows are called that an expression reads. */
interface Names {
  /** Before the columns of the row, where they are not written bare: `this.`. */
  readonly row: string
  /** Before those of the row that a window looks at: the name of the role or of the veto's target. */
  readonly other: string
  /** First parts of names that a column of the row may not begin with, for they mean something else. */
  readonly taken: ReadonlySet<string>
}

const bare: Names = { row: '', other: '', taken: new Set() }

class Cell {
  readonly definitions: string[] = []
  readonly gaps: string[] = []
  readonly #streams = new Map<string, string>()

  statement(query: BackendQuery): string {
    switch (query.kind) {
      case 'table':
        if (query.windows !== undefined) this.#gap(`the rows at an edge of the good time are counted`)
        return this.#pipeline(query.plan)
      case 'hist': {
        if (query.each !== undefined) this.#gap('a histogram of the elements of lists')
        const axes = query.axes.map(({ value, edges, bins, step }) => {
          const size = edges !== null ? `bins [${edges.join(', ')}]` : step === null ? `bins ${bins}` : `step ${step}`
          return `${this.#expr(value, bare)} ${size}`
        })
        const weight = query.weight === null ? '' : ` weight ${this.#expr(query.weight, bare)}`
        return `${this.#pipeline(query.plan)}\n  hist ${axes.join(', ')}${weight}`
      }
      case 'number': {
        const inputs = new Map(query.inputs.map((input) => [input.name, this.#input(input)]))
        return `show ${this.#expr(query.value, bare, inputs)}`
      }
      case 'cutflow':
        if (hasUncounted(query.plan)) this.#gap('a condition that the cutflow has no line for')
        return `cutflow ${this.#source(query.plan)}${query.by === null ? '' : ` by ${query.by.name}`}`
      case 'describe':
        return `describe ${this.#source(query.plan)}`
      case 'explain':
        return `explain ${this.#source(query.plan)}`
    }
  }

  #gap(what: string): string {
    this.gaps.push(what)
    return `# no words for: ${what}`
  }

  #input(input: NumberInput): string {
    if (input.kind === 'livetime') return `livetime(${this.#source(input.plan)})`
    const { fn, value, where } = input.measure
    const of = value === null ? '' : `${this.#expr(value, bare)} of `
    const when = where === undefined ? '' : ` where ${this.#expr(where, bare)}`
    return `${fn}(${of}${this.#source(input.plan)}${when})`
  }

  /** A stream by a name; files by themselves where a path may stand. */
  #source(plan: Plan): string {
    const text = this.#pipeline(plan)
    const known = this.#streams.get(text)
    if (known !== undefined) return known
    const name = `stream${this.#streams.size + 1}`
    this.#streams.set(text, name)
    this.definitions.push(`${name} = ${text}`)
    return name
  }

  #pipeline(plan: Plan): string {
    if (plan.op === 'scan') return `from "${plan.dataset}"`
    if (plan.op !== 'union') return `${this.#pipeline(plan.input)}\n  ${this.#stage(plan)}`
    const inputs = plan.inputs.map((input) => this.#source(input))
    return `from union(${inputs.join(', ')}${plan.good === 'runs' ? '' : `, good: ${plan.good}`})`
  }

  #stage(plan: Exclude<Plan, { op: 'scan' | 'union' }>): string {
    switch (plan.op) {
      case 'filter':
        return `where ${labelled(plan.label)}${this.#expr(plan.where, bare)}`
      case 'define':
        return `define ${this.#named(plan.columns)}`
      case 'select':
        return `select ${this.#named(plan.columns)}`
      case 'veto': {
        const names = { ...bare, other: 'v.' }
        // In text such a condition chooses rows of the stream, and then the veto is one of time.
        if (plan.where !== null && !readsRow(plan.where)) return this.#gap(`a ${plan.mode} if, on its stream alone`)
        const where = plan.where === null ? '' : `${this.#expr(plan.where, names)} `
        const target = plan.where === null ? this.#source(plan.source) : `v in ${this.#source(plan.source)}`
        return `${plan.mode} ${labelled(plan.label)}${where}within ${range(plan)} after ${target}`
      }
      case 'match':
        return `match ${plan.anchor}${plan.roles.map((role) => `\n    ${this.#role(role)}`).join('')}`
      case 'group':
        return this.#group(plan)
      case 'sort':
        return `sort by ${this.#expr(plan.by, bare)}${plan.descending ? ' desc' : ''}`
      case 'take':
        return `take ${plan.count}`
      case 'shift':
        return `shift by ${ns(plan.by)}`
      case 'burst':
        return `burst of at least ${plan.atLeast} within ${ns(plan.within)}`
      case 'sample':
        return `sample ${plan.fraction * 100} %`
      case 'renumber':
        return this.#gap(`other file numbers, [${plan.files.join(', ')}]`)
      case 'complete':
        return this.#gap(`complete, with the windows ${plan.windows.map(range).join(' and ')}`)
      case 'join':
        return this.#join(plan)
      case 'during':
        return `${plan.mode} ${labelled(plan.label)}during ${this.#source(plan.spans.source)}`
    }
  }

  #named(columns: readonly Named[]): string {
    return columns
      .map(({ name, value }) => {
        const isBare = value.kind === 'column' && value.row === 'row' && value.name === name
        return isBare ? name : `${name} = ${this.#expr(value, bare)}`
      })
      .join(', ')
  }

  #role({ quantifier, name, source, where, window }: Role): string {
    const verb = quantifier === 'without' ? 'without' : `with ${quantifier}`
    const condition = where === null ? '' : ` where ${this.#expr(where, { ...bare, other: `${name}.` })}`
    return `${verb} ${name} in ${this.#source(source)}${condition} ${this.#window(window)}`
  }

  #group({ keys, measures, livetime }: Extract<Plan, { op: 'group' }>): string {
    if (keys.length === 0) return this.#gap('a group without keys')
    const found = measures.map((measure) => this.#measure(measure))
    const all = [...found, ...(livetime === undefined ? [] : [`${livetime} = livetime()`])]
    // The blank ends an instant, which may hold colons.
    return `group by ${this.#named(keys)}${all.length === 0 ? '' : ` : ${all.join(', ')}`}`
  }

  #measure({ name, fn, value, where }: Measure): string {
    const inside = [
      ...(value !== null ? [this.#expr(value, bare)] : where === undefined ? [] : ['1']),
      ...(where === undefined ? [] : [`where ${this.#expr(where, bare)}`]),
    ]
    return `${name} = ${fn}(${inside.join(' ')})`
  }

  #join({ name, source, keys, unmatched }: Extract<Plan, { op: 'join' }>): string {
    const by = keysText(keys)
    if (by === null || unmatched === 'error') return this.#gap(`a join of ${name} by other keys`)
    return `join ${unmatched === 'missing' ? 'optional ' : ''}${name} in ${this.#source(source)} by ${by}`
  }

  #window(window: Window): string {
    switch (window.kind) {
      case 'within': {
        const { low, high, order, reference } = window
        if (order === 'any') return `within ${range(window)} of ${rowText(reference)}`
        const [near, far] = order === 'after' ? [Math.max(0, low), high] : [Math.max(0, -high), -low]
        if (near > far) return this.#gap(`an empty window ${order} ${rowText(reference)}`)
        return `within ${ns(near)} .. ${ns(far)} ${order} ${rowText(reference)}`
      }
      case 'between':
        return `between ${rowText(window.from)} and ${rowText(window.to)}`
      case 'interval':
        return `between ${rowText(window.from)} ${signed(window.fromOffset)} and ${rowText(window.to)} ${signed(window.toOffset)}`
    }
  }

  /** @param values what stands for columns of a number's inputs */
  #expr(expr: Expr, names: Names, values: ReadonlyMap<string, string> = new Map()): string {
    switch (expr.kind) {
      case 'number': {
        const unit = expr.type.kind === 'number' ? unitText(expr.type.unit) : null
        const isNegative = expr.value < 0 || Object.is(expr.value, -0)
        const number = `${Math.abs(expr.value)}${unit === null ? '' : ` ${unit}`}`
        return isNegative ? `(-${number})` : number
      }
      case 'bool':
        return `${expr.value}`
      case 'text':
        return JSON.stringify(expr.value)
      case 'instant':
        return instantText(expr.ns)
      case 'missing':
        return this.#gap('no value')
      case 'column':
        return values.get(expr.name) ?? this.#column(expr, names)
      case 'call':
        return this.#call(expr, names, values)
      case 'aggregate': {
        const { columns } = schemaOf(expr.source)
        const inner = { row: 'this.', other: '', taken: new Set(columns.map(({ name }) => firstPart(name))) }
        const value = expr.value === null ? '' : `${this.#expr(expr.value, inner)} of `
        const where = expr.where === null ? '' : ` where ${this.#expr(expr.where, inner)}`
        return `${expr.fn}(${value}${this.#source(expr.source)}${where} ${this.#window(expr.window)})`
      }
      case 'total':
        return this.#input(expr.of)
      case 'reduce':
        return this.#reduce(expr, names)
      case 'element':
        return `${this.#column(expr.list, names)}[${expr.index}]${expr.field === '' ? '' : `.${expr.field}`}`
    }
  }

  #reduce({ fn, list, value, where }: Extract<Expr, { kind: 'reduce' }>, names: Names): string {
    const type = list.type.kind === 'list' ? list.type.element : null
    const fields = type?.kind === 'record' ? type.fields.map(({ name }) => name) : []
    const inner: Names = { ...names, row: names.row, taken: new Set([...names.taken, ...fields]) }
    const isElement = value?.kind === 'column' && value.row === 'element' && value.name === ''
    const of = value === null || isElement ? '' : `${this.#expr(value, inner)} of `
    const when = where === null ? '' : ` where ${this.#expr(where, inner)}`
    const from = this.#column(list, names)
    if (from.startsWith('this.')) this.#gap(`the list ${list.name} of the row around`)
    return `${fn}(${of}${from}${when})`
  }

  #column({ row, name }: ColumnExpr, { row: own, other, taken }: Names): string {
    if (row === 'element') return name === '' ? this.#gap('an element of a list of plain values') : name
    if (row === 'other') return `${other}${name}`
    const isRole = name.includes('.')
    if (isRole && taken.has(firstPart(name))) return this.#gap(`the column ${name} of the row around`)
    return isRole ? name : taken.has(name) ? `this.${name}` : `${own}${name}`
  }

  #call({ fn, args }: Extract<Expr, { kind: 'call' }>, names: Names, values: ReadonlyMap<string, string>): string {
    const texts = args.map((arg, at) => {
      const text = this.#expr(arg, names, values)
      if (at === 1 && timed.has(fn) && arg.kind === 'number') return ns(arg.value)
      return arg.kind === 'call' && !plainCalls.test(text) ? `(${text})` : text
    })
    const [first, second, third] = texts
    const sign = infix.get(fn)
    if (sign !== undefined && texts.length === 2) return `${first} ${sign} ${second}`
    switch (fn) {
      case 'not':
        return `not (${first})`
      case 'negate':
        return `-(${first})`
      case 'exists':
        return `${first} exists`
      case 'inRange':
        return `${first} in ${second} .. ${third}`
      case 'inRangeOpen':
        return `${first} in ${second} ..< ${third}`
      case 'oneOf':
        return `${first} in [${texts.slice(1).join(', ')}]`
      case 'dist':
        return `dist(vec(${texts.slice(0, 3).join(', ')}), vec(${texts.slice(3).join(', ')}))`
      case 'sin':
      case 'cos':
      case 'tan':
        return `${fn}(${first} * 1 rad)`
      case 'asin':
      case 'acos':
      case 'atan':
      case 'atan2':
        return `(${fn}(${texts.join(', ')}) / 1 rad)`
    }
    return `${fn === 'binInstant' ? 'bin' : fn}(${texts.join(', ')})`
  }
}

/** A call of a function, which needs no brackets of its own. */
const plainCalls = /^[a-z_0-9]+\([^()]*\)$/

/** Functions whose second operand is a duration. */
const timed = new Set(['instantAdd', 'instantSubtract', 'binInstant'])

function hasUncounted(plan: Plan): boolean {
  if (plan.op === 'scan' || plan.op === 'union') return false
  return (plan.op === 'filter' && plan.text === null) || hasUncounted(plan.input)
}

/** Whether an expression has to do with the row itself. */
function readsRow(expr: Expr): boolean {
  return /"row":"row"|"kind":"aggregate"/.test(JSON.stringify(expr))
}

function labelled(label: string | null): string {
  return label === null ? '' : `${label}: `
}

function firstPart(name: string): string {
  return name.split('.')[0] ?? ''
}

/** A row by the prefix of its key columns. */
function rowText(prefix: string): string {
  return prefix === '' ? 'this' : prefix.slice(0, -1)
}

/** By event, by a role, or by columns of one name on both sides; null for keys that cannot be named so. */
function keysText(keys: readonly JoinKey[]): string | null {
  const pairs = keys.map(({ left, right }) =>
    left.kind === 'column' && right.kind === 'column' ? [left, right] : null,
  )
  const [file, entry] = pairs
  const prefix = file?.[0]!.name.match(/^(.*)file$/)?.[1]
  if (prefix !== undefined && keys.length === 2 && entry?.[0]!.name === `${prefix}entry`) {
    return prefix === '' ? 'event' : rowText(prefix)
  }
  const names = pairs.flatMap((pair) => (pair !== null && pair[0]!.name === pair[1]!.name ? [pair[0]!.name] : []))
  return names.length === keys.length ? names.join(', ') : null
}

function ns(value: number): string {
  return value < 0 ? `-${-value} ns` : `${value} ns`
}

function signed(offset: number): string {
  return offset < 0 ? `- ${ns(-offset)}` : `+ ${ns(offset)}`
}

function range({ low, high }: { readonly low: number; readonly high: number }): string {
  return `${ns(low)} .. ${ns(high)}`
}

function instantText(text: string): string {
  const value = BigInt(text)
  const below = ((value % 1_000_000_000n) + 1_000_000_000n) % 1_000_000_000n
  const second = new Date(Number((value - below) / 1_000_000n)).toISOString().slice(0, 19)
  return `@${second}.${String(below).padStart(9, '0')}`
}
