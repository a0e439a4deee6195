import type { IToken } from 'chevrotain'
import { isStageWord } from './expected.ts'
import { isAggregate, mostArguments } from './function-names.ts'
import { isA } from './lex.ts'
import * as t from './tokens.ts'

/** A pair of brackets, or the statement. */
interface Level {
  /** The function that is called; null for a group or a list. */
  readonly callee: string | null
  /** The index of the opening bracket. */
  readonly opening: number
  isList: boolean
  commas: number
  /** Comparisons in the condition that is being written, and the sign of the last one. */
  compared: number
  sign: string
  hasAnd: boolean
  hasOr: boolean
  hasCondition: boolean
  hasOperator: boolean
  /** Behind the `where` of an argument. */
  inWhere: boolean
}

/**
 * How many things in a text are legal and hardly ever meant, such as a condition among the arguments of `dist`, or `and`
 * beside `or`: a bracket in the wrong place leads to them.
 */
export function oddness(tokens: readonly IToken[]): number {
  const levels: Level[] = [levelAt(tokens, -1)]
  let odd = 0
  tokens.forEach((token, index) => {
    const level = levels.at(-1)
    if (level === undefined) return
    if (isA(token, t.LeftParen, t.LeftBracket)) levels.push(levelAt(tokens, index))
    else if (isA(token, t.RightParen, t.RightBracket)) {
      if (levels.length > 1) levels.pop()
      odd += closed(level, tokens, index)
    } else odd += followed(level, tokens, index)
  })
  return odd + mixed(levels[0])
}

function levelAt(tokens: readonly IToken[], opening: number): Level {
  const before = tokens[opening - 1]
  const isCall = isA(tokens[opening], t.LeftParen) && isA(before, t.Name)
  return {
    callee: isCall && before !== undefined ? before.image : null,
    opening,
    isList: isA(tokens[opening], t.LeftBracket),
    commas: 0,
    ...startOfClause,
    sign: '',
    hasCondition: false,
    hasOperator: false,
  }
}

const startOfClause = { compared: 0, hasAnd: false, hasOr: false, inWhere: false }

function followed(level: Level, tokens: readonly IToken[], index: number): number {
  const token = tokens[index]
  const word = token === undefined ? '' : (t.wordOf(token.tokenType) ?? '')
  if (isA(token, t.Comma)) {
    level.commas++
    return restarted(level)
  }
  if (word === 'where' && level.callee !== null) {
    level.inWhere = true
    return isAggregate(level.callee) ? 0 : 1
  }
  if (isStageWord(word) || clauses.has(word)) return restarted(level)
  if (word === 'from') {
    level.hasOperator = true
    // A pipeline among arguments stands in brackets.
    return level.callee !== null && index > level.opening ? 1 : 0
  }
  if (isA(token, ...connecting)) return connected(level, token)
  if (isA(token, ...comparing)) return compared(level, token)
  return isA(token, ...arithmetic) ? calculated(level, tokens, index) : 0
}

function restarted(level: Level): number {
  const odd = mixed(level)
  Object.assign(level, startOfClause)
  return odd
}

function connected(level: Level, token: IToken | undefined): number {
  if (isA(token, t.word('and'), t.AndAnd)) level.hasAnd = true
  else if (isA(token, t.word('or'), t.OrOr)) level.hasOr = true
  level.hasOperator = true
  level.compared = 0
  if (!level.inWhere) level.hasCondition = true
  return 0
}

function compared(level: Level, token: IToken | undefined): number {
  const sign = token?.image.slice(0, 1) ?? ''
  const isChain = level.compared > 0 && sign === level.sign && (sign === '<' || sign === '>')
  const odd = level.compared > 0 && !isChain ? 1 : 0
  Object.assign(level, { compared: level.compared + 1, sign, hasOperator: true })
  if (!level.inWhere) level.hasCondition = true
  return odd
}

function calculated(level: Level, tokens: readonly IToken[], index: number): number {
  level.hasOperator = true
  const { callee } = level
  if (callee === null || !isAggregate(callee)) return 0
  // A stream is counted, and an aggregate of an aggregate needs a stream of its own.
  const [next, bracket] = [tokens[index + 1], tokens[index + 2]]
  const isNested = next !== undefined && isAggregate(next.image) && isA(bracket, t.LeftParen)
  return isNested || (callee === 'count' && !level.inWhere) ? 1 : 0
}

function closed(level: Level, tokens: readonly IToken[], index: number): number {
  const odd = mixed(level)
  const [before, after] = [tokens[level.opening - 1], tokens[index + 1]]
  if (level.isList) return odd + (isA(before, t.LeftBracket) || isA(after, t.RightBracket) ? 1 : 0)
  if (level.callee !== null) {
    const isHeader = isA(tokens[level.opening - 2], t.word('fn'))
    const tooMany = Math.max(0, level.commas + 1 - (mostArguments(level.callee) ?? Infinity))
    const isEmpty = level.opening === index - 1 && !isAggregate(level.callee) && level.callee !== 'livetime'
    return odd + (isHeader ? 0 : tooMany) + [level.hasCondition, isEmpty].filter(Boolean).length
  }
  const isSingle = !level.hasOperator || isA(after, t.Dot)
  const isOperand = level.hasCondition && (isA(before, ...operators) || isA(after, ...operators))
  const isAlone =
    level.hasCondition &&
    !level.hasOr &&
    (isJoined(before) || isStart(before)) &&
    (isJoined(after) || isEnd(after)) &&
    !(isStart(before) && isEnd(after))
  const isWhole = isStart(before) && isEnd(after) && !isA(tokens[level.opening + 1], t.word('from'))
  return odd + [isSingle, isOperand, isAlone, isWhole].filter(Boolean).length
}

/** `a and b or c` is legal, and written with brackets. */
function mixed(level: Level | undefined): number {
  return level?.hasAnd === true && level.hasOr ? 1 : 0
}

function isJoined(token: IToken | undefined): boolean {
  return isA(token, t.word('and'), t.AndAnd)
}

function isStart(token: IToken | undefined): boolean {
  return token === undefined || isA(token, t.word('where'), t.Equal, t.Comma, t.LeftParen, t.Colon)
}

function isEnd(token: IToken | undefined): boolean {
  return token === undefined || isA(token, t.Comma, t.RightParen) || isStageWord(t.wordOf(token.tokenType) ?? '')
}

const clauses: ReadonlySet<string> = new Set(['with', 'without', 'within', 'between', 'during'])
const connecting = [t.word('and'), t.word('or'), t.word('not'), t.AndAnd, t.OrOr, t.Bang]
const comparing = [
  ...[t.EqualEqual, t.NotEqual, t.Less, t.LessEqual, t.Greater, t.GreaterEqual],
  ...[t.word('in'), t.word('exists')],
]
const arithmetic = [t.Plus, t.Minus, t.Times, t.Divide, t.Power, t.Otherwise]
const operators = [...arithmetic, ...comparing]
