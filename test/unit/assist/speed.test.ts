import { expect, test } from 'vitest'
import type { Names } from '../../../dsl/check/bound.ts'
import { type AssistContext, complete, contextOf, hover } from '../../../dsl/assist/index.ts'
import { compile, type CompileOptions } from '../../../dsl/compile.ts'
import { parse } from '../../../dsl/parse/parse.ts'
import { library } from '../check/library.ts'
import { corpus } from '../parse/corpus.ts'

/** Each worked cell as it is written in a notebook that has run the cells before it. */
const cells = (() => {
  let names: Names = new Map()
  return corpus.map(({ title, text }, at) => {
    const options: CompileOptions = { cell: at + 1, names, catalog: library }
    names = compile(text, options).names
    return { title, text, options }
  })
})()

const boundaries = cells.flatMap((cell) =>
  parse(cell.text).tokens.flatMap(({ kind, span }) => (kind === 'comment' ? [] : { ...cell, offset: span.start })),
)

/**
 * The least time of some runs, ms. Where that is long because the machine is busy elsewhere, it is the time of the
 * processor that counts: that of one run is too short for its clock.
 */
function least(work: () => void, bound: number): number {
  let time = Infinity
  for (let run = 0; run < 3 && time >= bound; run++) {
    const start = performance.now()
    work()
    time = Math.min(time, performance.now() - start)
  }
  return time < bound ? time : Math.min(time, ofProcessor(work), ofProcessor(work), ofProcessor(work))
}

function ofProcessor(work: () => void): number {
  const before = process.threadCpuUsage()
  for (let run = 0; run < 10; run++) work()
  const { user, system } = process.threadCpuUsage(before)
  return (user + system) / 10_000
}

/** What takes longer than it may, each with its time, the first runs left out: they compile the code. */
function slow(
  ask: (text: string, offset: number, context: AssistContext) => unknown,
  bound: number,
): readonly string[] {
  const times = boundaries.map(({ title, text, offset, options }) => {
    const time = least(() => ask(text, offset, contextOf(compile, options)), bound)
    return { time, where: `${title}: ${text.slice(Math.max(0, offset - 20), offset)}` }
  })
  const ordered = times.map(({ time }) => time).toSorted((left, right) => left - right)
  const [median, slowest] = [ordered[ordered.length >> 1] ?? 0, ordered.at(-1) ?? 0]
  console.log(`${ask.name}: ${times.length} places, median ${median.toFixed(2)} ms, slowest ${slowest.toFixed(1)} ms`)
  return times.flatMap(({ time, where }) => (time < bound ? [] : [`${where} ${time.toFixed(1)} ms`]))
}

test('completions at each token boundary of the worked cells take under 10 ms, the whole check in them', () => {
  expect(slow(complete, 10)).toEqual([])
})

test('so does the explanation of each word', () => {
  expect(slow(hover, 10)).toEqual([])
})

test('each worked cell becomes a plan in under 5 ms', () => {
  const times = cells.map(({ title, text, options }) => ({ title, time: least(() => compile(text, options), 5) }))
  expect(times.filter(({ time }) => time >= 5)).toEqual([])
})
