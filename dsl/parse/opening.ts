import type { IToken } from 'chevrotain'
import type { Diagnostic } from '../ir/diagnostic.ts'
import { gainOf, type Halted } from './attempt.ts'
import { mostArguments } from './function-names.ts'
import { isA, type Lexed, spanOfToken } from './lex.ts'
import { syntaxError } from './syntax-messages.ts'
import * as t from './tokens.ts'

/** A statement that halts at its first word: what opens it is missing, or its name. */
export function withoutOpening(halted: Halted, lexed: Lexed): Diagnostic | undefined {
  const [first, second] = halted.tokens
  if (halted.at > 0 || first === undefined) return undefined
  if (isA(first, t.Equal)) {
    const facts = { what: 'A name', place: 'before `=`', hint: 'A definition is `name = …`, from the first column on.' }
    return syntaxError('S022', spanOfToken(first), facts)
  }
  if (!isA(first, t.Name)) return undefined
  if (isA(second, t.Equal)) return indentedFirst(halted, lexed)
  return wordBefore(halted, first) ?? equalBehind(halted, { name: first, lexed })
}

/** `  a = 1`, where another line begins further left. */
function indentedFirst(halted: Halted, { firstColumn }: Lexed): Diagnostic | undefined {
  const { text, tokens } = halted
  const [name] = tokens
  if (name === undefined || firstColumn.has(name)) return undefined
  // A range is that of a slider.
  if (tokens.some((token) => isA(token, t.RangeClosed))) return wordBefore(halted, name)
  if (gainOf(halted, { index: 0, removed: 1, types: [t.Def] }) !== Infinity) return undefined
  const start = text.lastIndexOf('\n', name.startOffset - 1) + 1
  const edit = { span: { start, end: name.startOffset }, text: '' }
  return syntaxError('S016', spanOfToken(name), { name: name.image, hint: '', edit })
}

/** `count(events)`, `near(a, b) = dist(a, b) < 1 m`. */
function wordBefore(halted: Halted, first: IToken): Diagnostic | undefined {
  const { image, startOffset } = first
  const isValue = mostArguments(image) !== undefined && image !== 'union'
  const words = isValue ? (['show', 'fn'] as const) : (['from', 'fn', 'param', 'show'] as const)
  const found = words.find((word) => gainOf(halted, { index: 0, removed: 0, types: [t.word(word)] }) === Infinity)
  if (found === undefined) return undefined
  const facts = { missing: found, before: image, inserted: `${found} `, at: startOffset }
  return syntaxError('S012', spanOfToken(first), facts)
}

/** `events from "a"`, `rate 3 Hz`. */
function equalBehind(
  halted: Halted,
  { name, lexed }: { readonly name: IToken; readonly lexed: Lexed },
): Diagnostic | undefined {
  const second = halted.tokens[1]
  if (second === undefined || !lexed.firstColumn.has(name)) return undefined
  if (gainOf(halted, { index: 0, removed: 1, types: [t.Def, t.Equal] }) !== Infinity) return undefined
  const facts = { missing: '=', before: second.image, inserted: '= ', at: second.startOffset }
  return syntaxError('S012', spanOfToken(name), facts)
}
