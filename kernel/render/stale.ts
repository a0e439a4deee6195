/** A name that still stands on what other names meant before, and what to do about it. */
export function staleText(stale: {
  readonly name: string
  readonly madeIn: number
  readonly older: readonly string[]
}): string {
  const older = stale.older.map((name) => `\`${name}\``)
  const listed = older.length < 2 ? older.join('') : `${older.slice(0, -1).join(', ')} and ${older.at(-1)}`
  return `stale: \`${stale.name}\` (cell ${stale.madeIn}) was made with an older ${listed}; run that cell again`
}
