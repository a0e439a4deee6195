import { expect, test } from 'vitest'
import { compile } from '../../dsl/compile.ts'
import type { Catalog } from '../../dsl/check/scope.ts'
import type { Query } from '../../dsl/ir/plan.ts'
import { optimizedQuery } from '../../dsl/optimize/optimize.ts'
import { events, eventsSchema } from '../unit/naive/build.ts'
import { definition, engineAnswer } from './answers.ts'

const schema = eventsSchema()
const catalog: Catalog = { dataset: ({ path }) => ({ key: path, schema, events: [] }) }
const data = new Map([['ev', { ...events({ t: 0, entry: 0, E: 1, n: 3 }, { t: 5, entry: 1, E: 2, n: 4 }), schema }]])

function queryOf(cell: string): Extract<Query, { kind: 'table' }> {
  const { statements, diagnostics } = compile(cell, { cell: 1, names: new Map(), catalog })
  expect(diagnostics.filter(({ severity }) => severity === 'error')).toEqual([])
  const [statement] = statements
  return tableOf(statement?.kind === 'query' ? statement.query : undefined)
}

function tableOf(query: Query | undefined): Extract<Query, { kind: 'table' }> {
  if (query?.kind !== 'table') throw new Error('the cell asks for no rows')
  return query
}

test.each([
  ['ten thousand conditions', `from "ev" where E > 1${' and n > 3'.repeat(10_000)}`],
  ['ten thousand alternatives', `from "ev" where E > 7${' or n > 3'.repeat(10_000)}`],
  ['a deep sum', `from "ev" where E${' + 1'.repeat(450)} > 451`],
  ['a deep negation', `from "ev" where ${'not '.repeat(450)}(n > 3)`],
  ['hundreds of stages', `from "ev"${' where n > 3'.repeat(400)}`],
])('%s give the same rows everywhere', async (_, cell) => {
  const query = queryOf(cell)
  const expected = definition(query, data)
  const way = { cuts: [], workers: 1 }
  expect(await engineAnswer(query, data, way)).toEqual(await expected)
  expect(await engineAnswer(tableOf(optimizedQuery(query)), data, way)).toEqual(await expected)
  expect(await expected).toMatchObject({ result: { rows: [expect.anything()] } })
})
