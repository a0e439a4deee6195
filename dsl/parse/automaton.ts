import type { IToken, TokenType } from 'chevrotain'
import type { Place } from './network.ts'
import { type Edge, entryOf, reachOf } from './reach.ts'

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
  /** The frames on this one, by their places. */
  readonly above: Map<number, Frame>
  /** The state of this frame alone. */
  state: State | undefined
}

// The states are found as they are needed and kept: statements pass through the same ones again and again. Only deep
// brackets make new ones without end, hence the limit.
const limit = 20_000
let frames = 0
// Never reset: a state that someone still holds must not meet a new frame of an old number.
let lastFrame = 0
let first: Frame = newFrame(entryOf('statement'), undefined)
const ambiguous = new Map<string, State>()

/** The state before the first token of a statement. */
function start(): State {
  if (frames > limit) {
    frames = 0
    first = newFrame(entryOf('statement'), undefined)
    ambiguous.clear()
  }
  return stateOf([first])
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

function newFrame(place: Place, up: Frame | undefined): Frame {
  frames++
  return { id: ++lastFrame, place, up, above: new Map(), state: undefined }
}

function frameOn(up: Frame | undefined, place: Place): Frame {
  if (up === undefined) return newFrame(place, undefined)
  const known = up.above.get(place.id)
  if (known !== undefined) return known
  const frame = newFrame(place, up)
  up.above.set(place.id, frame)
  return frame
}

function stateOf(starts: readonly Frame[]): State {
  const [only, second] = starts
  if (only !== undefined && second === undefined) return (only.state ??= stateFrom(starts))
  const key = starts.map(({ id }) => id).join()
  const known = ambiguous.get(key)
  if (known !== undefined) return known
  const state = stateFrom(starts)
  ambiguous.set(key, state)
  return state
}

/** A token that may stand somewhere, in rules that were called from a frame. */
interface Way {
  readonly edge: Edge
  readonly up: Frame | undefined
}

function stateFrom(starts: readonly Frame[]): State {
  const { ways, canEnd } = waysFrom(starts)
  const steps = new Map<TokenType, State | undefined>()
  let options: readonly Option[] | undefined
  return {
    get options() {
      return (options ??= ways.map(optionOf))
    },
    canEnd,
    next: (type) => {
      if (steps.has(type)) return steps.get(type)
      const to = new Set(ways.filter(({ edge }) => takes(edge.type, type)).map(frameBehind))
      const state = to.size === 0 ? undefined : stateOf([...to])
      steps.set(type, state)
      return state
    },
  }
}

function optionOf(way: Way): Option {
  let rules: readonly string[] | undefined
  return { type: way.edge.type, rules: () => (rules ??= rulesAround(way)) }
}

function waysFrom(starts: readonly Frame[]): { readonly ways: readonly Way[]; readonly canEnd: boolean } {
  const ways: Way[] = []
  const seen = new Set<Frame>()
  let canEnd = false
  const visit = (frame: Frame): void => {
    if (seen.has(frame)) return
    seen.add(frame)
    const { up } = frame
    for (const edge of reachOf(frame.place)) {
      if (edge !== 'return') ways.push({ edge, up })
      else if (up === undefined) canEnd = true
      else visit(up)
    }
  }
  for (const frame of starts.toReversed()) visit(frame)
  return { ways, canEnd }
}

function frameBehind({ edge, up }: Way): Frame {
  return frameOn(edge.returns.reduce(frameOn, up), edge.to)
}

function rulesAround({ edge, up }: Way): readonly string[] {
  const rules = [edge.at.rule]
  const add = (rule: string): void => void (rules.at(-1) === rule || rules.push(rule))
  for (const { rule } of edge.returns.toReversed()) add(rule)
  for (let frame = up; frame !== undefined; frame = frame.up) add(frame.place.rule)
  return rules
}
