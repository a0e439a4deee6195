import type { Option, State } from './automaton.ts'
import { type StageWord, stageWords, statementWords, wordOf } from './tokens.ts'
import * as t from './tokens.ts'

/** At most so many ways to go on are told; a longer list helps nobody. */
const mostTold = 6

/** What may stand at a point of a statement, in words: "a stage such as `where`, `,` or an operator such as `+`". */
export function expectedAt(state: State): string {
  const phrases = new Map<string, number>()
  for (const option of state.options) {
    const told = phraseOf(option)
    if (told !== undefined) phrases.set(told.text, Math.min(told.rank, phrases.get(told.text) ?? Infinity))
  }
  const ordered = [...phrases].toSorted(([, a], [, b]) => a - b).map(([text]) => text)
  if (state.canEnd && ordered.length < mostTold) ordered.push('the end of the statement')
  return listed(ordered.slice(0, mostTold))
}

interface Phrase {
  readonly text: string
  /** What only fits here is told first. */
  readonly rank: number
}

function phraseOf(option: Option): Phrase | undefined {
  if (folded.has(option.type)) return undefined
  const word = wordOf(option.type)
  if (word !== undefined) return phraseOfWord(word, option)
  const [rule] = option.rules()
  if (option.type === t.Name || option.type === t.MicroSecond) return phraseOfName(option)
  if (option.type === t.Def) return { text: 'a definition `name = …`', rank: 3 }
  if (comparisons.has(option.type)) return { text: 'a comparison such as `>`', rank: 6 }
  if (rule !== 'signed' && arithmetic.has(option.type)) return { text: 'an operator such as `+`', rank: 7 }
  if (option.type === t.AndAnd || option.type === t.OrOr) return undefined
  if (rule === 'index' || rule === 'member') return undefined
  // A name may be called nearly everywhere; it is told where it must be.
  if (rule === 'argList') return option.rules()[1] === 'save' ? { text: '`(`', rank: 1 } : undefined
  if (option.type === t.StringToken && rule === 'save') return { text: 'a path in quotes', rank: 2 }
  if (starters.has(option.type)) return valueIn(option)
  return { text: `\`${option.type.LABEL ?? option.type.name}\``, rank: 1 }
}

function phraseOfWord(word: string, option: Option): Phrase | undefined {
  const [rule] = option.rules()
  if (isStageWord(word) && !(word === 'where' && rule !== 'where')) return { text: 'a stage such as `where`', rank: 3 }
  if (word === 'where') return { text: 'a condition `where …`', rank: 3 }
  if (statements.has(word)) return { text: 'a statement such as `show`', rank: 3 }
  if (windows.has(word)) return { text: 'a window such as `within 1 ms after …`', rank: 4 }
  if (rule === 'quantifier') return { text: '`first`, `last`, `nearest` or `each`', rank: 4 }
  if (rule === 'comparison') return { text: 'a comparison such as `>`', rank: 6 }
  if (word === 'not' || word === 'true' || word === 'false') return valueIn(option)
  if (word === 'this') return rule === 'literal' ? undefined : { text: '`this`', rank: 4 }
  return { text: `\`${word}\``, rank: word === 'and' ? 5 : word === 'or' ? 5.5 : 2 }
}

const names: Readonly<Record<string, string>> = {
  binding: 'a new name',
  namedItem: 'a value',
  candidates: 'a name for the role',
  join: 'a name for the joined rows',
  member: 'the name of a column',
  path: 'a name',
  unitPower: 'a unit such as `MeV`',
  use: 'a backend such as `local`',
  save: 'a target such as `sniper("job.py")`',
  fn: 'a name for the function',
  param: 'a name for the parameter',
  parameter: 'the name of a parameter',
  target: 'a stream such as `events`',
  bins: 'a number of bins',
}

function phraseOfName(option: Option): Phrase | undefined {
  const [rule = ''] = option.rules()
  if (rule === 'label') return undefined
  if (rule === 'call') return valueIn(option)
  return { text: names[rule] ?? 'a name', rank: 2 }
}

/** A value, by what it is for: a stream, a time, a number of bins. */
function valueIn(option: Option): Phrase {
  const rules = option.rules()
  const rule = rules.find((each) => each === 'source' || purposes[each] !== undefined) ?? ''
  if (rule !== 'source') return { text: purposes[rule] ?? 'a value', rank: 2 }
  return option.type === t.StringToken
    ? { text: 'a path in quotes', rank: 2.5 }
    : { text: 'a stream such as `events`', rank: 2 }
}

/** Rules whose values have one purpose; `expr` and `args` begin a value that may be anything. */
const purposes: Readonly<Record<string, string>> = {
  expr: 'a value',
  args: 'a value',
  within: 'a time such as `1 ms`',
  shift: 'a time such as `1 s`',
  bins: 'a number of bins',
  take: 'a number of rows',
  sample: 'a part such as `1 %`',
  range: 'a value',
  anchor: 'a role of the match',
}

const comparisons = new Set([t.EqualEqual, t.NotEqual, t.LessEqual, t.GreaterEqual, t.Less, t.Greater])
const arithmetic = new Set([t.Plus, t.Minus, t.Times, t.Divide, t.Power, t.Otherwise])
const starters = new Set([
  ...[t.Quantity, t.NumberToken, t.StringToken, t.Instant, t.Minus, t.Bang, t.LeftParen, t.LeftBracket],
])
const folded = new Set([t.FoldedExpr, t.FoldedArgs, t.FoldedItems, t.FoldedPipeline])
const statements: ReadonlySet<string> = new Set(statementWords)
const windows: ReadonlySet<string> = new Set(['within', 'between', 'during'])
const stages: ReadonlySet<string> = new Set(stageWords)

export function isStageWord(word: string): word is StageWord {
  return stages.has(word)
}

function listed(phrases: readonly string[]): string {
  if (phrases.length < 2) return phrases.join('')
  return `${phrases.slice(0, -1).join(', ')} or ${phrases.at(-1)}`
}
