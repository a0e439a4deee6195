import { readdirSync } from 'node:fs'
import { describe, expect, test } from 'vitest'
import { calls } from '../../dsl/assist/words.ts'
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
import { functionCells, opening, stageCells } from './cells.ts'
import { catalog, data } from './data.ts'
import { answerText, plansText } from './text.ts'

const limit = 100
const cells = { ...stageCells, ...functionCells }

function queriesOf(cell: string): readonly BackendQuery[] {
  const first = compile(opening, { cell: 1, names: new Map(), catalog })
  const { statements, diagnostics } = compile(cell, { cell: 2, names: first.names, catalog })
  expect([...first.diagnostics, ...diagnostics].filter(({ severity }) => severity === 'error')).toEqual([])
  return statements.flatMap((each) => (each.kind === 'query' && isRun(each.query) ? [each.query] : []))
}

function isRun(query: Query): query is BackendQuery {
  return query.kind !== 'save' && query.kind !== 'handOver'
}

async function engine(query: BackendQuery): Promise<unknown> {
  const signal = new AbortController().signal
  const { notes: _, ...result } = await execute(query, memoryExecutor(data), { limit, signal })
  return plainResult(result)
}

/** The text of a golden file: the definition's answers, after the engine has given the same by either plan. */
async function goldenText(cell: string): Promise<string> {
  const parts = [`${cell}\n`]
  for (const query of queriesOf(cell)) {
    const better = optimizedQuery(query) as BackendQuery
    const naive = evaluate(query, data)
    const expected = plainNaive(naive, limit)
    expect(await engine(query)).toEqual(expected)
    expect(await engine(better)).toEqual(expected)
    parts.push(plansText(query, better), answerText(naive, expected))
  }
  return parts.join('\n')
}

describe('by definition and by the engine, as it was when it was last read over', () => {
  test.each(Object.entries(cells))('%s', async (name, cell) => {
    await expect(await goldenText(cell)).toMatchFileSnapshot(`${name}.txt`)
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

function isFirst(name: string, at: number, all: readonly string[]): boolean {
  return all.indexOf(name) === at
}
