import type { Diagnostic, Edit, Fix, MessageTable } from '../ir/diagnostic.ts'
import type { Span } from '../ir/span.ts'

/** The facts of every mistake of syntax, by code. `expected` is in words; `fix` is where a way out can be applied. */
export interface SyntaxMessages {
  S001: { readonly found: string; readonly expected: string }
  S002: { readonly after: string; readonly expected: string }
  S003: { readonly found: string; readonly meant: string; readonly span: Span }
  /** `behind`: the word before the bracket; `after`: the word after which it is to be closed. */
  S004: {
    readonly open: string
    readonly behind: string | null
    readonly close: string
    readonly after: string
    readonly at: number
  }
  S005: { readonly found: string; readonly span: Span }
  S006: { readonly quote: string; readonly what: string; readonly at: number }
  S007: { readonly found: string; readonly span: Span; readonly written: string }
  S008: { readonly found: string }
  /** `meant`: what to write instead of the character; null where nothing is known. */
  S009: { readonly found: string; readonly hint: string; readonly meant: string | null; readonly span: Span }
  S010: { readonly name: string; readonly span: Span }
  S011: { readonly found: string; readonly written: string; readonly span: Span }
  S012: { readonly missing: string; readonly before: string; readonly inserted: string; readonly at: number }
  S013: { readonly found: string; readonly removed: Span }
  S014: { readonly verb: string }
  S015: { readonly levels: number }
  /** `hint`: what else may have been meant. */
  S016: { readonly name: string; readonly hint: string; readonly edit: Edit }
  S017: { readonly name: string; readonly at: number; readonly clause: string }
  S018: { readonly found: string; readonly written: string; readonly why: string; readonly span: Span }
  S019: { readonly found: string }
  S020: { readonly word: string }
  /** A habit of another language; `fix`: what to write, '' for nothing, and the edits that do it. */
  S021: {
    readonly found: string
    readonly why: string
    readonly fix: { readonly written: string; readonly edits: readonly Edit[] } | null
  }
  /** What has no spelling of its own, such as a name, and where it is missing. */
  S022: { readonly what: string; readonly place: string; readonly hint: string }
  S106: { readonly span: Span }
}

const texts: MessageTable<SyntaxMessages> = {
  S001: ({ found, expected }) => ({ message: `\`${found}\` cannot stand here. Expected ${expected}.` }),
  S002: ({ after, expected }) => ({ message: `Something is missing after \`${after}\`. Expected ${expected}.` }),
  S003: ({ found, meant, span }) => ({
    message: `\`${found}\` cannot stand here. Did you mean \`${meant}\`?`,
    fix: replacement(`write \`${meant}\``, span, meant),
  }),
  S004: ({ open, behind, close, after, at }) => ({
    message: `The \`${open}\`${behind === null ? '' : ` behind \`${behind}\``} is never closed. Add \`${close}\` after \`${after}\`.`,
    fix: replacement(`add \`${close}\``, { start: at, end: at }, close),
  }),
  S005: ({ found, span }) => ({
    message: `\`${found}\` closes nothing: no bracket is open here.`,
    fix: replacement(`remove \`${found}\``, span, ''),
  }),
  S006: ({ quote, what, at }) => ({
    message: `This ${what} has no end. It ends in its line with ${quote === '`' ? 'a backquote' : `\`${quote}\``}.`,
    fix: replacement('close it', { start: at, end: at }, quote),
  }),
  S007: ({ found, span, written }) => ({
    message: `\`${found}\` has typographic quotes. A text stands in straight ones: \`${written}\`.`,
    fix: replacement(`write \`${written}\``, span, written),
  }),
  S008: ({ found }) => ({
    message: `\`${found}\` is no instant. An instant is \`@2025-09-01\` or \`@2025-09-01T12:00:00.5\`, in UTC.`,
  }),
  S009: ({ found, hint, meant, span }) => ({
    message: `The character \`${found}\` has no meaning here.${hint === '' ? '' : ` ${hint}`}`,
    ...(meant === null ? {} : { fix: replacement(meant === '' ? 'remove it' : `write \`${meant}\``, span, meant) }),
  }),
  S010: ({ name, span }) => ({
    message: `\`${name}\` is no plain name: those have the letters A to Z, digits and \`_\`. Write it in backquotes.`,
    fix: replacement('put it in backquotes', span, `\`${name}\``),
  }),
  S011: ({ found, written, span }) => ({
    message: `\`${found}\` is no number: a dot stands between digits. Write \`${written}\`.`,
    fix: replacement(`write \`${written}\``, span, written),
  }),
  S012: ({ missing, before, inserted, at }) => ({
    message: `\`${missing}\` is missing before \`${before}\`.`,
    fix: replacement(`add \`${missing}\``, { start: at, end: at }, inserted),
  }),
  S013: ({ found, removed }) => ({
    message: `\`${found}\` stands here twice.`,
    fix: replacement(`remove one \`${found}\``, removed, ''),
  }),
  S014: ({ verb }) => ({
    message: `\`${verb}\` is a stage and needs a stream before it: \`from events ${verb} …\`.`,
  }),
  S015: ({ levels }) => ({
    message: `Brackets are nested deeper than ${levels} levels here. Give a part of the expression a name of its own.`,
  }),
  S016: ({ name, hint, edit }) => ({
    message: `A definition starts in the first column, and \`${name} =\` does not.${hint === '' ? '' : ` ${hint}`}`,
    fix: { text: `put \`${name} =\` in the first column`, edits: [edit] },
  }),
  S017: ({ name, at, clause }) => ({
    message: `\`${name} =\` in the first column opens a new definition. Indent the line to continue \`${clause}\`.`,
    fix: replacement('indent the line', { start: at, end: at }, '  '),
  }),
  S018: ({ found, written, why, span }) => ({
    message: `\`${found}\` cannot stand here. ${why}`,
    fix: replacement(`write \`${written.trim()}\``, span, written),
  }),
  S019: ({ found }) => ({
    message: `A condition stands before its window: put \`${found} …\` before \`within\`, \`between\` or \`during\`.`,
  }),
  S020: ({ word }) => ({
    message: `\`${word}\` names a role of a match and needs \`match\` before it: \`match prompt ${word} delayed …\`.`,
  }),
  S021: ({ found, why, fix }) => ({
    message: `\`${found}\` cannot stand here. ${why}`,
    ...(fix === null
      ? {}
      : { fix: { text: fix.written === '' ? 'remove it' : `write \`${fix.written.trim()}\``, edits: fix.edits } }),
  }),
  S022: ({ what, place, hint }) => ({ message: `${what} is missing ${place}. ${hint}` }),
  S106: ({ span }) => ({
    message: '`=` names something; to compare two values write `==`.',
    fix: replacement('write `==`', span, '=='),
  }),
}

export const syntaxMessageCodes: readonly string[] = Object.keys(texts)

/** The diagnostic of a mistake of syntax. */
export function syntaxError<Code extends keyof SyntaxMessages>(
  code: Code,
  span: Span,
  facts: SyntaxMessages[Code],
): Diagnostic {
  const { message, fix } = texts[code](facts)
  return { severity: 'error', code, span, message, fix: fix ?? null }
}

function replacement(text: string, span: Span, by: string): Fix {
  return { text, edits: [{ span, text: by }] }
}
