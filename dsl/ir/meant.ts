/** The known name that an unknown one was perhaps meant to be: few letters differ, or one begins the other. */
export function meantBy(name: string, known: Iterable<string>): string | null {
  return rankedByLikeness(name, known)[0] ?? null
}

/** Every known name that an unknown one was perhaps meant to be, the likeliest first. */
export function rankedByLikeness<Known extends string>(name: string, known: Iterable<Known>): readonly Known[] {
  const wanted = name.toLowerCase()
  return [...new Set(known)]
    .map((candidate) => ({ candidate, cost: costOf(wanted, candidate.toLowerCase()) }))
    .filter(({ cost }) => cost < Infinity)
    .toSorted((left, right) => left.cost - right.cost)
    .map(({ candidate }) => candidate)
}

function costOf(wanted: string, candidate: string): number {
  const distance = editDistance(wanted, candidate)
  if (distance <= Math.max(1, Math.floor(Math.max(wanted.length, candidate.length) / 3)) && distance < wanted.length) {
    return distance
  }
  const shorter = Math.min(wanted.length, candidate.length)
  return shorter > 0 && wanted.slice(0, shorter) === candidate.slice(0, shorter) ? 100 + distance : Infinity
}

/** Letters in the wrong order are likelier than another letter: `arte` is `rate` before it is `late`. */
const swap = 0.9

/** Insertions, deletions, replacements and exchanges of neighbours that turn one text into the other. */
function editDistance(left: string, right: string): number {
  let [before, row]: [number[], number[]] = [[], Array.from({ length: right.length + 1 }, (_, at) => at)]
  for (let i = 1; i <= left.length; i++) {
    const next = [i]
    for (let j = 1; j <= right.length; j++) {
      const replaced = (row[j - 1] ?? 0) + (left[i - 1] === right[j - 1] ? 0 : 1)
      const isSwap = left[i - 1] === right[j - 2] && left[i - 2] === right[j - 1]
      const swapped = isSwap ? (before[j - 2] ?? Infinity) + swap : Infinity
      next.push(Math.min(replaced, swapped, (row[j] ?? 0) + 1, (next[j - 1] ?? 0) + 1))
    }
    ;[before, row] = [row, next]
  }
  return row[right.length] ?? 0
}
