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
        const pattern = globPattern(typeof request['pattern'] === 'string' ? request['pattern'] : '*')
        const found = this.#entries.filter(({ source }) => pattern.test(source))
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

/** `*` and `?` of a search pattern; runs of `*` become one, so that no pattern takes long. */
function globPattern(pattern: string): RegExp {
  const escaped = pattern.replaceAll(/[.+^${}()|[\]\\]/g, String.raw`\$&`)
  return new RegExp(`^${escaped.replaceAll(/\*+/g, '.*').replaceAll('?', '.')}$`, 's')
}
