import type { IToken, TokenType } from 'chevrotain'
import { entries, type Place } from './network.ts'

/** What may stand at one point of a statement, exactly and with unbounded look-ahead. */
export interface State {
  /** The tokens that may stand here. One that several rules take is here once for each. */
  readonly options: readonly Option[]
  /** Whether the statement may end here. */
  readonly canEnd: boolean
  /** The point behind a token, if it may stand here. */
  readonly next: (type: TokenType) => State | undefined
}

export interface Option {
  readonly type: TokenType
  /** The rules that are open around the token, innermost first. */
  readonly rules: () => readonly string[]
}

/** A place with the places to return to: stacks that share their lower parts. */
interface Frame {
  readonly id: number
  readonly place: Place
  readonly up: Frame | undefined
}

// The states are found as they are needed and kept: statements pass through the same ones again and again. Only deep
// brackets make new ones without end, hence the limit.
const limit = 20_000
const frames = new Map<string, Frame>()
const states = new Map<string, State>()
// Never reset: a state that someone still holds must not meet a new frame of an old number.
let lastFrame = 0

/** The state before the first token of a statement. */
function start(): State {
  if (frames.size > limit) {
    frames.clear()
    states.clear()
  }
  return stateOf([frameOf(entryOf('statement'), undefined)])
}

/** The state before each token and after the last, as far as the grammar allows them. */
export function run(tokens: readonly IToken[]): readonly State[] {
  let state: State | undefined = start()
  const passed = [state]
  for (const token of tokens) {
    state = state.next(token.tokenType)
    if (state === undefined) break
    passed.push(state)
  }
  return passed
}

/** The state behind the tokens; those that nobody expects are passed over. */
export function runOver(tokens: readonly IToken[]): State {
  return tokens.reduce((state, { tokenType }) => state.next(tokenType) ?? state, start())
}

/** Whether a token of the second type is one of the first. */
export function takes(expected: TokenType, given: TokenType): boolean {
  if (expected === given) return true
  const categories = given.CATEGORIES
  return Array.isArray(categories) ? categories.some((category) => takes(expected, category)) : categories === expected
}

function frameOf(place: Place, up: Frame | undefined): Frame {
  const key = `${place.id}:${up?.id ?? ''}`
  const known = frames.get(key)
  if (known !== undefined) return known
  const frame = { id: ++lastFrame, place, up }
  frames.set(key, frame)
  return frame
}

function stateOf(starts: readonly Frame[]): State {
  const key = starts.map(({ id }) => id).join()
  const known = states.get(key)
  if (known !== undefined) return known
  const state = closure(starts)
  states.set(key, state)
  return state
}

function closure(starts: readonly Frame[]): State {
  const edges: { readonly type: TokenType; readonly from: Frame; readonly to: Frame }[] = []
  const seen = new Set<Frame>()
  const open = [...starts]
  let canEnd = false
  for (let frame = open.pop(); frame !== undefined; frame = open.pop()) {
    if (seen.has(frame)) continue
    seen.add(frame)
    const { place, up } = frame
    switch (place.step.kind) {
      case 'token':
        edges.push({ type: place.step.type, from: frame, to: frameOf(place.step.to, up) })
        break
      case 'call':
        open.push(frameOf(entryOf(place.step.rule), frameOf(place.step.to, up)))
        break
      case 'jump':
        open.push(...place.step.to.map((to) => frameOf(to, up)))
        break
      case 'end':
        if (up === undefined) canEnd = true
        else open.push(up)
    }
  }
  const steps = new Map<TokenType, State | undefined>()
  return {
    options: edges.map(({ type, from }) => ({ type, rules: () => rulesAround(from) })),
    canEnd,
    next: (type) => {
      if (steps.has(type)) return steps.get(type)
      const to = edges.filter((edge) => takes(edge.type, type)).map((edge) => edge.to)
      const state = to.length === 0 ? undefined : stateOf(to)
      steps.set(type, state)
      return state
    },
  }
}

function entryOf(rule: string): Place {
  const entry = entries.get(rule)
  if (entry === undefined) throw new Error(`the grammar has no rule ${rule}`)
  return entry
}

function rulesAround(frame: Frame): readonly string[] {
  const rules: string[] = []
  for (let at: Frame | undefined = frame; at !== undefined; at = at.up) {
    if (rules.at(-1) !== at.place.rule) rules.push(at.place.rule)
  }
  return rules
}
