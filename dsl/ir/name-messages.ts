import type { Diagnostic, Edit, Fix, MessageTable } from './diagnostic.ts'
import type { Span } from './span.ts'

/** A name that was perhaps meant, with what is told of it: `E` [MeV], `events` (cell 1). */
export interface Meant {
  readonly name: string
  readonly about: string
}

/** The facts of every mistake about names, kinds, types and units, and of every warning, by code. */
export interface NameMessages {
  /** `what`: what it should be a name of. */
  S101: {
    readonly what: 'stream' | 'value'
    readonly name: string
    readonly span: Span
    readonly meant: Meant | null
    readonly known: readonly string[]
  }
  S102: {
    readonly name: string
    readonly span: Span
    readonly of: string
    readonly meant: Meant | null
    readonly columns: readonly string[]
  }
  /** `written`: the literal with the unit. */
  S103: { readonly of: string; readonly digits: string; readonly written: string; readonly span: Span }
  /** `what`: `compare a length (…) with an energy (…)`. */
  S104: { readonly what: string }
  S105: { readonly name: string; readonly span: Span; readonly meant: string | null }
  S107: { readonly role: string; readonly reference: string; readonly at: number }
  S108: { readonly name: string; readonly span: Span; readonly meant: string | null; readonly isStream: boolean }
  S109: {
    readonly stream: string
    readonly roles: readonly string[]
    readonly column: string
    readonly owners: readonly string[]
    readonly span: Span
  }
  S110: { readonly call: string; readonly at: number }
  /** `test`: the condition that asks first, and what to add at which offset for that. */
  S111: {
    readonly what: string
    readonly why: string
    readonly test: { readonly text: string; readonly added: string; readonly at: number } | null
  }
  /** `test`: the condition on one of the values. */
  S112: { readonly column: string; readonly list: string; readonly field: string; readonly test: string }
  S113: { readonly verb: string; readonly place: string; readonly by: string }
  /** Two file tables: how many files of the right one are not those of the left one, and the first. */
  S114: {
    readonly right: string
    readonly left: string
    readonly differ: number
    readonly of: number
    readonly first: string
  }
  S115: {
    readonly length: string
    readonly events: string
    readonly rate: string
    readonly columns: number
    readonly gigabytes: string
  }
  S116: { readonly found: string }
  S117: { readonly name: string; readonly of: string }
  S118: { readonly name: string; readonly span: Span; readonly meant: string | null }
  S119: { readonly call: string; readonly expected: string; readonly found: number }
  S120: { readonly what: string; readonly wants: string; readonly found: string; readonly hint: string | null }
  S121: { readonly what: string; readonly wants: string; readonly found: string; readonly hint: string | null }
  S122: { readonly verb: string; readonly found: string }
  S123: { readonly low: string; readonly high: string }
  S124: { readonly why: string }
  S125: { readonly path: string; readonly known: readonly string[] }
  S126: { readonly what: string; readonly example: string; readonly at: number }
  /** `written`: the bounds as `of` takes them, to stand in the place of `span`. */
  S127: { readonly direction: 'after' | 'before'; readonly span: Span; readonly written: string }
  S128: { readonly column: string; readonly quantity: string; readonly unit: string }
  S129: { readonly name: string; readonly cell: number | null }
  S130: { readonly name: string; readonly found: string; readonly wants: string }
  S131: { readonly column: string; readonly has: string; readonly declared: string }
  S132: { readonly what: string; readonly found: string }
  S133: { readonly column: string }
  S134: { readonly why: string; readonly wayOut: string }
  S135: { readonly name: string; readonly where: string }
  S136: { readonly text: string; readonly found: string; readonly hint: string | null }
  S137: { readonly what: string }
  S138: { readonly text: string }
  S139: { readonly text: string }
  S140: { readonly text: string }
  S141: { readonly verb: string }
  S142: { readonly text: string }
  S143: Readonly<Record<string, never>>
  S144: { readonly name: string; readonly span: Span }
  S145: { readonly name: string; readonly span: Span }
  /** `written`: the column alone. */
  S146: { readonly text: string; readonly written: string; readonly span: Span }
  S147: { readonly text: string; readonly written: string; readonly span: Span }
  S148: Readonly<Record<string, never>>
  S190: { readonly construct: string }
  W001: { readonly role: string; readonly anchor: string; readonly outer: string; readonly inner: string }
  W002: { readonly text: string }
  W003: { readonly name: string; readonly inner: string; readonly outer: string }
  /** `more`: how many further runs it is so in; `at`: where the call ends. */
  W004: {
    readonly left: string
    readonly right: string
    readonly run: number
    readonly more: number
    readonly at: number
  }
}

const texts: MessageTable<NameMessages> = {
  S101: ({ what, name, span, meant, known }) => ({
    message: `I know no ${what} \`${name}\`.${question(meant)}${meant === null && known.length > 0 ? ` Names: ${known.join(', ')}.` : ''}`,
    ...renamed(span, meant?.name ?? null),
  }),
  S102: ({ name, span, of, meant, columns }) => ({
    message: `\`${of}\` has no column \`${name}\`.${question(meant)} Columns: ${columns.join(', ')}`,
    ...renamed(span, meant?.name ?? null),
  }),
  S103: ({ of, digits, written, span }) => ({
    message: `${of} and \`${digits}\` has no unit. Write \`${written}\`.`,
    fix: replacement(`write \`${written}\``, span, written),
  }),
  S104: ({ what }) => ({ message: `Cannot ${what}.` }),
  S105: ({ name, span, meant }) => ({
    message: `Unknown unit \`${name}\`.${meant === null ? '' : ` Did you mean \`${meant}\`?`}`,
    ...renamed(span, meant),
  }),
  S107: ({ role, reference, at }) => {
    const window = `within 1 ms after ${reference}`
    return {
      message: `The role \`${role}\` has no window. Add for example \`${window}\`.`,
      fix: insertion(`add \`${window}\``, at, ` ${window}`),
    }
  },
  S108: ({ name, span, meant, isStream }) => ({
    message: `No role \`${name}\` in this match.${meant === null ? '' : ` Did you mean \`${meant}\`?`}${isStream ? ` \`${name}\` is a stream: bind one of its rows by a role first, \`with x in ${name} …\`.` : ''}`,
    ...renamed(span, meant),
  }),
  S109: ({ stream, roles, column, owners, span }) => ({
    message: `A row of ${stream} is a match of ${listed(roles, 'and')}: whose \`${column}\`? Write ${listed(
      owners.map((role) => `${role}.${column}`),
      'or',
    )}.`,
    ...(owners[0] === undefined ? {} : renamed(span, `${owners[0]}.${column}`)),
  }),
  S110: ({ call, at }) => ({
    message: `A look-back needs a window, or it would scan all data: \`${call}\`. A number over all data stands here by a name: \`n = ${call.replace(' within 1 s before this', '')}\` in a line of its own.`,
    fix: insertion('add `within 1 s before this`', at, ' within 1 s before this'),
  }),
  S111: ({ what, why, test }) => ({
    message: `\`${what}\` ${why} and may be missing. Write ${test === null ? '' : `\`${test.text}\`, or `}\`${what} ?? …\` with a value for those rows.`,
    ...(test === null ? {} : { fix: insertion(`write \`${test.text}\``, test.at, test.added) }),
  }),
  S112: ({ column, list, field, test }) => ({
    message: `\`${column}\` has many values per event. Say which: \`any(${list} where ${test})\`, \`sum(${field} of ${list}) > …\`.`,
  }),
  S113: ({ verb, place, by }) => ({
    message: `\`${verb}\` needs events in time order, but ${place} sorted them by \`${by}\`. Put \`${verb}\` before \`sort\`.`,
  }),
  S114: ({ right, left, differ, of, first }) => ({
    message: `\`${right}\` and \`${left}\` have different file tables: ${differ} of ${of} files differ, first \`${first}\`; entries would not correspond.`,
  }),
  S115: ({ length, events, rate, columns, gigabytes }) => ({
    message: `This window needs ${length} of data around each slice: about ${events} events at ${rate} Hz, ${gigabytes} GB with ${columns} columns. Select fewer columns, or confirm with \`use local(max_window: ${length})\`.`,
  }),
  S116: ({ found }) => ({ message: `A condition is true or false; this is ${found}.` }),
  S117: ({ name, of }) => ({
    message: `\`${of}\` has a column \`${name}\` already. Give the new one another name.`,
  }),
  S118: ({ name, span, meant }) => ({
    message: `I know no function \`${name}\`.${meant === null ? '' : ` Did you mean \`${meant}\`?`}`,
    ...renamed(span, meant),
  }),
  S119: ({ call, expected, found }) => ({
    message: `\`${call}\` takes ${expected}; there ${found === 1 ? 'is' : 'are'} ${found === 0 ? 'none' : found}.`,
  }),
  S120: ({ what, wants, found, hint }) => ({
    message: `${what} needs ${wants}; this is ${found}.${hint === null ? '' : ` ${hint}`}`,
  }),
  S121: ({ what, wants, found, hint }) => ({
    message: `${what} needs ${wants}, but ${found}.${hint === null ? '' : ` ${hint}`}`,
  }),
  S122: ({ verb, found }) => ({ message: `\`${verb}\` takes a whole number, 0 or more; this is ${found}.` }),
  S123: ({ low, high }) => ({
    message: `Nothing lies between \`${low}\` and \`${high}\`: the second bound is the lower one.`,
  }),
  S124: ({ why }) => ({ message: why }),
  S125: ({ path, known }) => ({
    message: `Cannot tell a format from the name \`${path}\`. Endings: ${known.join(', ')}.`,
  }),
  S126: ({ what, example, at }) => ({
    message: `${what} does not say what the time is counted from. Write for example \`${example}\`.`,
    fix: insertion(`add \`${example}\``, at, ` ${example}`),
  }),
  S127: ({ direction, span, written }) => ({
    message: `A bound below zero looks to the other side of \`${direction}\`. Write \`of\`, which takes signs as written: \`within ${written} …\`.`,
    fix: replacement(`write \`${written}\``, span, written),
  }),
  S128: ({ column, quantity, unit }) => ({
    message: `The unit of \`${column}\` is not known, and it meets ${quantity}. If it is, say so after the path: \`units ${column}: ${unit}\`.`,
  }),
  S129: ({ name, cell }) => ({
    message: `\`${name}\` has no meaning: ${cell === null ? 'what defines it' : `cell ${cell}, which defines it,`} was refused. Mend that first.`,
  }),
  S130: ({ name, found, wants }) => ({ message: `\`${name}\` is ${found}, and this takes ${wants}.` }),
  S131: ({ column, has, declared }) => ({
    message: `\`${column}\` is ${has} already and cannot be declared ${declared}.`,
  }),
  S132: ({ what, found }) => ({ message: `${what} is a constant time, such as \`1 ms\`; this is ${found}.` }),
  S133: ({ column }) => ({
    message: `\`${column}\` has many values in a group. Say which: \`mean(${column})\`, \`first(${column})\`, \`max(${column})\`, or make it a key.`,
  }),
  S134: ({ why, wayOut }) => ({ message: `${why} ${wayOut}` }),
  S135: ({ name, where }) => ({ message: `There is another \`${name}\` in this ${where} already.` }),
  S136: ({ text, found, hint }) => ({
    message: `\`${text}\` is ${found} and not a value.${hint === null ? '' : ` ${hint}`}`,
  }),
  S137: ({ what }) => ({ message: `Cannot ${what}.` }),
  S138: ({ text }) => ({
    message: `A power is a constant: a whole number, or a half such as 0.5. \`${text}\` is not.`,
  }),
  S139: ({ text }) => ({ message: `\`${text}\` is beyond what a number can hold.` }),
  S140: ({ text }) => ({
    message: `\`${text}\` is a number over a whole stream. In an expression of each row it stands by a name: write \`n = ${text}\` first, in a line of its own, and \`n\` here.`,
  }),
  S141: ({ verb }) => ({ message: `\`hist\` ends a pipeline: \`${verb}\` cannot follow it. Put it before \`hist\`.` }),
  S142: ({ text }) => ({
    message: `\`${text}\` is an instant; an axis is a number. Take the time since an instant: \`${text} - @2025-01-01\`.`,
  }),
  S143: () => ({
    message:
      'This statement is nested too deeply. Name parts of it by `define`, or test one of many values by `in [ … ]`.',
  }),
  S144: ({ name, span }) => ({
    message: `\`${name}\` is no name here. A text is written in quotes: \`"${name}"\`.`,
    fix: replacement(`write \`"${name}"\``, span, `"${name}"`),
  }),
  S145: ({ name, span }) => ({
    message: `\`${name}\` is a unit, and a unit stands behind a number. Write \`1 ${name}\`.`,
    fix: replacement(`write \`1 ${name}\``, span, `1 ${name}`),
  }),
  S146: ({ text, written, span }) => ({
    message: `\`${text}\` asks for one of many values, and \`${written}\` has one in each row. Write \`${written}\`.`,
    fix: replacement(`write \`${written}\``, span, written),
  }),
  S148: () => ({
    message:
      'This grows too large: each use of a stream or a function repeats all that it stands on. Save a stream on the way, `save … to "…"`, and go on from its file.',
  }),
  S147: ({ text, written, span }) => ({
    message: `A column is written by its name alone: \`${written}\`, not \`${text}\`.`,
    fix: replacement(`write \`${written}\``, span, written),
  }),
  S190: ({ construct }) => ({ message: `${construct} is understood but not yet run by this version.` }),
  W001: ({ role, anchor, outer, inner }) => ({
    message: `Every \`${role}\` is also a possible \`${anchor}\`: ${outer} contains ${inner}; triples give two rows.`,
  }),
  W002: ({ text }) => ({
    message: `\`${text}\` asks a floating-point number for one exact value, which measured values hardly ever have. A range says what is meant.`,
  }),
  W003: ({ name, inner, outer }) => ({ message: `\`${name}\` is ${inner} here and hides ${outer} of that name.` }),
  W004: ({ left, right, run, more, at }) => ({
    message: `\`${left}\` and \`${right}\` hold different times of run ${run}${more === 0 ? '' : ` and of ${more} more`}, and a union keeps the good time that both have: hardly any. For parts of one run write \`good: either\`, or open them by one glob.`,
    fix: insertion('add `good: either`', at, ', good: either'),
  }),
}

export const nameMessageCodes: readonly string[] = Object.keys(texts)

/** The diagnostic of a mistake or, for W codes, of a warning. */
export function diagnose<Code extends keyof NameMessages>(
  code: Code,
  span: Span,
  facts: NameMessages[Code],
): Diagnostic {
  const { message, fix } = texts[code](facts)
  return { severity: code.startsWith('W') ? 'warning' : 'error', code, span, message, fix: fix ?? null }
}

function question(meant: Meant | null): string {
  return meant === null ? '' : ` Did you mean \`${meant.name}\`${meant.about === '' ? '' : ` ${meant.about}`}?`
}

function renamed(span: Span, name: string | null): { readonly fix?: Fix } {
  return name === null ? {} : { fix: replacement(`write \`${name}\``, span, name) }
}

function replacement(text: string, span: Span, by: string): Fix {
  const edits: readonly Edit[] = [{ span, text: by }]
  return { text, edits }
}

function insertion(text: string, at: number, inserted: string): Fix {
  return replacement(text, { start: at, end: at }, inserted)
}

function listed(names: readonly string[], word: 'and' | 'or'): string {
  const quoted = names.map((name) => `\`${name}\``)
  return quoted.length < 2 ? quoted.join('') : `${quoted.slice(0, -1).join(', ')} ${word} ${quoted.at(-1)}`
}
