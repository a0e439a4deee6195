import { compile } from '../dsl/compile.ts'
import type { Names } from '../dsl/check/bound.ts'
import { optimizedQuery } from '../dsl/optimize/optimize.ts'
import { library } from '../test/unit/check/library.ts'
import { corpus } from '../test/unit/parse/corpus.ts'

/** Prints how long the slowest worked cell of the language page takes from text to plan, ms: the median of some compilations. */
const rounds = 9

function median(values: readonly number[]): number {
  return values.toSorted((a, b) => a - b)[Math.floor(values.length / 2)] ?? Number.NaN
}

let names: Names = new Map()
const times: number[] = []
for (const [at, { text }] of corpus.entries()) {
  const took: number[] = []
  let next = names
  for (let round = 0; round < rounds; round++) {
    const start = performance.now()
    const compilation = compile(text, { cell: at + 1, names, catalog: library })
    for (const statement of compilation.statements) if (statement.kind === 'query') optimizedQuery(statement.query)
    took.push(performance.now() - start)
    next = compilation.names
  }
  names = next
  times.push(median(took))
}
console.log(JSON.stringify({ ms: Math.max(...times), found: corpus.length }))
