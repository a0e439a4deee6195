import type { Diagnostic } from '../ir/diagnostic.ts'
import type { Span } from '../ir/span.ts'
import { isFunction } from './function-names.ts'
import type { Halted } from './attempt.ts'
import { isA, spanOfToken } from './lex.ts'
import { syntaxError } from './syntax-messages.ts'
import * as t from './tokens.ts'

/** What people write who come from ROOT, SQL or Python. */
interface Habit {
  /** Global; matched near the token where the statement halts, which must lie in the match or right behind it. */
  readonly pattern: RegExp
  readonly why: string
  /** What to write for the match: '' to remove it, null where nothing general can be said. */
  readonly written: (...groups: readonly string[]) => string | null
}

/** Functions under names of other libraries. */
const functionsElsewhere: Readonly<Record<string, string>> = {
  fabs: 'abs',
  arcsin: 'asin',
  arccos: 'acos',
  arctan: 'atan',
  arctan2: 'atan2',
  ln: 'log',
  isfinite: 'finite',
  average: 'mean',
  size: 'count',
  len: 'count',
}

/** The function of the language that is called `name` in other languages; null where there is none. */
export function functionMeantBy(name: string): string | null {
  const lower = name.toLowerCase()
  const meant = functionsElsewhere[lower] ?? lower
  return isFunction(meant) && meant !== name ? meant : null
}

const statementHabits: readonly Habit[] = [
  {
    pattern: /^SELECT\s+\*\s+FROM\s+(\w+)(?:\s+WHERE\s+(.+))?$/gi,
    why: 'A query begins with its stream, and has all columns of it.',
    written: (stream = '', where = '') => `from ${stream}${whereOf(where)}`,
  },
  {
    pattern: /^SELECT\s+(\w+(?:\s*,\s*\w+)*)\s+FROM\s+(\w+)(?:\s+WHERE\s+(.+))?$/gi,
    why: 'A query begins with its stream; `select` comes last.',
    written: (columns = '', stream = '', where = '') => `from ${stream}${whereOf(where)} select ${columns}`,
  },
  {
    pattern: /^SELECT\s+count\(\*\)\s+FROM\s+(\w+)$/gi,
    why: 'A number is shown by `show`.',
    written: (stream = '') => `show count(${stream})`,
  },
  {
    pattern: /^(?:SELECT|INSERT|UPDATE|DELETE|CREATE|DROP)\b/g,
    why: 'A query begins with its stream: `from events where … select …`.',
    written: () => null,
  },
  {
    pattern: /^(?:import\b|from\s+[\w.]+\s+import\b|using\s+namespace\b).*/g,
    why: 'Nothing is imported: every function of the language is there.',
    written: () => '',
  },
  {
    pattern: /^(\w+)(?:\.|->)(?:Draw|Histo1D|hist|plot)\(\s*"(\w+)".*/g,
    why: 'A histogram is a stage.',
    written: (stream = '', column = '') => `from ${stream} hist ${column}`,
  },
  {
    pattern: /^(\w+)(?:\.|->)(?:Filter|query|filter)\(\s*"([^"]*)".*/g,
    why: 'A cut is a stage.',
    written: (stream = '', condition = '') => `from ${stream} where ${condition}`,
  },
  {
    pattern: /^(\w+)(?:\.|->)(?:Count|GetEntries|count)\(\s*\).*/g,
    why: 'A number is shown by `show`.',
    written: (stream = '') => `show count(${stream})`,
  },
  {
    pattern: /^(\w+)(?:\.|->)(?:Scan|Show|Display|Print|head|show)\(.*/g,
    why: 'Rows are taken by a stage.',
    written: (stream = '') => `from ${stream} take 20`,
  },
  {
    pattern: /^\w+(?:\.|->)\w+\(/g,
    why: 'A stream has no methods; a stage follows it: `from events where … hist …`.',
    written: () => null,
  },
  {
    pattern: /^(\w+)\[(?:\1\.)?([^\]"']+)\]$/g,
    why: 'A cut is a stage.',
    written: (stream = '', condition = '') => `from ${stream} where ${condition}`,
  },
  {
    pattern: /^(?:auto|double|float|int|let|var|const)\s+(?=\w+\s*=)/g,
    why: 'A name is given by `=` alone.',
    written: () => '',
  },
  {
    pattern: /^(?:for|while|if)\b/g,
    why: 'There are no loops: a stage is applied to every row, and `where` keeps those that pass.',
    written: () => null,
  },
]

const placeHabits: readonly Habit[] = [
  {
    pattern: /\b(?:ROOT\.)?RDataFrame\(\s*"([^"]+)"\s*,\s*"([^"]+)"\s*\)/g,
    why: 'A file is opened by `from`, its tree behind a colon.',
    written: (tree = '', file = '') => `from "${file}:${tree}"`,
  },
  {
    pattern: /\b(?:pd|pl|pq|uproot|ROOT)\.\w+\(\s*("[^"]+")\s*\)/g,
    why: 'A file is opened by `from`.',
    written: (file = '') => `from ${file}`,
  },
  {
    pattern: /\b(?:TMath::Power|std::pow|np\.power|math\.pow)\(\s*([\w.]+)\s*,\s*(\d+)\s*\)/g,
    why: 'A power is written by `^`.',
    written: (base = '', exponent = '') => `${base}^${exponent}`,
  },
  {
    pattern: /\b(?:TMath|std|ROOT::Math)::(\w+)(?=\s*\()/g,
    why: 'Functions have no namespace, and small letters.',
    written: (name = '') => functionMeantBy(name) ?? (isFunction(name) ? name : null),
  },
  {
    pattern: /\b(?:np|numpy|math|ak)\.(\w+)(?=\s*\()/g,
    why: 'Functions have no module.',
    written: (name = '') => functionMeantBy(name) ?? (isFunction(name) ? name : null),
  },
  {
    pattern: /\b(\w+)\.(?:count|size)\(\)/g,
    why: 'How many there are is `count(…)`.',
    written: (name = '') => `count(${name})`,
  },
  {
    pattern: /\b(\w+)\.(\w+)\.(mean|sum|min|max|std|median)\(\)/g,
    why: 'An aggregate is called with its value and stream.',
    written: (stream = '', column = '', name = '') => `${name}(${column} of ${stream})`,
  },
  {
    pattern: /\bbetween\s+([^\s()]+(?:\s[A-Za-z]+)?)\s+and\s+(?=[\d(-])/gi,
    why: 'A value lies `in` a range; `between` is a window in time.',
    written: (low = '') => `in ${low} .. `,
  },
  {
    pattern: /([\w.]+)\s+is\s+not\s+(?:null|None)\b/gi,
    why: 'Whether a value is there is asked by `exists`.',
    written: (name = '') => `${name} exists`,
  },
  {
    pattern: /([\w.]+)\s+is\s+(?:null|None)\b/gi,
    why: 'Whether a value is there is asked by `exists`.',
    written: (name = '') => `not (${name} exists)`,
  },
  {
    pattern: /\b(?:inner\s+|left\s+)?join\s+(\w)(\w*)\s+on\s+(\w+)/gi,
    why: 'A join names the record that it adds, and its key by `by`.',
    written: (first = '', rest = '', key = '') => `join ${first} in ${first}${rest} by ${key}`,
  },
  {
    pattern: /\bcount\(\s*\*\s*\)/gi,
    why: 'Rows are counted by `count()`, those of a stream by `count(events)`.',
    written: () => 'count()',
  },
  { pattern: /\bselect\s+\*/gi, why: 'A stream has all its columns without it.', written: () => '' },
  {
    pattern: /\bin\s*\(([^()]*,[^()]*)\)/gi,
    why: 'A list stands in square brackets.',
    written: (items = '') => `in [${items}]`,
  },
  { pattern: /\s+asc\b/gi, why: 'The smallest comes first, unless `desc` follows.', written: () => '' },
  { pattern: /\/\/(.*)/g, why: 'A comment begins with `#`.', written: (comment = '') => `#${comment}` },
  { pattern: /\/\*.*?\*\/\s?/g, why: 'A comment begins with `#` and ends with its line.', written: () => '' },
]

/** How far from where a statement halts its text is looked at. */
const [before, behind] = [120, 240]

/** The habit of another language that a statement halts by, or undefined. */
export function habitOf(halted: Halted): Diagnostic | undefined {
  const { text, tokens, at } = halted
  const [first, last, token] = [tokens[0], tokens.at(-1), tokens[at] ?? tokens.at(-1)]
  if (first === undefined || last === undefined || token === undefined) return undefined
  const quoted = tokens.filter((each) => isA(each, t.StringToken)).map(spanOfToken)
  const place = { start: first.startOffset, at: token.startOffset, end: spanOfToken(last).end, quoted }
  const isNear = place.at - place.start <= before
  return (
    (isNear ? firstOf(statementHabits, text, { ...place, from: place.start }) : undefined) ??
    firstOf(placeHabits, text, { ...place, from: isNear ? place.start : place.at - before }) ??
    capitals(halted)
  )
}

interface Place {
  readonly from: number
  /** Where the statement halts. */
  readonly at: number
  readonly end: number
  /** Texts in quotes: `"root://…"` has no comment. */
  readonly quoted: readonly Span[]
}

function firstOf(habits: readonly Habit[], text: string, { from, at, end, quoted }: Place): Diagnostic | undefined {
  const near = text.slice(from, Math.min(end, at + behind))
  for (const { pattern, why, written } of habits) {
    for (const match of near.matchAll(pattern)) {
      const span = { start: from + match.index, end: from + match.index + match[0].length }
      if (at < span.start || at > span.end) continue
      if (quoted.some(({ start, end: close }) => start < span.start && span.start < close)) continue
      const by = written(...match.slice(1))
      const found = match[0].trim()
      return syntaxError('S021', span, {
        found,
        why,
        fix: by === null ? null : { written: by, edits: [{ span, text: by }] },
      })
    }
  }
  return undefined
}

/** `FROM events WHERE …`: more than one word in capitals. */
function capitals({ text, tokens, at }: Halted): Diagnostic | undefined {
  const shouted = tokens.filter(
    (token) =>
      isA(token, t.Name) &&
      /^[A-Z]{2,}$/.test(token.image) &&
      t.reservedWords.some((word) => word === token.image.toLowerCase()),
  )
  const [first] = shouted
  if (first === undefined || shouted.length < 2 || !shouted.some((token) => token === tokens[at])) return undefined
  const edits = shouted.map((token) => ({ span: spanOfToken(token), text: token.image.toLowerCase() }))
  const written = edits.map((edit) => edit.text).join(' … ')
  const { start, end } = spanOfToken(first)
  return syntaxError(
    'S021',
    { start, end },
    {
      found: text.slice(start, end),
      why: 'The words of the language are in small letters.',
      fix: { written, edits },
    },
  )
}

function whereOf(condition: string): string {
  return condition === '' ? '' : ` where ${condition}`
}
