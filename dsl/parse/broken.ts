import type { IToken } from 'chevrotain'
import type { Diagnostic } from '../ir/diagnostic.ts'
import type { Span } from '../ir/span.ts'
import { isA, spanOfToken } from './lex.ts'
import { syntaxError } from './syntax-messages.ts'
import { stageWords } from './tokens.ts'
import * as t from './tokens.ts'

/** What is wrong with a text that is no word of the language. */
export function brokenToken(text: string, token: IToken): Diagnostic {
  const span = spanOfToken(token)
  const found = token.image
  if (isA(token, t.BrokenString)) return unclosed(token, found.slice(0, 1), 'text')
  if (isA(token, t.BrokenName)) return unclosed(token, '`', 'quoted name')
  if (isA(token, t.BrokenInstant)) return syntaxError('S008', span, { found })
  if (isA(token, t.BrokenNumber)) return syntaxError('S011', span, { found, span, written: withoutBareDot(found) })
  if (isA(token, t.CurlyString)) return syntaxError('S007', span, { found, span, written: `"${found.slice(1, -1)}"` })
  return brokenCharacter(text, token)
}

function unclosed(token: IToken, quote: string, what: string): Diagnostic {
  const written = token.image.trimEnd()
  const span = { start: token.startOffset, end: token.startOffset + written.length }
  return syntaxError('S006', span, { quote, what, at: span.end })
}

function withoutBareDot(image: string): string {
  return image.startsWith('.') ? `0${image}` : image.replace('.', '')
}

function brokenCharacter(text: string, token: IToken): Diagnostic {
  const found = token.image
  const span = spanOfToken(token)
  const known = found === '|' && beforeStage.test(text.slice(span.end)) ? between : characters[found]
  if (known !== undefined) return syntaxError('S009', span, { found, ...known, ...spaced(text, span, known.meant) })
  if (!/[\p{L}\p{N}]/u.test(found)) return syntaxError('S009', span, { found, hint: '', meant: null, span })
  const start =
    span.start - (/[\p{L}\p{N}_]*$/u.exec(text.slice(Math.max(0, span.start - 100), span.start))?.[0].length ?? 0)
  const name = /^[\p{L}\p{N}\p{M}_]+/u.exec(text.slice(start))?.[0] ?? found
  const whole = { start, end: start + name.length }
  return syntaxError('S010', whole, { name, span: whole })
}

/** The replacement with one blank on each side that wants one, none doubled. */
function spaced(
  text: string,
  span: Span,
  meant: string | null,
): { readonly span: Span; readonly meant: string | null } {
  if (meant === null) return { span, meant }
  const [before, after] = [/\s$/.test(text.slice(0, span.start)), /^\s/.test(text.slice(span.end))]
  return { span, meant: (before ? meant.trimStart() : meant).replace(/ $/, after ? '' : ' ') }
}

const beforeStage = new RegExp(String.raw`^\s*(?:${stageWords.join('|')})(?![A-Za-z0-9_])`)
const between: Meaning = { hint: 'Stages follow each other without a sign.', meant: '' }

interface Meaning {
  readonly hint: string
  readonly meant: string | null
}

/** Characters that people write for something that the language writes otherwise. */
const characters: Readonly<Record<string, Meaning>> = {
  ...written({ '≤': '<=', '≥': '>=', '≠': '!=', '×': '*', '·': '*', '⋅': '*', '÷': '/', '−': '-', '–': '-', '—': '-' }),
  ...written({
    '²': '^2',
    '³': '^3',
    '~': 'not ',
    '∧': ' and ',
    '∨': ' or ',
    '¬': 'not ',
    '∈': ' in ',
    '…': ' .. ',
    '°': ' deg',
  }),
  '&': { hint: 'Conditions are joined by `and`.', meant: ' and ' },
  '|': { hint: 'Conditions are joined by `or`.', meant: ' or ' },
  ';': { hint: 'Statements and stages end without a sign.', meant: '' },
  '{': { hint: 'Brackets are `( )`, a list is `[ ]`.', meant: null },
  '}': { hint: 'Brackets are `( )`, a list is `[ ]`.', meant: null },
  '%': { hint: 'It is a unit, `1 %`, and stands behind its number.', meant: null },
  '?': { hint: 'A value for what is missing is given by `??`.', meant: null },
}

function written(signs: Readonly<Record<string, string>>): Readonly<Record<string, Meaning>> {
  const meanings = Object.entries(signs).map(([sign, meant]) => [
    sign,
    { hint: `It is written \`${meant.trim()}\`.`, meant },
  ])
  return Object.fromEntries(meanings)
}
