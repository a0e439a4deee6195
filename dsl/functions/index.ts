import type { RowFunction } from './function.ts'
import { operators } from './operators.ts'
import { scalarFunctions } from './scalar.ts'

/** Every function of a row's values, operators included, by the name that a plan's `call` uses. */
export const rowFunctions: ReadonlyMap<string, RowFunction> = new Map(
  [...operators, ...scalarFunctions].map((entry) => [entry.name, entry]),
)
