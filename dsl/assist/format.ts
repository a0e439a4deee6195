import { type IToken, isA, lex, spanOfToken } from '../parse/lex.ts'
import { parse, splitCells } from '../parse/parse.ts'
import { splitStatements } from '../parse/statements.ts'
import * as t from '../parse/tokens.ts'
import { type Layout, layoutOf } from './layout.ts'

/**
 * A cell, or a file of cells, in the one layout: stages two columns in, roles four, what goes on behind its verb. Line breaks
 * and comments stay where they are, and so do blanks that line things up; runs of blank lines become one. A cell with a
 * syntax error stays as it is.
 */
export function format(text: string): string {
  const cells = splitCells(text)
  let formatted = ''
  let end = 0
  for (const cell of cells) {
    formatted += text.slice(end, cell.start) + formatCell(cell.text)
    end = cell.start + cell.text.length
  }
  return formatted
}

function formatCell(text: string): string {
  const { cell, diagnostics } = parse(text)
  const lexed = lex(text)
  if (diagnostics.length > 0) return text
  const openers = new Set(splitStatements(lexed.tokens).flatMap(([first]) => first ?? []))
  const items = [...lexed.tokens, ...lexed.comments].toSorted((a, b) => a.startOffset - b.startOffset)
  if (items.length === 0) return text
  const lines = indented(linesOf(text, items, openers), { layout: layoutOf(cell), openers })
  return lines.join('\n') + ending(text)
}

/** A file's cells are set apart by what stands between them: blank lines at the end of a cell stay, at most one. */
function ending(text: string): string {
  const breaks = text.slice(text.trimEnd().length).split('\n').length
  return '\n'.repeat(Math.min(2, breaks - 1))
}

interface Line {
  readonly tokens: readonly IToken[]
  readonly isBehindBlank: boolean
}

/** The tokens and comments of each line; a statement has a line of its own. */
function linesOf(text: string, items: readonly IToken[], openers: ReadonlySet<IToken>): readonly Line[] {
  const lines: { tokens: IToken[]; isBehindBlank: boolean }[] = []
  let end = 0
  for (const item of items) {
    const breaks = text.slice(end, item.startOffset).split('\n').length - 1
    if (lines.length === 0 || breaks > 0 || openers.has(item))
      lines.push({ tokens: [], isBehindBlank: lines.length > 0 && breaks > 1 })
    lines.at(-1)?.tokens.push(item)
    end = spanOfToken(item).end
  }
  return lines
}

/** Columns of a pair of brackets, or of a statement. */
interface Level {
  /** Of the line that opens it. */
  readonly outer: number
  /** Of a pipeline in it. */
  readonly base: number
  /** Of a line that goes on with the clause. */
  hang: number
}

interface Cut {
  readonly layout: Layout
  readonly openers: ReadonlySet<IToken>
}

function indented(lines: readonly Line[], cut: Cut): readonly string[] {
  const levels: Level[] = [{ outer: 0, base: 0, hang: 0 }]
  const columns: (number | undefined)[] = lines.map(({ tokens }) => {
    const [first] = tokens
    if (first === undefined || isA(first, t.LineComment)) return undefined
    const column = columnOf(first, levels, cut)
    for (const token of tokens) follow(token, levels, { ...cut, column })
    return column
  })
  // A comment that has a line of its own stands at the column of the line that follows.
  columns.reduceRight<number>((following, column, index) => (columns[index] = column ?? following), 0)
  return lines.flatMap(({ tokens, isBehindBlank }, index) => {
    const line = `${' '.repeat(columns[index] ?? 0)}${lineText(tokens, cut.layout)}`
    return isBehindBlank ? ['', line] : [line]
  })
}

/** The column of the first token of a line. */
function columnOf(token: IToken, levels: readonly Level[], { layout, openers }: Cut): number {
  const [level] = levels
  if (openers.has(token) || level === undefined) return 0
  if (layout.stages.has(token.startOffset)) return level.base + 2
  if (layout.roles.has(token.startOffset)) return level.base + 4
  return isA(token, t.RightParen, t.RightBracket) ? level.outer : level.hang
}

function follow(token: IToken, levels: Level[], { layout, openers, column }: Cut & { readonly column: number }): void {
  if (openers.has(token)) {
    const isNamed = isA(token, t.Def, t.word('fn'), t.word('param'))
    levels.splice(0, levels.length, { outer: 0, base: 0, hang: isNamed ? 2 : token.image.length + 1 })
  }
  const [level] = levels
  if (level === undefined) return
  const verb = token.image.length + 1
  if (layout.stages.has(token.startOffset)) level.hang = level.base + 2 + verb
  else if (layout.roles.has(token.startOffset)) level.hang = level.base + 4 + verb
  if (isA(token, t.LeftParen, t.LeftBracket)) levels.unshift({ outer: column, base: column + 2, hang: column + 2 })
  if (isA(token, t.RightParen, t.RightBracket) && levels.length > 1) levels.shift()
}

function lineText(tokens: readonly IToken[], layout: Layout): string {
  return tokens.reduce((line, token, index) => {
    const before = tokens[index - 1]
    if (before === undefined) return imageOf(token)
    if (isA(token, t.LineComment)) return `${line}  ${imageOf(token)}`
    const isGlued = isTight(before, token, { layout, first: tokens[index - 2] })
    return `${line}${isGlued ? '' : ' '.repeat(isAligned(before, token) ? blanks(before, token) : 1)}${imageOf(token)}`
  }, '')
}

/** Blanks that line up `=`, the windows behind labels, or the sources of roles are the writer's. */
function isAligned(left: IToken, right: IToken): boolean {
  return isA(right, t.Equal) || isA(left, t.Colon) || (isA(right, t.word('in')) && isA(left, t.Name))
}

function blanks(left: IToken, right: IToken): number {
  return Math.max(1, right.startOffset - spanOfToken(left).end)
}

/** A number and its unit are one blank apart; the power of a unit follows it. */
function imageOf(token: IToken): string {
  if (isA(token, t.LineComment)) return token.image.trimEnd()
  if (!isA(token, t.Quantity)) return token.image
  const [, digits = '', unit = '', power] = t.quantityParts.exec(token.image) ?? []
  return `${digits} ${unit}${power === undefined ? '' : `^${power}`}`
}

/** A minus is an operator behind a value; behind a slot word the syntax tree knows. */
function isSign(
  minus: IToken,
  { layout, first }: { readonly layout: Layout; readonly first: IToken | undefined },
): boolean {
  if (first === undefined || isA(first, ...softWords)) return layout.signs.has(minus.startOffset)
  return !isA(first, t.Name, ...values)
}

const softWords = t.softWords.map(t.word)
const values = [
  ...[t.NumberToken, t.Quantity, t.StringToken, t.Instant, t.RightParen, t.RightBracket],
  ...[t.word('this'), t.word('true'), t.word('false')],
]

/** Whether two neighbours stand without a blank between them. */
function isTight(
  left: IToken,
  right: IToken,
  { layout, first }: { readonly layout: Layout; readonly first: IToken | undefined },
): boolean {
  if (isA(left, t.LeftParen, t.LeftBracket, t.Bang) || isA(right, t.RightParen, t.RightBracket, t.Comma, t.Colon))
    return true
  // `5.x` would be a broken number.
  if (isA(right, t.Dot)) return !isA(left, t.NumberToken)
  if (isA(left, t.Dot) || isA(left, t.Power) || isA(right, t.Power)) return true
  if (isA(right, t.LeftParen)) return layout.calls.has(left.startOffset)
  if (isA(right, t.LeftBracket)) return layout.indexed.has(spanOfToken(left).end)
  if (isA(left, t.Minus)) return isSign(left, { layout, first })
  if (!isA(left, t.Divide, t.Times) && !isA(right, t.Divide, t.Times)) return false
  return layout.units.some(({ start, end }) => start <= left.startOffset && spanOfToken(right).end <= end)
}
