import { readFileSync } from 'node:fs'
import type { Names } from '../../../dsl/check/bound.ts'
import { compile } from '../../../dsl/compile.ts'
import type { Diagnostic } from '../../../dsl/ir/diagnostic.ts'
import { diagnose } from '../../../dsl/ir/name-messages.ts'
import { library } from '../check/library.ts'
import { habits } from './habit-examples.ts'
import { examples, opening, refused } from './message-examples.ts'

const catalog = { ...library, rate: () => 1000 }

function namesBefore(): Names {
  const first = compile(opening, { cell: 1, names: new Map(), catalog })
  if (first.diagnostics.length > 0) throw new Error(first.diagnostics.map(({ message }) => message).join('\n'))
  return compile(refused, { cell: 2, names: first.names, catalog }).names
}

const names = namesBefore()

/** All that is said of a cell behind the opening. */
export function said(cell: string): readonly Diagnostic[] {
  return compile(cell, { cell: 3, names, catalog }).diagnostics
}

/** A cell with a fix applied. */
export function applied(cell: string, { fix }: Diagnostic): string {
  return (fix?.edits ?? [])
    .toSorted((left, right) => right.span.start - left.span.start)
    .reduce((text, { span, text: by }) => text.slice(0, span.start) + by + text.slice(span.end), cell)
}

/** What the command or the kernel tells when it runs a cell that checks. */
const whenRun = diagnose('S190', { start: 0, end: 0 }, { construct: '`use spark`' })

/** `docs/messages.md`, made of the tables of messages: every text is what its example is told. */
export function messagesPage(): string {
  return [
    '# Messages\n\n',
    '<!-- Made by `vitest run test/unit/docs --update` from the tables of messages. -->\n\n',
    'A code never changes its meaning. An example stands behind these cells:\n\n',
    `\`\`\`\n${opening}\n\`\`\`\n\n`,
    'Where a way out is named, the notebook applies it by a click. One error is told for each statement, the first.\n\n',
    ...part('Syntax', /^S0/),
    ...part('Names, kinds, units and types', /^S1/),
    '| `S190` | `use spark(executors: 4)` | ',
    `${inTable(whenRun.message)} (when the cell runs) | |\n\n`,
    ...part('Warnings', /^W/),
    '\n## Files, data and running\n\n| code | |\n|---|---|\n',
    ...runtimeCodes().map(([code, text]) => `| \`${code}\` | ${text} |\n`),
    '\n## Habits from ROOT, SQL, Python and elsewhere\n',
    ...(['ROOT and C++', 'SQL', 'Python', 'notebooks and typography'] as const).map(habitsPart),
  ].join('')
}

function part(title: string, codes: RegExp): readonly string[] {
  const rows = Object.entries(examples)
    .filter(([code]) => codes.test(code))
    .toSorted(([left], [right]) => (left < right ? -1 : 1))
  return [
    `## ${title}\n\n| | for example | message | way out |\n|---|---|---|---|\n`,
    ...rows.map(([code, cell]) => {
      const [first] = said(cell)
      return `| \`${code}\` | ${cellInTable(cell)} | ${inTable(first?.message ?? '')} | ${inTable(first?.fix?.text ?? '')} |\n`
    }),
    codes.test('S1') ? '' : '\n',
  ]
}

function habitsPart(from: (typeof habits)[number]['from']): string {
  const rows = habits.filter((habit) => habit.from === from)
  return [
    `\n### ${from}\n\n| written | here | why |\n|---|---|---|\n`,
    ...rows.map(({ cell }) => {
      const [first] = said(cell)
      if (first === undefined) return `| ${cellInTable(cell)} | the same | |\n`
      const here = first.fix === null ? '' : cellInTable(applied(cell, first))
      return `| ${cellInTable(cell)} | ${here} | \`${first.code}\` ${inTable(first.message)} |\n`
    }),
  ].join('')
}

/** Long examples are shown by their beginning and end; a line break as a sign, since a table has none. */
function cellInTable(cell: string): string {
  if (cell === '') return 'nothing'
  const short = cell.length > 200 ? `${cell.slice(0, 16)} … ${cell.slice(-8)}` : cell
  return `\`${short.replaceAll('\n', ' ⏎ ').replaceAll('|', '\\|')}\``
}

function inTable(text: string): string {
  return text.replaceAll(/\s+/g, ' ').replaceAll('|', '\\|')
}

/** The codes of failures with what is said of each where they are defined. */
function runtimeCodes(): readonly (readonly [string, string])[] {
  const source = readFileSync(new URL('../../../runtime/errors.ts', import.meta.url), 'utf8')
  return [...source.matchAll(/\/\*\* (.*?) \*\/\n\s+\| '([DR]\d{3})'/g)].map(([, text = '', code = '']) => [code, text])
}
