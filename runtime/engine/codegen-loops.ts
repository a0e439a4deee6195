import type { NumberArray } from './number-array.ts'

/**
 * Loops over typed arrays, compiled once for each combination of array types that they meet: a loop that has seen many
 * types runs several times slower than one that knows its own.
 */
type Compiled = (...args: unknown[]) => void

const compiled = new Map<string, Compiled>()

function specialised(
  name: string,
  [parameters, body]: readonly [string, string],
  arrays: readonly NumberArray[],
): Compiled {
  const key = `${name} ${arrays.map((array) => array.constructor.name).join(' ')}`
  const known = compiled.get(key)
  if (known !== undefined) return known
  const made = new Function(
    ...parameters.split(' '),
    `// ${key}\n${body}\n//# sourceURL=sift-${name.replaceAll(' ', '-')}.js`,
  ) as Compiled
  compiled.set(key, made)
  return made
}

const gatherLoop = [
  'source indices target',
  'for (let i = 0; i < target.length; i++) target[i] = source[indices[i]]',
] as const

/** target[i] = source[indices[i]] */
export function gatherInto(source: NumberArray, indices: Uint32Array, target: NumberArray): void {
  specialised('gather', gatherLoop, [source, indices, target])(source, indices, target)
}

const walks = { 'at or after': walkLoop('<'), after: walkLoop('<=') } as const

function walkLoop(before: '<' | '<='): readonly [string, string] {
  return [
    'sorted references shift out',
    `const count = sorted.length
let at = 0
for (let i = 0; i < out.length; i++) {
  const target = references[i] + shift
  while (at < count && sorted[at] ${before} target) at++
  while (at > 0 && !(sorted[at - 1] ${before} target)) at--
  out[i] = at
}`,
  ]
}

const leaps = { 'at or after': leapLoop('<'), after: leapLoop('<=') } as const

/** As the walk, for few references among many values: doubling steps from where the last search ended, then halving. */
function leapLoop(before: '<' | '<='): readonly [string, string] {
  return [
    'sorted references shift out',
    `const count = sorted.length
let at = 0
for (let i = 0; i < out.length; i++) {
  const target = references[i] + shift
  let low = at
  let step = 1
  while (low > 0 && !(sorted[low - 1] ${before} target)) {
    low = Math.max(0, low - step)
    step *= 2
  }
  step = 1
  let high = low
  while (high < count && sorted[high] ${before} target) {
    low = high + 1
    high += step
    step *= 2
  }
  high = Math.min(high, count)
  while (low < high) {
    const middle = (low + high) >>> 1
    if (sorted[middle] ${before} target) low = middle + 1
    else high = middle
  }
  out[i] = at = low
}`,
  ]
}

/** Which value is sought: the first at or after a target, or the first after it. */
export type Side = 'at or after' | 'after'

/** From as many values per reference on, leaping is faster than walking. */
const sparse = 16

/**
 * For each reference the first index whose value is at least (or above) reference + shift. A search starts where the one
 * before ended: for ascending references the two pointers never go back.
 */
export function searchSorted(sorted: NumberArray, references: NumberArray, shift: number, side: Side): Uint32Array {
  const out = new Uint32Array(references.length)
  const isSparse = sorted.length > sparse * references.length
  const loop = isSparse ? leaps[side] : walks[side]
  specialised(`${isSparse ? 'leap' : 'walk'} ${side}`, loop, [sorted, references])(sorted, references, shift, out)
  return out
}
