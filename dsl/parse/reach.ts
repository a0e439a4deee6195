import type { TokenType } from 'chevrotain'
import { entries, type Place } from './network.ts'

/** A token that may stand at a place, perhaps in rules that begin there. */
export interface Edge {
  readonly type: TokenType
  /** The place behind the token. */
  readonly to: Place
  /** Where the rules that begin before the token lead back to, outermost first. */
  readonly returns: readonly Place[]
  /** The place of the token. */
  readonly at: Place
}

/** What can be reached from a place without a token, in the order of the grammar; `return`: behind its rule. */
export type Reach = readonly (Edge | 'return')[]

const known: Reach[] = []

/** What is found does not depend on where the rule of the place was called from: so each place is looked at once. */
export function reachOf(place: Place): Reach {
  return (known[place.id] ??= found(place))
}

interface Visit {
  readonly at: Place
  readonly returns: readonly Place[]
}

function found(place: Place): Reach {
  const reach: (Edge | 'return')[] = []
  const seen = new Set<string>()
  const open: Visit[] = [{ at: place, returns: [] }]
  for (let visit = open.pop(); visit !== undefined; visit = open.pop()) {
    const { at, returns } = visit
    const key = [at, ...returns].map(({ id }) => id).join()
    if (seen.has(key)) continue
    seen.add(key)
    switch (at.step.kind) {
      case 'token':
        reach.push({ type: at.step.type, to: at.step.to, returns, at })
        break
      case 'call':
        open.push({ at: entryOf(at.step.rule), returns: [...returns, at.step.to] })
        break
      case 'jump':
        open.push(...at.step.to.map((to) => ({ at: to, returns })))
        break
      case 'end': {
        const back = returns.at(-1)
        if (back === undefined) reach.push('return')
        else open.push({ at: back, returns: returns.slice(0, -1) })
      }
    }
  }
  return reach
}

export function entryOf(rule: string): Place {
  const entry = entries.get(rule)
  if (entry === undefined) throw new Error(`the grammar has no rule ${rule}`)
  return entry
}
