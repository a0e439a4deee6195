import type { IToken, TokenType } from 'chevrotain'
import type { Diagnostic } from '../ir/diagnostic.ts'
import { type Change, changed, gainOf, type Halted, mends, openBrackets } from './attempt.ts'
import { isAggregate } from './function-names.ts'
import { isStageWord } from './expected.ts'
import { isA, spanOfToken } from './lex.ts'
import { oddness } from './oddness.ts'
import { nesting } from './statements.ts'
import { syntaxError } from './syntax-messages.ts'
import * as t from './tokens.ts'

/** A sign or word that is forgotten, and where that is likely: many would mend a statement without being meant. */
interface Forgettable {
  readonly sign: string
  readonly type: TokenType
  readonly isLikely: (halted: Halted) => boolean
}

const always = () => true

/** In the order in which they are tried. */
const forgettables: readonly Forgettable[] = [
  { sign: 'bins', type: t.word('bins'), isLikely: ({ tokens, at }) => isA(tokens[at], t.NumberToken) },
  { sign: 'of', type: t.word('of'), isLikely: isStreamOfAggregate },
  { sign: ':', type: t.Colon, isLikely: (halted) => isBehindLabel(halted) || isBeforeMeasures(halted) },
  { sign: '..', type: t.RangeClosed, isLikely: isBetweenNumbers },
  { sign: 'after', type: t.word('after'), isLikely: ({ tokens, at }) => isA(tokens[at], t.Name, t.word('this')) },
  { sign: ',', type: t.Comma, isLikely: always },
  { sign: 'and', type: t.word('and'), isLikely: isBetweenConditions },
  { sign: '(', type: t.LeftParen, isLikely: closesMore },
  { sign: '=', type: t.Equal, isLikely: always },
  { sign: 'from', type: t.word('from'), isLikely: always },
  { sign: 'in', type: t.word('in'), isLikely: isBeforeSet },
  {
    sign: 'within',
    type: t.word('within'),
    isLikely: (halted) => isTime(halted) || isA(halted.tokens[halted.at], t.Name),
  },
  ...(['by', 'to', 'at', 'least', 'over'] as const).map((word) => {
    return { sign: word, type: t.word(word), isLikely: always }
  }),
  { sign: 'where', type: t.word('where'), isLikely: isNewCondition },
  ...(['with', 'veto', 'define'] as const).map((word) => {
    return { sign: word, type: t.word(word), isLikely: beginsLine }
  }),
  { sign: 'hist', type: t.word('hist'), isLikely: (halted) => stageRest(halted).some((each) => isA(each, ...ofAxes)) },
]

/** One sign or word before the halting token mends the statement. */
export function missing(halted: Halted): Diagnostic | undefined {
  const { tokens, at, states } = halted
  const token = tokens[at]
  if (token === undefined) return undefined
  const possible = new Set(states[at]?.options.map(({ type }) => type))
  const change = (type: TokenType): Change => ({ index: at, removed: 0, types: [type] })
  // A word such as `at` may stand wherever a name may: only its own slot counts.
  const likely = forgettables.filter(
    ({ type, isLikely }) => possible.has(type) && isLikely(halted) && mends(halted, change(type)),
  )
  const whole = likely.filter(({ type }) => gainOf(halted, change(type)) === Infinity)
  const odd = oddness(tokens)
  const found = whole.length === 0 ? likely[0] : whole.find(({ type }) => oddness(changed(halted, change(type))) <= odd)
  return found && forgotten(halted, { sign: found.sign, token })
}

/** Words without which what follows them is read on as something else, and who comes behind them. */
const openingWords: readonly Forgettable[] = [
  { sign: 'during', type: t.word('during'), isLikely: ({ tokens, at }) => isA(tokens[at], t.StringToken) },
  { sign: 'within', type: t.word('within'), isLikely: isTime },
  ...(['over', 'from', 'in'] as const).map((word) => ({ sign: word, type: t.word(word), isLikely: always })),
]

/** `5 ms`, `0.3 .. 10 us`. */
function isTime({ tokens, at }: Halted): boolean {
  const length = tokens.slice(at, at + 3).find((token) => isA(token, t.Quantity))
  return isA(tokens[at], t.Quantity, t.NumberToken) && /[nuµμm]?s$|min$|[hd]$/.test(length?.image ?? '')
}

/** `veto mu: 5 ms after muons`, `z -17 .. 17 m`: a word before an earlier token makes the statement whole. */
export function missingEarlier(halted: Halted): Diagnostic | undefined {
  const { tokens, at, states } = halted
  for (let index = at - 1; index >= Math.max(0, at - 3); index--) {
    const [token, possible] = [tokens[index], new Set(states[index]?.options.map(({ type }) => type))]
    const earlier = { ...halted, at: index }
    const found = openingWords.find(
      ({ type, isLikely }) =>
        possible.has(type) && isLikely(earlier) && gainOf(halted, { index, removed: 0, types: [type] }) === Infinity,
    )
    if (found !== undefined && token !== undefined) return forgotten(earlier, { sign: found.sign, token })
  }
  return undefined
}

/** `last(t muons …)`: a name behind the value of an aggregate is its stream. */
function isStreamOfAggregate({ tokens, at }: Halted): boolean {
  const [token, before, bracket, fn] = [tokens[at], tokens[at - 1], tokens[at - 2], tokens[at - 3]]
  const isSecond = isA(token, t.Name) && isA(before, t.Name) && isA(bracket, t.LeftParen)
  return isSecond && isAggregate(fn?.image ?? '')
}

/** `where fv r < 17.2 m`, `veto mu within …`, `margin 2 ms`. */
function isBehindLabel({ tokens, at }: Halted): boolean {
  const [token, verb] = [tokens[at], tokens[at - 2]]
  if (isA(verb, t.word('where'), t.word('veto'), t.word('keep')))
    return !isA(token, t.NumberToken, t.Quantity, t.Instant)
  return isA(tokens[0], t.word('use'), t.word('save'))
}

/** `group by mu n = count()`, unless the colon is still to come. */
function isBeforeMeasures(halted: Halted): boolean {
  const { tokens, at, states } = halted
  const isGroup = states[at]?.options.some(({ type, rules }) => type === t.Colon && rules()[0] === 'group')
  return isGroup === true && isA(tokens[at + 1], t.Equal) && !stageRest(halted).some((token) => isA(token, t.Colon))
}

/** Something is compared on both sides. */
function isBetweenConditions(halted: Halted): boolean {
  const left = halted.tokens.slice(0, halted.at)
  const start = left.findLastIndex((token) => isA(token, ...separating) || isStageWord(token.image))
  const isCompared = (clause: readonly IToken[]) => clause.some((token) => isA(token, ...comparing))
  return isCompared(left.slice(start + 1)) && isCompared(clauseRest(halted))
}

/** Something is compared, and it does not go on with a condition that is being written. */
function isNewCondition(halted: Halted): boolean {
  const { tokens, at } = halted
  const verb = tokens.slice(0, at).findLast((token) => isStageWord(token.image))
  return (verb?.image !== 'where' || beginsLine(halted)) && stageRest(halted).some((each) => isA(each, ...comparing))
}

/** `shower: dist(this, m) < 4 m within …` on a line of its own. */
function beginsLine({ tokens, at }: Halted): boolean {
  return tokens[at]?.startLine !== tokens[at - 1]?.startLine
}

/** More brackets are closed behind here than are open. */
function closesMore(halted: Halted): boolean {
  let depth = openBrackets(halted).length
  return halted.tokens.slice(halted.at).some((token) => {
    depth += isA(token, t.LeftParen) ? 1 : isA(token, t.RightParen) ? -1 : 0
    return depth < 0
  })
}

function isBetweenNumbers({ tokens, at }: Halted): boolean {
  const numbers = [t.NumberToken, t.Quantity]
  return isA(tokens[at], t.Minus, ...numbers) && isA(tokens[at - 1], ...numbers)
}

/** A list, a range, or the stream of a role or a join. */
function isBeforeSet(halted: Halted): boolean {
  const { tokens, at, states } = halted
  const isOfRole = states[at]?.options.some(({ type, rules }) => type === t.word('in') && rules()[0] !== 'comparison')
  if (isOfRole === true && isA(tokens[at], t.Name, t.StringToken)) return true
  return isA(tokens[at], t.LeftBracket) || clauseRest(halted).some((token) => isA(token, t.RangeClosed, t.RangeOpen))
}

/** The tokens from the halting one to the end of its stage. */
function stageRest({ tokens, at }: Halted): readonly IToken[] {
  const right = tokens.slice(at)
  const end = right.findIndex((token) => isStageWord(token.image) && !isA(token, t.Name))
  return end < 0 ? right : right.slice(0, end)
}

/** Those of them up to the next `and`, comma, bracket, role or window. */
function clauseRest(halted: Halted): readonly IToken[] {
  const right = stageRest(halted)
  let depth = 0
  const end = right.findIndex((token) => {
    depth += nesting(token)
    return depth < 0 || (depth === 0 && isA(token, ...separating))
  })
  return end < 0 ? right : right.slice(0, end)
}

const comparing = [
  ...[t.EqualEqual, t.NotEqual, t.Less, t.LessEqual, t.Greater, t.GreaterEqual],
  ...[t.word('in'), t.word('exists'), t.word('not')],
]
const separating = [
  ...[t.Comma, t.AndAnd, t.OrOr],
  ...(['and', 'or', 'with', 'without', 'within', 'between', 'during'] as const).map(t.word),
]
const ofAxes = [t.word('over'), t.word('bins'), t.word('step')]

function forgotten(
  { text, tokens, at }: Halted,
  { sign, token }: { readonly sign: string; readonly token: IToken },
): Diagnostic {
  const before = tokens[at - 1]
  const isGlued = sign === ',' || sign === ':' || sign === '('
  const place = isGlued && before !== undefined ? spanOfToken(before).end : token.startOffset
  const after = sign !== '(' && /^\S/.test(text.slice(place)) ? ' ' : ''
  const ahead = !isGlued && /\S$/.test(text.slice(0, place)) ? ' ' : ''
  const inserted = `${ahead}${sign}${after}`
  return syntaxError('S012', spanOfToken(token), { missing: sign, before: token.image, inserted, at: place })
}
