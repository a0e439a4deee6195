import type { Json, JsonObject } from './wire.ts'

interface Entry {
  readonly line: number
  readonly source: string
  readonly output: string | null
}

/** Only the running session is remembered: 0 is its number in a history reply. */
const thisSession = 0

/** The cells that were run with `store_history`, in their order. */
export class History {
  readonly #entries: Entry[] = []

  add(line: number, source: string): void {
    this.#entries.push({ line, source, output: null })
  }

  /** What a `history_request` asks for, as `[session, line, source]` or `[session, line, [source, output]]`. */
  reply(request: JsonObject): JsonObject {
    const withOutput = request['output'] === true
    const history = this.#chosen(request).map(({ line, source, output }): Json => {
      return [thisSession, line, withOutput ? [source, output] : source]
    })
    return { status: 'ok', history }
  }

  #chosen(request: JsonObject): readonly Entry[] {
    const count = wholeNumber(request['n'])
    const { hist_access_type: access } = request
    switch (typeof access === 'string' ? access : '') {
      case 'tail':
        return lastOf(this.#entries, count ?? 10)
      case 'search': {
        const pattern = typeof request['pattern'] === 'string' ? request['pattern'] : '*'
        const found = this.#entries.filter(({ source }) => matchesGlob(source, pattern))
        return lastOf(request['unique'] === true ? lastOfEach(found) : found, count)
      }
      case 'range': {
        const session = wholeNumber(request['session']) ?? thisSession
        const [start, stop] = [wholeNumber(request['start']) ?? 0, wholeNumber(request['stop']) ?? Infinity]
        return session === thisSession ? this.#entries.filter(({ line }) => start <= line && line < stop) : []
      }
    }
    return []
  }
}

function wholeNumber(value: Json | undefined): number | undefined {
  return typeof value === 'number' && Number.isInteger(value) ? value : undefined
}

function lastOf(entries: readonly Entry[], count: number | undefined): readonly Entry[] {
  return count === undefined ? entries : entries.slice(Math.max(0, entries.length - count))
}

function lastOfEach(entries: readonly Entry[]): readonly Entry[] {
  return entries.filter(({ source }, at) => !entries.slice(at + 1).some((later) => later.source === source))
}

/**
 * Whether a text is what a search pattern says, `*` being any text and `?` any character.
 *
 * Where it fails it goes back to the last `*` alone, so that no pattern takes longer than the product of the lengths.
 */
function matchesGlob(text: string, pattern: string): boolean {
  let [at, next] = [0, 0]
  let star: { readonly next: number; from: number } | null = null
  while (at < text.length) {
    if (pattern[next] === '*') star = { next: ++next, from: at }
    else if (pattern[next] === '?' || pattern[next] === text[at]) [at, next] = [at + 1, next + 1]
    else if (star === null) return false
    else [at, next] = [++star.from, star.next]
  }
  return [...pattern.slice(next)].every((rest) => rest === '*')
}
