import { expect, test } from 'vitest'
import type { Compiled } from '../../../dsl/compile.ts'
import type { Plan, Query } from '../../../dsl/ir/plan.ts'
import { togetherFrom } from '../../../kernel/together.ts'

const span = { start: 0, end: 0 }

function scan(dataset: string): Plan {
  return { op: 'scan', dataset, schema: { stream: 'table', columns: [], key: null, references: [], roles: [] } }
}

function asked(query: Query): Compiled {
  return { kind: 'query', query, span }
}

const table = (dataset: string): Compiled => asked({ kind: 'table', plan: scan(dataset) })
const described = (dataset: string): Compiled => asked({ kind: 'describe', name: dataset, plan: scan(dataset) })
const definition: Compiled = { kind: 'definition', name: 'x', type: 'events', span }
const use: Compiled = { ...definition, use: { backend: 'local', options: {} } }
const saved = asked({ kind: 'save', plan: scan('a'), path: 'a.csv', text: '' })
const explained = asked({ kind: 'explain', name: 'a', plan: scan('a'), text: '' })

function length(...statements: readonly Compiled[]): number {
  return togetherFrom(statements, 0).length
}

test('queries of the same files are run together, with the definitions between them', () => {
  expect(length(table('a'), described('a'))).toBe(2)
  expect(length(table('a'), definition, described('a'), definition)).toBe(4)
})

test('a query alone, or one of other files, is not', () => {
  expect(length(table('a'))).toBe(0)
  expect(length(table('a'), definition)).toBe(0)
  expect(length(table('a'), table('b'))).toBe(0)
  expect(length(table('a'), table('a'), table('b'), table('a'))).toBe(2)
})

test('what is saved or explained, and the choice of a backend, ends a group', () => {
  for (const end of [saved, explained, use]) expect(length(table('a'), table('a'), end, table('a'))).toBe(2)
  expect(length(definition, table('a'), table('a'))).toBe(0)
})
