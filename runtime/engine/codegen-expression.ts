import { rowFunctions } from '../../dsl/functions/index.ts'
import type { Expr } from '../../dsl/ir/plan.ts'
import { typeOf } from '../../dsl/ir/schema.ts'
import { InstantBins } from './instant-bins.ts'
import { leavesRest, type Columns, type Terms } from './kernels.ts'
import type { NumberVector } from './vector.ts'

/** An operand in generated code: a name or literal, the same for whether it has a value, and whether it depends on j. */
export interface Term {
  readonly code: string
  readonly valid: string | null
  readonly inner: boolean
}

type Call = Extract<Expr, { kind: 'call' }>

interface Sum extends Term {
  readonly lost: string
  readonly rests: readonly string[]
}

/**
 * Writes expressions as JavaScript over row `i` and looked-at row `j`.
 *
 * Every value is bound once to a name (equal sub-expressions share it), so functions may repeat an operand. Nothing that
 * a user wrote reaches the code: columns, literals and texts become numbered parameters, functions come from the table.
 * What does not depend on `j` goes to `outer`, before the inner loop.
 */
export class Emitter {
  readonly parameters: string[] = []
  readonly arguments: unknown[] = []
  readonly outer: string[] = []
  readonly inner: string[] = []
  readonly #columns: Columns
  readonly #terms: Terms
  readonly #watchesNan: boolean
  readonly #known = new Map<number, Term>()
  readonly #arrays = new Map<unknown, string>()
  /** Of exact sums: the rounded one, and code for what it lacks. */
  readonly #sums = new Map<number, { readonly code: string; readonly tail: string }>()
  readonly #rests = new Map<number, string>()
  #names = 0

  constructor(columns: Columns, terms: Terms, { watchesNan = false } = {}) {
    this.#columns = columns
    this.#terms = terms
    this.#watchesNan = watchesNan
  }

  /** Code for the end of a loop that declared `met` and watches for NaN. */
  leave(): string {
    return `${this.array(this.#terms.metNan)}[0] |= met`
  }

  emit(expr: Expr): Term {
    const id = this.#terms.identity.of(expr)
    const known = this.#known.get(id) ?? this.#write(expr)
    this.#known.set(id, known)
    return known
  }

  /** Whether a condition is true, as 0 or 1: missing is not. */
  truth(expr: Expr): string {
    const { code, valid } = this.emit(expr)
    return valid === null ? code : `(${code} & ${valid})`
  }

  /** The element of a vector at `i` or `j`. */
  load(vector: NumberVector, index: 'i' | 'j'): Term {
    const inner = index === 'j'
    const code = this.#bind(`${this.array(vector.values)}[${index}]`, inner)
    const valid = vector.valid === null ? null : this.#bind(`${this.array(vector.valid)}[${index}]`, inner)
    return { code, valid, inner }
  }

  /** The parameter that stands for a typed array or function. */
  array(value: unknown): string {
    const name = this.#arrays.get(value) ?? this.#parameter(value)
    this.#arrays.set(value, name)
    return name
  }

  #write(expr: Expr): Term {
    switch (expr.kind) {
      case 'number':
        return always(this.#parameter(expr.value))
      case 'bool':
        return always(expr.value ? '1' : '0')
      case 'text':
        return always(this.#parameter(this.#terms.idOf(expr.value)))
      case 'instant':
        return always(this.#parameter(Number(BigInt(expr.ns) - this.#terms.base)))
      case 'column':
        return expr.row === 'row'
          ? this.load(this.#columns.row(expr.name), 'i')
          : this.load(this.#columns.other(expr.name), 'j')
      case 'call':
        return this.#call(expr)
      case 'missing':
        return { code: '0', valid: '0', inner: false }
      case 'aggregate':
      case 'reduce':
      case 'element':
      case 'total':
        throw new Error(`${expr.kind} is a column or a literal before code is generated`)
    }
  }

  #call(expr: Call): Term {
    if (expr.fn === 'power') return this.#power(expr)
    if (isMove(expr.fn)) return this.#exact(expr)
    if (expr.fn === 'binInstant') return this.#bin(expr)
    const far = this.#farComparison(expr)
    if (far !== undefined) return far
    const args = expr.args.map((arg) => this.emit(arg))
    if (this.#watchesNan && comparisons.has(expr.fn)) expr.args.forEach((arg, at) => this.#watch(arg, args[at]!))
    const inner = args.some((arg) => arg.inner)
    const bind = (code: string): string => this.#bind(code, inner)
    const [first, second] = args
    switch (expr.fn) {
      case 'exists':
        return { code: first?.valid ?? '1', valid: null, inner }
      case 'coalesce': {
        if (first === undefined || second === undefined || first.valid === null) return first ?? always('0')
        const valid = second.valid === null ? null : bind(`${first.valid} | ${second.valid}`)
        return { code: bind(`${first.valid} ? ${first.code} : ${second.code}`), valid, inner }
      }
      case 'and':
      case 'or':
      case 'not': {
        const truths = args.map(({ code, valid }) => (valid === null ? code : `(${code} & ${valid})`))
        return { code: bind(codeOf(expr.fn, truths)), valid: null, inner }
      }
    }
    const code = bind(
      codeOf(
        expr.fn,
        args.map((arg) => arg.code),
      ),
    )
    return { code, valid: this.#allValid(args, inner), inner }
  }

  /** Notes a NaN among the operands of a comparison. */
  #watch(operand: Expr, { code, inner }: Term): void {
    const type = typeOf(operand)
    if (operand.kind === 'number' || type.kind !== 'number' || !type.repr.startsWith('float')) return
    const line = `met |= (${code} !== ${code}) | 0`
    const lines = inner ? this.inner : this.outer
    if (!lines.includes(line)) lines.push(line)
  }

  /**
   * What is computed of instants, exactly: the nearest float64, from which `rest` tells how far the true value is. Neither
   * sum of two float64 nor what it loses (two-sum) is rounded, since all are integers.
   */
  #exact(expr: Call): Term {
    const sum = this.#sumOf(expr)
    const tail = sum.rests.length === 0 ? null : `(${sum.lost} + ${sum.rests.join(' + ')})`
    const code = tail === null ? sum.code : this.#bind(`${sum.code} + ${tail}`, sum.inner)
    this.#sums.set(this.#terms.identity.of(expr), { code: sum.code, tail: tail ?? sum.lost })
    return { code, valid: sum.valid, inner: sum.inner }
  }

  /** The rounded sum or difference of two operands, what rounding lost, and what the operands themselves left. */
  #sumOf({ fn, args: [left, right] }: Call): Sum {
    if (left === undefined || right === undefined) throw new Error(`${fn} has two operands`)
    const [a, b] = [this.emit(left), this.emit(right)]
    const inner = a.inner || b.inner
    const bind = (code: string): string => this.#bind(code, inner)
    const sign = fn === 'instantAdd' ? '' : '-'
    const second = bind(fn === 'instantDifference' ? `-${b.code}` : `${sign}${wholeCode(right, b.code)}`)
    const code = bind(`${a.code} + ${second}`)
    const part = bind(`${code} - ${a.code}`)
    const lost = `((${a.code} - (${code} - ${part})) + (${second} - ${part}))`
    const rests = [this.rest(left), this.rest(right)].map((rest, at) =>
      at === 1 && rest !== '0' ? `${sign}${rest}` : rest,
    )
    return { code, lost, rests: rests.filter((rest) => rest !== '0'), valid: this.#allValid([a, b], inner), inner }
  }

  #bin(expr: Call): Term {
    const [instant, width] = expr.args
    if (instant === undefined || width === undefined) throw new Error('a bin has a width')
    const terms = [this.emit(instant), this.emit(width)]
    const inner = terms.some((term) => term.inner)
    const bins = this.#parameter(new InstantBins(this.#terms.base))
    const code = this.#bind(`${bins}.at(${terms[0]!.code}, ${this.rest(instant)}, ${terms[1]!.code})`, inner)
    this.#rests.set(this.#terms.identity.of(expr), this.#bind(`${bins}.rest`, inner))
    return { code, valid: this.#allValid(terms, inner), inner }
  }

  /** Instants are compared by the nearest float64, then by what that leaves: rounding keeps the order. */
  #farComparison({ fn, args }: Call): Term | undefined {
    const comparison = comparisonOf(fn, args)
    if (comparison === undefined || !args.some((arg) => typeOf(arg).kind === 'instant' && this.rest(arg) !== '0'))
      return undefined
    const terms = args.map((arg) => this.emit(arg))
    const inner = terms.some((term) => term.inner)
    const code = comparison.pairs.map(([order, left, right]) => {
      const [a, b] = [this.emit(left).code, this.emit(right).code]
      return `(${a} === ${b} ? ${codeOf(order, [this.rest(left), this.rest(right)])} : ${codeOf(order, [a, b])})`
    })
    return { code: this.#bind(code.join(comparison.joint), inner), valid: this.#allValid(terms, inner), inner }
  }

  /** What the nearest float64 leaves of an instant or an integer; `0` where it leaves nothing. */
  rest(expr: Expr): string {
    const id = this.#terms.identity.of(expr)
    const known = this.#rests.get(id) ?? this.#writeRest(expr)
    this.#rests.set(id, known)
    return known
  }

  #writeRest(expr: Expr): string {
    const { inner } = this.emit(expr)
    switch (expr.kind) {
      case 'instant': {
        const exact = BigInt(expr.ns) - this.#terms.base
        const left = exact - BigInt(Number(exact))
        return left === 0n ? '0' : this.#parameter(Number(left))
      }
      case 'column': {
        const { residual } = expr.row === 'row' ? this.#columns.row(expr.name) : this.#columns.other(expr.name)
        return residual === null ? '0' : this.#bind(`${this.array(residual)}[${inner ? 'j' : 'i'}]`, inner)
      }
      case 'call':
        if (!leavesRest(expr)) return '0'
        if (expr.fn === 'coalesce') return this.#otherRest(expr, inner)
        return this.#sumRest(expr, inner)
      case 'number':
      case 'bool':
      case 'text':
      case 'missing':
      case 'aggregate':
      case 'reduce':
      case 'element':
      case 'total':
        return '0'
    }
  }

  #sumRest(expr: Call, inner: boolean): string {
    const id = this.#terms.identity.of(expr)
    const { code } = this.emit(expr)
    const sum = this.#sums.get(id)
    if (sum === undefined) return this.#rests.get(id) ?? '0'
    return this.#bind(`${sum.tail} - (${code} - ${sum.code})`, inner)
  }

  #otherRest({ args: [first, second] }: Call, inner: boolean): string {
    if (first === undefined || second === undefined) return '0'
    const { valid } = this.emit(first)
    const [a, b] = [this.rest(first), this.rest(second)]
    if (valid === null || a === b) return a
    return this.#bind(`${valid} ? ${a} : ${b}`, inner)
  }

  /** The exponent is part of the code, since whole powers are products. */
  #power({ args: [base, exponent] }: Call): Term {
    if (base === undefined || exponent?.kind !== 'number') throw new Error('a power has a constant exponent')
    const { code, valid, inner } = this.emit(base)
    return { code: this.#bind(codeOf('power', [code, `(${exponent.value})`]), inner), valid, inner }
  }

  #allValid(args: readonly Term[], inner: boolean): string | null {
    const valids = [...new Set(args.flatMap(({ valid }) => (valid === null ? [] : [valid])))]
    const [only] = valids
    if (only === undefined) return null
    return valids.length === 1 ? only : this.#bind(valids.join(' & '), inner)
  }

  #bind(code: string, inner: boolean): string {
    const name = `e${this.#names++}`
    const lines = inner ? this.inner : this.outer
    lines.push(`const ${name} = ${code}`)
    return name
  }

  #parameter(value: unknown): string {
    const name = `p${this.parameters.length}`
    this.parameters.push(name)
    this.arguments.push(value)
    return name
  }
}

function isMove(fn: string): boolean {
  return fn === 'instantDifference' || fn === 'instantAdd' || fn === 'instantSubtract'
}

/** A duration in whole ns; NaN where it is infinite, since no instant is. */
function wholeCode(duration: Expr, code: string): string {
  const type = typeOf(duration)
  if (type.kind === 'number' && !type.repr.startsWith('float')) return code
  return duration.kind === 'number' ? `Math.round(${code})` : `(Math.round(${code}) + (${code} - ${code}))`
}

const orders: ReadonlySet<string> = new Set(['less', 'lessEqual', 'greater', 'greaterEqual', 'equal', 'notEqual'])

const comparisons: ReadonlySet<string> = new Set([...orders, 'inRange', 'inRangeOpen', 'oneOf'])

interface Comparison {
  readonly pairs: readonly (readonly [order: string, left: Expr, right: Expr])[]
  readonly joint: ' & ' | ' | '
}

/** A comparison as comparisons of two; undefined for another function. */
function comparisonOf(fn: string, [left, ...others]: readonly Expr[]): Comparison | undefined {
  const [low, high] = others
  if (left === undefined || low === undefined) return undefined
  if (orders.has(fn)) return { pairs: [[fn, left, low]], joint: ' & ' }
  if (fn === 'oneOf') return { pairs: others.map((value) => ['equal', left, value] as const), joint: ' | ' }
  if (high === undefined || (fn !== 'inRange' && fn !== 'inRangeOpen')) return undefined
  return {
    pairs: [
      ['greaterEqual', left, low],
      [fn === 'inRange' ? 'lessEqual' : 'less', left, high],
    ],
    joint: ' & ',
  }
}

function always(code: string): Term {
  return { code, valid: null, inner: false }
}

function codeOf(fn: string, operands: readonly string[]): string {
  const entry = rowFunctions.get(fn)
  if (entry === undefined) throw new Error(`no function ${fn}`)
  return entry.code(...operands)
}
