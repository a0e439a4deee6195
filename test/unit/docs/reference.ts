import { calls, words } from '../../../dsl/assist/words.ts'
import { rowFunctions } from '../../../dsl/functions/index.ts'
import { storageUnit, unitNames, unitText } from '../../../dsl/ir/units.ts'
import { verbs } from '../../../dsl/stages/index.ts'

/** The parts of the language's page that are made of the tables of the language, by name. */
const parts: Readonly<Record<string, () => string>> = { words: wordsPart, functions: functionsPart }

/** A page with its generated parts made anew. */
export function renewed(page: string): string {
  return page.replaceAll(
    /(<!-- generated: (\w+) -->\n)[\s\S]*?(<!-- end -->)/g,
    (_, open: string, name: string, end: string) => {
      return `${open}${parts[name]?.() ?? ''}${end}`
    },
  )
}

function wordsPart(): string {
  const stages = new Set(verbs.flatMap(({ name }) => name.split(', ')))
  const rest = Object.keys(words).filter((word) => !stages.has(word))
  return [
    '\nStages of a pipeline:\n\n',
    table(
      'stage',
      [...stages].map((verb) => row(verb, words[verb])),
    ),
    '\nStatements and the words of clauses:\n\n',
    table(
      'word',
      rest.map((word) => row(word, words[word])),
    ),
    '\n',
  ].join('')
}

function functionsPart(): string {
  const scalar = [...rowFunctions.values()].filter(({ signature }) => signature !== undefined)
  return [
    '\nAggregates, and functions of streams, rows and vectors:\n\n',
    table(
      'function',
      Object.entries(calls).map(([name, doc]) => row(name, doc)),
    ),
    '\nFunctions of numbers:\n\n',
    '| function | |\n|---|---|\n',
    ...scalar.map(({ name, doc }) => `| \`${name}\` | ${doc} |\n`),
    '\nUnits, and what quantities made of literals alone are stored in:\n\n',
    '| stored in | units |\n|---|---|\n',
    ...unitsByStorage().map(([stored, names]) => `| ${stored} | ${names.map((name) => `\`${name}\``).join(' ')} |\n`),
    '\n',
  ].join('')
}

function unitsByStorage(): readonly (readonly [string, readonly string[]])[] {
  const stored = (name: (typeof unitNames)[number]): string => unitText(storageUnit([{ name, power: 1 }])) ?? ''
  return [...new Set(unitNames.map(stored))].map((unit) => [unit, unitNames.filter((name) => stored(name) === unit)])
}

interface Doc {
  readonly doc: string
  readonly example: string
}

function table(title: string, rows: readonly string[]): string {
  return `| ${title} | | for example |\n|---|---|---|\n${rows.join('')}`
}

function row(name: string, told: Doc | undefined): string {
  const example = (told?.example ?? '').replaceAll(/\s+/g, ' ').replaceAll('|', '\\|')
  return `| \`${name}\` | ${told?.doc ?? ''} | \`${example}\` |\n`
}
