import { readdirSync } from 'node:fs'
import { describe, expect, test } from 'vitest'
import { calls, words } from '../../dsl/assist/words.ts'
import { compile } from '../../dsl/compile.ts'
import { rowFunctions } from '../../dsl/functions/index.ts'
import type { Query } from '../../dsl/ir/plan.ts'
import { optimizedQuery } from '../../dsl/optimize/optimize.ts'
import { verbs } from '../../dsl/stages/index.ts'
import { execute } from '../../runtime/engine/index.ts'
import { evaluate } from '../../runtime/naive/evaluate.ts'
import type { BackendQuery } from '../../runtime/ports/backend.ts'
import { memoryExecutor } from '../support/memory-executor.ts'
import { plainNaive, plainResult } from '../support/plain-result.ts'
import { functionCells, opening, stageCells, statementCells, workedOut } from './cells.ts'
import { catalog, data } from './data.ts'
import { answerText, plansText } from './text.ts'

const limit = 100
const cells = { ...stageCells, ...statementCells, ...functionCells }

function queriesOf(cell: string): readonly BackendQuery[] {
  const first = compile(opening, { cell: 1, names: new Map(), catalog })
  const { statements, diagnostics } = compile(cell, { cell: 2, names: first.names, catalog })
  expect([...first.diagnostics, ...diagnostics].filter(({ severity }) => severity === 'error')).toEqual([])
  return statements.flatMap((each) => (each.kind === 'query' ? [asked(each.query)] : []))
}

/** What is saved are the rows of a table. */
function asked(query: Query): BackendQuery {
  return query.kind === 'save' || query.kind === 'handOver' ? { kind: 'table', plan: query.plan } : query
}

/** Of an explanation what does not come from files. */
async function engine(query: BackendQuery): Promise<unknown> {
  if (query.kind === 'explain') return query
  const signal = new AbortController().signal
  const { notes: _, ...result } = await execute(query, memoryExecutor(data), { limit, signal })
  return plainResult(result)
}

/** The text of a golden file: the definition's answers, after the engine has given the same by either plan. */
async function goldenText(name: string, cell: string): Promise<string> {
  const parts = [`${cell}\n`]
  for (const query of queriesOf(cell)) {
    const better = optimizedQuery(query) as BackendQuery
    const naive = evaluate(query, data)
    const expected = plainNaive(naive, limit)
    expect(await engine(query)).toEqual(expected)
    expect(await engine(better)).toEqual(expected)
    parts.push(plansText(query, better), answerText(naive, expected))
  }
  if (name in statementCells || workedOut.has(name)) parts.push('The rows were worked out by hand.\n')
  return parts.join('\n')
}

describe('by definition and by the engine, as it was when it was last read over', () => {
  test.each(Object.entries(cells))('%s', async (name, cell) => {
    await expect(await goldenText(name, cell)).toMatchFileSnapshot(`${name}.txt`)
  })
})

test('every verb of a stage and every function has its file, and no other is there', () => {
  const stages = verbs.flatMap(({ name }) => name.split(', '))
  const functions = [...rowFunctions.values()].flatMap(({ name, signature }) => (signature === undefined ? [] : [name]))
  expect(Object.keys(stageCells).toSorted()).toEqual(['keep', ...stages].filter(isFirst).toSorted())
  expect(Object.keys(functionCells).toSorted()).toEqual(
    [...Object.keys(calls), ...functions].filter(isFirst).toSorted(),
  )
  const files = readdirSync(import.meta.dirname).filter((file) => file.endsWith('.txt'))
  expect(files.toSorted()).toEqual(
    Object.keys(cells)
      .map((name) => `${name}.txt`)
      .toSorted(),
  )
})

test('every word of the language occurs in a cell', () => {
  const text = Object.values(cells).join('\n')
  const unseen = Object.keys(words).filter((word) => !new RegExp(`\\b${word}\\b`).test(text))
  // `use` asks nothing; `false` is `not true`.
  expect(unseen).toEqual(['use', 'false'])
})

function isFirst(name: string, at: number, all: readonly string[]): boolean {
  return all.indexOf(name) === at
}
