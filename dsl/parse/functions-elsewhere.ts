import { isFunction } from './function-names.ts'

/** Functions under names of other libraries. */
const functionsElsewhere: Readonly<Record<string, string>> = {
  fabs: 'abs',
  arcsin: 'asin',
  arccos: 'acos',
  arctan: 'atan',
  arctan2: 'atan2',
  ln: 'log',
  isfinite: 'finite',
  average: 'mean',
  size: 'count',
  len: 'count',
}

/** The function of the language that is called `name` in other languages; null where there is none. */
export function functionMeantBy(name: string): string | null {
  const lower = name.toLowerCase()
  if (lower === 'isnan') return 'not finite'
  const meant = functionsElsewhere[lower] ?? lower
  return isFunction(meant) && meant !== name ? meant : null
}
