// The two contenders of Sift in `scattered.py`: node bench/scattered.ts reader|query EVENTS.root WANTED
import { readFileSync } from 'node:fs'
import path from 'node:path'
import type { Data } from 'apache-arrow'
import { openSession } from '../kernel/open-session.ts'
import { openFile } from '../runtime/formats/index.ts'
import type { Result } from '../runtime/ports/backend.ts'

const [mode, events = '', wanted = ''] = process.argv.slice(2)
const turns = 6

/** All columns of the entries, summed. */
async function readerPass(entries: readonly number[]): Promise<number> {
  await using source = await openFile(events, { tree: 'Rec' })
  const columns = ['time', 'charge', 'pmt', 'E', 'id']
  const cancel = { aborted: false, throwIfAborted: () => {} }
  let total = 0
  for await (const batch of source.scan({
    columns,
    start: 0,
    end: source.rows,
    rows: entries,
    batchRows: 65_536,
    cancel,
  })) {
    for (const column of batch.data.children) total += sumOf(column)
  }
  return total
}

function sumOf({ values, children }: Data): number {
  if (children[0] !== undefined) return sumOf(children[0])
  let total = 0
  if (values instanceof BigInt64Array) for (const value of values) total += Number(value)
  else for (let at = 0; at < values.length; at++) total += values[at]
  return total
}

async function best(pass: () => Promise<number>): Promise<void> {
  const times: number[] = []
  const work: number[] = []
  let total = 0
  for (let turn = 0; turn < turns; turn++) {
    const start = performance.now()
    const used = process.cpuUsage()
    total = await pass()
    times.push(performance.now() - start)
    const { user, system } = process.cpuUsage(used)
    work.push((user + system) / 1e3)
  }
  console.log(JSON.stringify([Math.min(...times.slice(1)), Math.min(...work.slice(1)), total]))
}

async function query(): Promise<void> {
  await using opened = openSession({ threads: null, memoryBytes: null })
  const text = `from "${path.resolve(wanted)}"
  join p in "${path.resolve(events)}:Rec" by event
  select s = sum(p.time) + sum(p.charge) + sum(p.pmt) + p.E + p.id
  group by one = 1: total = sum(s)`
  await best(async () => {
    let total = Number.NaN
    await opened.session.run(
      { text, number: 1 },
      {
        signal: new AbortController().signal,
        limit: 10,
        emit: (output) => {
          if (output.kind === 'problem') throw new Error(JSON.stringify(output.problem))
          if (output.kind === 'result' && output.result.kind === 'table') total = Number(totalOf(output.result))
        },
      },
    )
    return total
  })
}

function totalOf({ batches }: Extract<Result, { kind: 'table' }>): unknown {
  return batches[0]?.getChild('total')?.get(0)
}

await (mode === 'reader' ? best(() => readerPass(JSON.parse(readFileSync(wanted, 'utf8')) as number[])) : query())
