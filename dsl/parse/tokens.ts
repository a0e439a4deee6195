import { createToken, Lexer, type TokenType } from 'chevrotain'

/** Unit names as they may be written; the two micro signs are one unit, `us`. */
export const unitNames = [
  ...['ns', 'us', 'µs', 'μs', 'ms', 's', 'min', 'h', 'd', 'yr'],
  ...['mm', 'cm', 'm', 'km'],
  ...['eV', 'keV', 'MeV', 'GeV', 'TeV'],
  ...['pe', 'Hz', 'kHz', 'MHz', 'deg', 'rad', 'kt', '%'],
] as const

/** Words that open a statement wherever they stand; `from` and a name in the first column open one too. */
export const statementWords = ['fn', 'param', 'use', 'save', 'show', 'cutflow', 'describe', 'explain'] as const

/** Words that open a stage of a pipeline. */
export const stageWords = [
  ...['where', 'define', 'select', 'veto', 'keep', 'match', 'join', 'burst', 'shift'],
  ...['group', 'sort', 'take', 'sample', 'complete', 'hist', 'units'],
] as const

export type StageWord = (typeof stageWords)[number]

const otherWords = [
  ...['from', 'with', 'without', 'within', 'between', 'during', 'after', 'before', 'of', 'in', 'by', 'over'],
  ...['to', 'and', 'or', 'not', 'true', 'false', 'this', 'exists', 'optional'],
] as const

/** Reserved in their slot only; elsewhere ordinary names. */
export const softWords = ['each', 'first', 'last', 'nearest', 'at', 'least', 'bins', 'step', 'weight', 'desc'] as const

export const reservedWords = [...statementWords, ...stageWords, ...otherWords] as const

export type Word = (typeof reservedWords)[number] | (typeof softWords)[number]

/** Any name: an identifier, a soft keyword, a quoted name, or the name that a definition opens with. */
export const Name = createToken({ name: 'Name', pattern: Lexer.NA, label: 'a name' })

/** A name in the first column before `=`. The lexer never makes one: `lex` retypes names by where they stand. */
export const Def = createToken({ name: 'Def', pattern: Lexer.NA, label: 'a new name', categories: [Name] })

const Identifier = createToken({ name: 'Identifier', pattern: /[A-Za-z_][A-Za-z0-9_]*/, categories: [Name] })
export const QuotedName = createToken({ name: 'QuotedName', pattern: /`[^`\r\n]+`/, categories: [Name] })
/** A micro sign is no letter of a name, but `units t: µs` names a unit. */
export const MicroSecond = createToken({ name: 'MicroSecond', pattern: /[µμ]s(?![A-Za-z0-9_])/, label: 'a unit' })

const number = String.raw`\d[\d_]*(?:\.\d[\d_]*)?(?:[eE][+-]?\d+)?`
const letterUnits = unitNames.filter((unit) => unit !== '%').toSorted((a, b) => b.length - a.length)
// An exponent after a unit belongs to the unit; a `^` before anything but a constant is left to the expression.
const exponent = String.raw`(?:[ \t]*(?:\^|\*\*)[ \t]*-?\d+(?:\.\d+)?(?![A-Za-z0-9_]))?`

/** Groups: the digits, the unit, the power. */
export const quantityParts = new RegExp(
  String.raw`^(${number})[ \t]*(${letterUnits.join('|')}|%)[ \t]*(?:(?:\^|\*\*)[ \t]*(.*))?$`,
)

// Blanks between a number and its unit stay on one line, so that `5` at a line's end is not glued to `d = …` below.
export const Quantity = createToken({
  name: 'Quantity',
  pattern: new RegExp(String.raw`${number}[ \t]*(?:(?:${letterUnits.join('|')})(?![A-Za-z0-9_])|%)${exponent}`),
  label: 'a number with a unit',
})
export const NumberToken = createToken({ name: 'Number', pattern: new RegExp(number), label: 'a number' })
export const StringToken = createToken({
  name: 'String',
  pattern: /"(?:[^"\\\r\n]|\\[^\r\n])*"|'(?:[^'\\\r\n]|\\[^\r\n])*'/,
  label: 'a text in quotes',
})
export const Instant = createToken({
  name: 'Instant',
  pattern: /@\d{4}-\d\d-\d\d(?:T\d\d:\d\d(?::\d\d(?:\.\d{1,9})?)?Z?)?(?![A-Za-z0-9_:]|\.\d)/,
  label: 'an instant',
})

export const LineComment = createToken({ name: 'Comment', pattern: /#[^\r\n]*/, group: 'comments' })
const Blank = createToken({ name: 'Blank', pattern: /\s+/, group: Lexer.SKIPPED, line_breaks: true })

/** Text that is no word of the language. No rule takes one, so the parse ends at it. */
export const Broken = createToken({ name: 'Broken', pattern: Lexer.NA })
/** `.5`, `5.`: a dot is written between digits, so that `0..5` is a range and `hits.time` a member. */
export const BrokenNumber = createToken({
  name: 'BrokenNumber',
  pattern: /\d[\d_]*\.(?![\d.])(?:[eE][+-]?\d+)?|\.\d[\d_]*(?:[eE][+-]?\d+)?/,
  categories: [Broken],
})
export const BrokenInstant = createToken({
  name: 'BrokenInstant',
  pattern: /@(?:[A-Za-z0-9_:-]|\.\d)*/,
  categories: [Broken],
})
export const BrokenString = createToken({ name: 'BrokenString', pattern: /["'][^\r\n]*/, categories: [Broken] })
export const BrokenName = createToken({ name: 'BrokenName', pattern: /`[^\r\n]*/, categories: [Broken] })
export const CurlyString = createToken({
  name: 'CurlyString',
  pattern: /[“”„«][^“”„«»"\r\n]*[“”»"]|[‘’‚][^‘’'\r\n]*[‘’']/,
  categories: [Broken],
})
/** A character that starts no token. `lex` makes these of what the lexer rejects. */
export const BrokenCharacter = createToken({ name: 'BrokenCharacter', pattern: Lexer.NA, categories: [Broken] })

/**
 * The content of a deep pair of brackets, parsed beforehand: these stand for the rule `pipeline`, `expr`, `args` or the
 * items of a list, so that the depth of a text does not become the depth of the JavaScript stack.
 */
export const FoldedPipeline = createToken({ name: 'FoldedPipeline', pattern: Lexer.NA })
export const FoldedExpr = createToken({ name: 'FoldedExpr', pattern: Lexer.NA })
export const FoldedArgs = createToken({ name: 'FoldedArgs', pattern: Lexer.NA })
export const FoldedItems = createToken({ name: 'FoldedItems', pattern: Lexer.NA })

function symbol(name: string, pattern: RegExp, label = pattern.source.replaceAll('\\', '')): TokenType {
  return createToken({ name, pattern, label })
}

export const RangeOpen = symbol('RangeOpen', /\.\.</)
export const RangeClosed = symbol('RangeClosed', /\.\./)
export const Power = symbol('Power', /\*\*|\^/, '^')
export const EqualEqual = symbol('EqualEqual', /==/)
export const NotEqual = symbol('NotEqual', /!=/)
export const LessEqual = symbol('LessEqual', /<=/)
export const GreaterEqual = symbol('GreaterEqual', />=/)
export const Less = symbol('Less', /</)
export const Greater = symbol('Greater', />/)
export const AndAnd = symbol('AndAnd', /&&/)
export const OrOr = symbol('OrOr', /\|\|/, '||')
export const Bang = symbol('Bang', /!/)
export const Otherwise = symbol('Otherwise', /\?\?/)
export const Equal = symbol('Equal', /=/)
export const Plus = symbol('Plus', /\+/)
export const Minus = symbol('Minus', /-/)
export const Times = symbol('Times', /\*/)
export const Divide = symbol('Divide', /\//)
export const LeftParen = symbol('LeftParen', /\(/)
export const RightParen = symbol('RightParen', /\)/)
export const LeftBracket = symbol('LeftBracket', /\[/)
export const RightBracket = symbol('RightBracket', /\]/)
export const Comma = symbol('Comma', /,/)
export const Colon = symbol('Colon', /:/)
export const Dot = symbol('Dot', /\./)

const symbols = [
  ...[RangeOpen, RangeClosed, Power, EqualEqual, NotEqual, LessEqual, GreaterEqual, Less, Greater, AndAnd, OrOr, Bang],
  ...[Otherwise, Equal, Plus, Minus, Times, Divide, LeftParen, RightParen, LeftBracket, RightBracket],
  ...[Comma, Colon, Dot],
]

const words: ReadonlyMap<Word, TokenType> = new Map([
  ...reservedWords.map((word) => [word, wordToken(word, [])] as const),
  ...softWords.map((word) => [word, wordToken(word, [Name])] as const),
])

const wordsByType: ReadonlyMap<TokenType, Word> = new Map([...words].map(([text, type]) => [type, text]))

function wordToken(word: string, categories: TokenType[]): TokenType {
  return createToken({
    name: `Word_${word}`,
    pattern: new RegExp(word),
    longer_alt: Identifier,
    label: word,
    categories,
  })
}

/** The token of a reserved or soft keyword. */
export function word(text: Word): TokenType {
  const token = words.get(text)
  if (token === undefined) throw new Error(`no keyword ${text}`)
  return token
}

/** The keyword that a token is, or undefined. */
export function wordOf(token: TokenType): Word | undefined {
  return wordsByType.get(token)
}

const neverLexed = [Name, Def, Broken, FoldedPipeline, FoldedExpr, FoldedArgs, FoldedItems]
// Longest keyword first (`within` before `with`), as Chevrotain demands of a prefix.
const wordTokens = [...words].toSorted(([a], [b]) => b.length - a.length).map(([, token]) => token)

/** In the order in which the lexer tries them. */
export const vocabulary: readonly TokenType[] = [
  ...neverLexed,
  ...[Blank, LineComment, StringToken, Instant, BrokenNumber, Quantity, NumberToken],
  ...wordTokens,
  ...[Identifier, QuotedName, MicroSecond],
  ...symbols,
  ...[BrokenInstant, CurlyString, BrokenString, BrokenName, BrokenCharacter],
]
