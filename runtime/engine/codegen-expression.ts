import { rowFunctions } from '../../dsl/functions/index.ts'
import type { Expr } from '../../dsl/ir/plan.ts'
import { RuntimeError } from '../errors.ts'
import { instantBin, type Columns, type Terms } from './kernels.ts'
import type { NumberVector } from './vector.ts'

/** An operand in generated code: a name or literal, the same for whether it has a value, and whether it depends on j. */
export interface Term {
  readonly code: string
  readonly valid: string | null
  readonly inner: boolean
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
  readonly #known = new Map<number, Term>()
  readonly #arrays = new Map<unknown, string>()
  #names = 0

  constructor(columns: Columns, terms: Terms) {
    this.#columns = columns
    this.#terms = terms
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
        throw new Error(`${expr.kind} is a column before code is generated`)
    }
  }

  #call(expr: Extract<Expr, { kind: 'call' }>): Term {
    if (expr.fn === 'power') return this.#power(expr)
    if (expr.fn === 'instantDifference') {
      const exact = this.#farDifference(expr)
      if (exact !== undefined) return exact
    }
    const far = this.#farComparison(expr)
    if (far !== undefined) return far
    if (expr.fn !== 'exists') expr.args.forEach((arg) => this.#refuseFar(arg))
    const args = expr.args.map((arg) => this.emit(arg))
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
      case 'binInstant': {
        const bin = this.array(instantBin(this.#terms.base))
        return {
          code: bind(`${bin}(${args.map(({ code }) => code).join(', ')})`),
          valid: this.#allValid(args, inner),
          inner,
        }
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

  /** @throws RuntimeError R004 for instants too far from the base to be computed with exactly */
  #refuseFar(expr: Expr): void {
    if (expr.kind !== 'column' || expr.type.kind !== 'instant') return
    const { residual } = expr.row === 'row' ? this.#columns.row(expr.name) : this.#columns.other(expr.name)
    if (residual === null) return
    throw new RuntimeError(
      'R004',
      `times in \`${expr.name}\` lie more than 104 days apart: spans between them are not exact`,
    )
  }

  /**
   * Instants too far from the base are compared by the nearest float64, then by what that leaves: rounding keeps the order,
   * so that the rest decides only between equal ones.
   */
  #farComparison({ fn, args }: Extract<Expr, { kind: 'call' }>): Term | undefined {
    const comparison = comparisonOf(fn, args)
    const isFar = args.some((arg) => arg.kind === 'column' && arg.type.kind === 'instant' && this.#rest(arg) !== '0')
    if (comparison === undefined || !isFar) return undefined
    const terms = args.map((arg) => this.emit(arg))
    const inner = terms.some((term) => term.inner)
    const code = comparison.pairs.map(([order, left, right]) => {
      const [a, b] = [this.emit(left).code, this.emit(right).code]
      return `(${a} === ${b} ? ${codeOf(order, [this.#rest(left), this.#rest(right)])} : ${codeOf(order, [a, b])})`
    })
    return { code: this.#bind(code.join(comparison.joint), inner), valid: this.#allValid(terms, inner), inner }
  }

  /** What the nearest float64 leaves of an instant. That of a computed one is exact, or was refused. */
  #rest(expr: Expr): string {
    if (expr.kind === 'instant') {
      const exact = BigInt(expr.ns) - this.#terms.base
      return this.#parameter(Number(exact - BigInt(Number(exact))))
    }
    if (expr.kind !== 'column') return '0'
    const { residual } = expr.row === 'row' ? this.#columns.row(expr.name) : this.#columns.other(expr.name)
    return residual === null ? '0' : `${this.array(residual)}[${expr.row === 'row' ? 'i' : 'j'}]`
  }

  /** The exponent is part of the code, since whole powers are products. */
  #power({ args: [base, exponent] }: Extract<Expr, { kind: 'call' }>): Term {
    if (base === undefined || exponent?.kind !== 'number') throw new Error('a power has a constant exponent')
    const { code, valid, inner } = this.emit(base)
    return { code: this.#bind(codeOf('power', [code, `(${exponent.value})`]), inner), valid, inner }
  }

  /**
   * Difference from a literal too far from the base for float64 to hold exactly: the error of the first subtraction is
   * computed (two-sum) and joins the literal's low part, so that the result is rounded once.
   */
  #farDifference({ args: [left, right] }: Extract<Expr, { kind: 'call' }>): Term | undefined {
    if (left?.kind === 'instant' && right?.kind === 'instant') {
      return always(this.#parameter(Number(BigInt(left.ns) - BigInt(right.ns))))
    }
    const isLeft = left?.kind === 'instant'
    const [literal, operand] = isLeft ? [left, right] : [right, left]
    if (literal?.kind !== 'instant' || operand === undefined) return undefined
    const exact = BigInt(literal.ns) - this.#terms.base
    const nearest = Number(exact)
    if (Number.isSafeInteger(nearest)) return undefined
    const { code: x, valid, inner } = this.emit(operand)
    const [high, low] = [this.#parameter(nearest), this.#parameter(Number(exact - BigInt(nearest)))]
    const sum = this.#bind(`${x} - ${high}`, inner)
    const part = this.#bind(`${sum} - ${x}`, inner)
    const result = this.#bind(`${sum} + (((${x} - (${sum} - ${part})) + (-${high} - ${part})) - ${low})`, inner)
    return { code: isLeft ? this.#bind(`0 - ${result}`, inner) : result, valid, inner }
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

const orders: ReadonlySet<string> = new Set(['less', 'lessEqual', 'greater', 'greaterEqual', 'equal', 'notEqual'])

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
