import type { Signature } from '../functions/function.ts'
import { rowFunctions } from '../functions/index.ts'

const aggregated = '(value [of stream or list] [where condition] [window])'

const aggregates: Readonly<Record<string, string>> = {
  count: '([stream or list] [where condition] [window])',
  ...Object.fromEntries(['sum', 'mean', 'min', 'max', 'std', 'median', 'first', 'last'].map((fn) => [fn, aggregated])),
  any: '([condition of] [stream or list] [where condition])',
  all: '([condition of] [stream or list] [where condition])',
}

/** Of the functions that are no functions of numbers. */
const written: Readonly<Record<string, string>> = {
  ...aggregates,
  livetime: '(stream) : time',
  union: '(a, b, …, [good: either or both]) : events',
  dist: '(a, b) : length',
  vec: '(x, y, z) : vector',
  dot: '(a, b)',
  cross: '(a, b) : vector',
  norm: '(v)',
  cross_norm: '(a, b)',
}

const operands: Readonly<Record<string, string>> = { atan2: 'y, x', bin: 'x, width', hypot: 'x, …' }

export function isAggregate(name: string): boolean {
  return aggregates[name] !== undefined
}

/** What a function takes and gives: `(x, width) : in the unit of x`, `(angle) : number`; undefined where there is none. */
export function signatureOf(name: string): string | undefined {
  const signature = rowFunctions.get(name)?.signature
  return written[name] ?? (signature && ofNumbers(name, signature))
}

function ofNumbers(name: string, { takes, gives }: Signature): string {
  const plain = takes === 'angle' ? 'angle' : 'x'
  return `(${operands[name] ?? plain}) : ${given[gives]}`
}

const given: Readonly<Record<Signature['gives'], string>> = {
  unit: 'in the unit of x',
  root: 'in the root of its unit',
  pure: 'number',
  angle: 'angle',
  bool: 'condition',
}
