import { isDeepStrictEqual } from 'node:util'
import fc from 'fast-check'
import { expect, test } from 'vitest'
import { compile } from '../../dsl/compile.ts'
import type { BackendQuery } from '../../runtime/ports/backend.ts'
import { cellOf } from '../support/plan-cell.ts'
import { definition } from './answers.ts'
import { catalog } from './compiled.ts'
import { randomData } from './random-data.ts'
import { randomQuery } from './random-plan.ts'
import { Tape } from './tape.ts'

const decisions = fc.array(fc.nat({ max: 65535 }), { maxLength: 300, size: 'max' })

/** The names of things, and types: a random plan has other ones than its text. */
const names = new Set(['text', 'label', 'cut', 'source', 'name', 'schema', 'type'])

/** @param isRounded random plans compute in float64, with -0, where the compiler keeps whole numbers whole */
function bare(value: unknown, isRounded = false): unknown {
  if (isRounded && typeof value === 'number') return value + 0
  if (isRounded && typeof value === 'string') return /^-?\d+$/.test(value) ? Number(value) + 0 : value
  if (Array.isArray(value)) return value.map((part) => bare(part, isRounded))
  if (typeof value !== 'object' || value === null) return value
  const parts = Object.entries(value).filter(([name]) => !names.has(name))
  return Object.fromEntries(parts.map(([name, part]) => [name, bare(part, isRounded)]))
}

function resultOf(answer: unknown): unknown {
  return typeof answer === 'object' && answer !== null && 'result' in answer ? answer.result : answer
}

test('the cell of a random query is Sift, and what it compiles to has the answer of the query', async () => {
  const told = { gaps: 0, refused: 0, same: 0, rounded: 0 }
  await fc.assert(
    fc.asyncProperty(decisions, decisions, async (plan, stream) => {
      const query = randomQuery(new Tape(plan))
      const { text, gaps } = cellOf(query)
      if (gaps.length > 0) return void told.gaps++
      const { statements, diagnostics } = compile(text, { cell: 1, names: new Map(), catalog })
      const error = diagnostics.find(({ severity }) => severity === 'error')
      // What may be missing or has another unit is refused by the checker, in text that reads well.
      if (error !== undefined) {
        if (error.code.startsWith('S0')) throw new Error(`${text}\n${error.code} ${error.message}`)
        return void told.refused++
      }
      const compiled = statements.flatMap((each) => (each.kind === 'query' ? [each.query as BackendQuery] : []))
      expect(compiled).toHaveLength(1)
      const data = randomData(new Tape(stream), 8)
      const [expected, found] = [await definition(query, data), await definition(compiled[0]!, data)].map(resultOf)
      if (isDeepStrictEqual(bare(found), bare(expected))) return void told.same++
      // Automatic edges go by the type of what is binned.
      if (query.kind === 'hist' && query.axes.some(({ edges }) => edges === null)) return void told.rounded++
      told.rounded++
      expect({ text, answer: bare(found, true) }).toEqual({ text, answer: bare(expected, true) })
    }),
    { numRuns: 1200, seed: 20260101 },
  )
  expect(told.same).toBeGreaterThan(200)
  expect(told.rounded).toBeLessThan(20)
}, 120_000)

test('a stage without words stands as a comment in its place', () => {
  const schema = { stream: 'events', columns: [], key: '', references: [''], roles: [] } as const
  const scan = { op: 'scan', dataset: 'events', schema } as const
  const plan = {
    op: 'take',
    input: { op: 'renumber', input: scan, columns: ['file'], files: [1, 0] },
    count: 2,
  } as const
  expect(cellOf({ kind: 'table', plan })).toEqual({
    text: 'from "events"\n  # no words for: other file numbers, [1, 0]\n  take 2',
    gaps: ['other file numbers, [1, 0]'],
  })
})
