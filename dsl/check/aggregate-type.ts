import type { AggregateName, Scalar } from '../ir/types.ts'
import { refuse } from './refusal.ts'
import { bool, isMissing, isWhole, numberType, type Term, typeOfTerm, unitOf } from './term.ts'
import type { At } from './stream.ts'
import { typeWord } from './wording.ts'

export const aggregateNames: readonly AggregateName[] = [
  'count',
  'sum',
  'mean',
  'min',
  'max',
  'std',
  'median',
  'first',
  'last',
  'any',
  'all',
]

export function isAggregateName(name: string): name is AggregateName {
  return aggregateNames.some((known) => known === name)
}

/**
 * The type of an aggregate. Of nothing `count` and `sum` are 0, `any` is false, `all` true, the others are missing:
 * `mayBeEmpty` says whether there can be nothing.
 */
export function aggregateType(
  fn: AggregateName,
  value: Term | null,
  { at, mayBeEmpty }: { readonly at: At; readonly mayBeEmpty: boolean },
): { readonly type: Scalar; readonly missing: boolean } {
  const missing = mayBeEmpty || (value !== null && isMissing(value))
  switch (fn) {
    case 'count':
      return { type: numberType('int64', []), missing: false }
    case 'any':
    case 'all':
      demand(fn, value, { at, kinds: ['bool'], wants: 'a condition' })
      return { type: bool, missing: false }
    case 'sum': {
      const type = demand(fn, value, { at, kinds: ['number'], wants: 'a number' })
      return { type: numberType(isWhole(type) ? 'int64' : 'float64', unitOf(type)), missing: false }
    }
    case 'mean':
    case 'std':
    case 'median': {
      const type = demand(fn, value, { at, kinds: ['number'], wants: 'a number' })
      return { type: numberType('float64', unitOf(type)), missing }
    }
    case 'min':
    case 'max':
      return { type: demand(fn, value, { at, kinds: ['number', 'instant'], wants: 'a number or an instant' }), missing }
    case 'first':
    case 'last':
      return {
        type: demand(fn, value, { at, kinds: ['number', 'instant', 'text', 'bool'], wants: 'a value' }),
        missing,
      }
  }
}

interface Demand {
  readonly at: At
  readonly kinds: readonly Scalar['kind'][]
  readonly wants: string
}

/** Without a value `any` and `all` are about the rows themselves; the others need one. */
function demand(fn: AggregateName, value: Term | null, { at: { scope, span }, kinds, wants }: Demand): Scalar {
  const isOfRows = value === null && kinds.includes('bool') && kinds.length === 1
  const type = value === null ? bool : typeOfTerm(value)
  if (isOfRows || (value !== null && kinds.includes(type.kind))) return type
  const found = value === null ? 'a row' : typeWord(type)
  const hint = value === null ? `Say which value of it: \`${fn}(E of …)\`.` : null
  return refuse(scope, 'S120', { span, facts: { what: `\`${fn}\``, wants, found, hint } })
}
