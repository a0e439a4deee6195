import { rowFunctions } from '../functions/index.ts'
import type { AggregateName } from '../ir/types.ts'

const aggregates: ReadonlySet<string> = new Set<AggregateName>([
  ...(['count', 'sum', 'mean', 'min', 'max', 'std', 'median', 'first', 'last', 'any', 'all'] as const),
])

export function isAggregate(name: string): boolean {
  return aggregates.has(name)
}

/** A name of the language that is called: it is hardly a misspelled word. */
export function isFunction(name: string): boolean {
  return isAggregate(name) || rowFunctions.get(name)?.signature !== undefined
}

/** Functions with rules of their own, by the most arguments that they take. */
const withOwnRules: ReadonlyMap<string, number> = new Map([
  ...([
    ['dist', 2],
    ['vec', 3],
    ['dot', 2],
    ['cross', 2],
    ['norm', 1],
    ['cross_norm', 2],
  ] as const),
  ...([
    ['bin', 2],
    ['livetime', 1],
    ['union', Infinity],
  ] as const),
])

/** The most arguments of a call; undefined where the language has no function of the name. */
export function mostArguments(name: string): number | undefined {
  return isAggregate(name) ? 1 : (withOwnRules.get(name) ?? rowFunctions.get(name)?.signature?.operands[1])
}

/** The longest function that a name begins with: `hypotx` lacks a bracket behind `hypot`. */
export function functionBeginning(name: string, others: Iterable<string>): string | undefined {
  const known = [...aggregates, ...withOwnRules.keys(), ...rowFunctions.keys(), ...others]
  return known
    .filter((each) => /^[A-Za-z_]\w*$/.test(each) && name.length > each.length && name.startsWith(each))
    .toSorted((left, right) => right.length - left.length)[0]
}
