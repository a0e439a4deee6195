import type * as ast from '../ir/ast.ts'
import type { Scalar, Unit } from '../ir/types.ts'
import { type Base, dimensionOf, unitText } from '../ir/units.ts'
import { cut, type Scope } from './scope.ts'
import { type Term, typeOfTerm, unitOf } from './term.ts'

/** An expression with its value, so that a message can show it. */
export interface Operand {
  readonly term: Term
  readonly expr: ast.Expr
}

const words: Readonly<Record<Base, string>> = {
  time: 'a time',
  length: 'a length',
  energy: 'an energy',
  charge: 'a charge',
  angle: 'an angle',
  mass: 'a mass',
}

const named: ReadonlyMap<string, string> = new Map([
  ...Object.entries(words).map(([base, word]) => [`${base} 1`, word] as const),
  ['', 'a pure number'],
  ['time -1', 'a rate'],
  ['length 2', 'an area'],
  ['length 3', 'a volume'],
])

/** `an energy`, `a rate`, `a quantity`. */
export function dimensionWord(unit: Unit | null): string {
  if (unit === null) return 'a number of unknown unit'
  const key = Object.entries(dimensionOf(unit)).map(([base, power]) => `${base} ${power}`)
  return named.get(key.join(', ')) ?? 'a quantity'
}

/** What a value is, in words: `a length`, `a text`, `a condition`. */
export function typeWord(type: Scalar): string {
  switch (type.kind) {
    case 'bool':
      return 'a condition'
    case 'text':
      return 'a text'
    case 'instant':
      return 'an instant'
    case 'number':
      return dimensionWord(unitOf(type))
  }
}

/** `a length (\`r\` [mm])`, `an energy (\`5 MeV\`)`. */
export function operandWords({ term, expr }: Operand, scope: Scope): string {
  return `${term.kind === 'constant' ? dimensionWord(term.unit) : typeWord(typeOfTerm(term))} (${shown({ term, expr }, scope)})`
}

/** `\`E\` is an energy [MeV]`. */
export function isWords({ term, expr }: Operand, scope: Scope): string {
  return `\`${cut(scope, expr.span)}\` is ${typeWord(typeOfTerm(term))}${unitSuffix(term)}`
}

function shown({ term, expr }: Operand, scope: Scope): string {
  return `\`${cut(scope, expr.span)}\`${term.kind === 'constant' ? '' : unitSuffix(term)}`
}

function unitSuffix(term: Term): string {
  const unit = unitText(unitOf(typeOfTerm(term)))
  return unit === null ? '' : ` [${unit}]`
}

/** A number as it is written in a unit: `0.7 MeV`, `300 pe / 1 MeV`. */
export function quantityText(digits: string, unit: Unit): string {
  const above = unit.filter(({ power }) => power > 0)
  const below = unit.filter(({ power }) => power < 0)
  const first = [digits, ...above.slice(0, 1).map(({ name, power }) => powerText(name, power))].join(' ')
  const more = above.slice(1).map(({ name, power }) => ` * 1 ${powerText(name, power)}`)
  return [first, ...more, ...below.map(({ name, power }) => ` / 1 ${powerText(name, -power)}`)].join('')
}

function powerText(name: string, power: number): string {
  return power === 1 ? name : `${name}^${power}`
}
