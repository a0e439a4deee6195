import type { Span } from '../ir/span.ts'
import { isStageWord } from '../parse/expected.ts'
import { type IToken, isA, spanOfToken } from '../parse/lex.ts'
import * as t from '../parse/tokens.ts'

/** A role of a match as far as it is written. */
export interface WrittenRole {
  readonly name: string
  /** What it is taken `in`; null: the match's own stream. */
  readonly source: Span | null
}

/** A pipeline left of the cursor: where it begins and where each of its stages does. */
export interface WrittenPipeline {
  readonly start: number
  readonly stages: readonly number[]
  /** The verb of the last stage. */
  readonly verb: string | null
  /** The roles of the match that is being written, the last one perhaps still open. */
  readonly roles: readonly WrittenRole[]
  /** Whether the cursor is before the window of the last role: bare columns are its own. */
  readonly inRole: boolean
  /** What the joins so far add to the row. */
  readonly joined: readonly WrittenRole[]
  /** The names given so far by `define`, `select` and `group`, with the stage that gives each. */
  readonly named: readonly { readonly name: string; readonly stage: number }[]
}

/** A pair of brackets around the cursor, or the statement itself. */
export interface Level {
  /** The name before the bracket: a function, or undefined. */
  readonly callee: string | undefined
  readonly pipeline: WrittenPipeline | null
  /** Of the argument of a call at the cursor: what its `where` looks at. */
  readonly looksAt: Span | null
}

interface OpenPipeline {
  readonly start: number
  readonly stages: number[]
  readonly joined: WrittenRole[]
  readonly named: { readonly name: string; readonly stage: number }[]
  verb: string | null
  roles: WrittenRole[]
  /** Before the window of the last role. */
  inRole: boolean
  hasWhere: boolean
}

interface OpenLevel {
  readonly callee: string | undefined
  pipeline: OpenPipeline | null
  argument: number
  of: number | null
  looksAt: Span | null
}

/** The brackets around the end of the tokens, innermost first; the last is the statement. */
export function levelsAt(tokens: readonly IToken[]): readonly Level[] {
  const levels: OpenLevel[] = [openLevel(undefined, tokens[0]?.startOffset ?? 0)]
  tokens.forEach((token, index) => {
    const level = levels.at(-1)
    if (level === undefined) return
    if (isA(token, t.LeftParen, t.LeftBracket)) {
      const before = tokens[index - 1]
      const callee = isA(token, t.LeftParen) && before !== undefined && isA(before, t.Name) ? before.image : undefined
      levels.push(openLevel(callee, spanOfToken(token).end))
    } else if (isA(token, t.RightParen, t.RightBracket)) {
      if (levels.length > 1) levels.pop()
    } else follow(level, tokens, index)
  })
  return levels.toReversed()
}

function openLevel(callee: string | undefined, argument: number): OpenLevel {
  return { callee, pipeline: null, argument, of: null, looksAt: null }
}

function openPipeline(start: number): OpenPipeline {
  return { start, stages: [], joined: [], named: [], verb: null, roles: [], inRole: false, hasWhere: false }
}

function follow(level: OpenLevel, tokens: readonly IToken[], index: number): void {
  const token = tokens[index]
  if (token === undefined) return
  const word = t.wordOf(token.tokenType)
  if (word === 'from') {
    level.pipeline = openPipeline(token.startOffset)
  } else if (level.pipeline !== null) followPipeline(level.pipeline, tokens, index)
  else followArgument(level, token, word)
}

function followArgument(level: OpenLevel, token: IToken, word: t.Word | undefined): void {
  if (isA(token, t.Comma)) Object.assign(level, { argument: spanOfToken(token).end, of: null, looksAt: null })
  if (word === 'of' && level.looksAt === null) level.of = spanOfToken(token).end
  if ((word === 'where' || word === 'within') && level.looksAt === null) {
    level.looksAt = { start: level.of ?? level.argument, end: token.startOffset }
  }
}

function followPipeline(pipeline: OpenPipeline, tokens: readonly IToken[], index: number): void {
  const token = tokens[index]
  if (token === undefined) return
  if (isA(token, t.Equal)) nameBefore(pipeline, tokens[index - 1])
  const word: string = t.wordOf(token.tokenType) ?? ''
  switch (word) {
    case 'match':
    case 'with':
    case 'without':
      if (token.image === 'match') beginStage(pipeline, token)
      pipeline.inRole = true
      pipeline.hasWhere = false
      pipeline.roles.push(...roleAt(tokens, index + 1))
      break
    case 'where':
      if (pipeline.inRole && !pipeline.hasWhere) pipeline.hasWhere = true
      else beginStage(pipeline, token)
      break
    case 'within':
    case 'between':
    case 'during':
      pipeline.inRole = false
      break
    case 'join':
      beginStage(pipeline, token)
      pipeline.joined.push(...roleAt(tokens, index + (isA(tokens[index + 1], t.word('optional')) ? 2 : 1)))
      break
    default:
      if (isStageWord(token.image) && !isA(token, t.Name)) beginStage(pipeline, token)
  }
}

function beginStage(pipeline: OpenPipeline, token: IToken): void {
  pipeline.stages.push(token.startOffset)
  pipeline.verb = token.image
  pipeline.roles = []
  pipeline.inRole = false
}

function nameBefore(pipeline: OpenPipeline, name: IToken | undefined): void {
  if (name !== undefined && isA(name, t.Name))
    pipeline.named.push({ name: plainName(name), stage: pipeline.stages.length - 1 })
}

/** The role whose name stands at an index, behind its quantifier. */
function roleAt(tokens: readonly IToken[], index: number): readonly WrittenRole[] {
  const [first, second] = [tokens[index], tokens[index + 1]]
  const at = isA(first, ...quantifiers) && isA(second, t.Name) ? index + 1 : index
  const name = tokens[at]
  if (name === undefined || !isA(name, t.Name)) return []
  return [{ name: plainName(name), source: isA(tokens[at + 1], t.word('in')) ? sourceAt(tokens, at + 2) : null }]
}

const quantifiers = [t.word('each'), t.word('first'), t.word('last'), t.word('nearest')]

/** The text of a source: a path, a name with its call and members, or a pipeline in brackets. */
export function sourceAt(tokens: readonly IToken[], index: number): Span | null {
  const first = tokens[index]
  if (first === undefined) return null
  let end = spanOfToken(first).end
  let depth = 0
  for (let at = index; at < tokens.length; at++) {
    const token = tokens[at]
    if (token === undefined) break
    const goesOn = depth > 0 || at === index || isA(token, t.LeftParen, t.Dot) || isA(tokens[at - 1], t.Dot)
    if (!goesOn) break
    if (isA(token, t.LeftParen)) depth++
    if (isA(token, t.RightParen)) depth--
    ;({ end } = spanOfToken(token))
  }
  return { start: first.startOffset, end }
}

/** A name without its backquotes. */
export function plainName({ image }: IToken): string {
  return image.startsWith('`') ? image.slice(1, -1) : image
}
