import type { Expr, Plan } from '../../dsl/ir/plan.ts'
import { createLocalBackend } from '../../runtime/local/backend.ts'

/** A histogram over the sum of all columns of a file, with 450 MB; prints the most memory that the process had, in bytes. */
const [, , path = ''] = process.argv
const signal = new AbortController().signal
await using backend = createLocalBackend({ threads: 2, memoryBytes: 450e6 })
const dataset = await backend.open({ path, folder: '/', timeDeclared: false }, signal)
const type = { kind: 'number', repr: 'float64', unit: null } as const
const columns = ['E', 'x', 'y', 'z', 'q', 'u', 'v', 'w'].map((name): Expr => ({
  kind: 'column',
  row: 'row',
  name,
  type,
  missing: false,
}))
const value = columns.reduce((left, right): Expr => ({
  kind: 'call',
  fn: 'add',
  args: [left, right],
  type,
  missing: false,
}))
const plan: Plan = { op: 'scan', dataset: dataset.key, schema: dataset.schema }
const axis = { value, label: 'sum', edges: [0, 1, 2, 3, 4, 5, 6, 7, 8], bins: 8, step: null }
const datasets = new Map([[dataset.key, dataset]])
await backend.run(
  { kind: 'hist', plan, axes: [axis], weight: null },
  { datasets, limit: 0, signal, progress: () => {} },
)
console.log(process.resourceUsage().maxRSS * 1024)
