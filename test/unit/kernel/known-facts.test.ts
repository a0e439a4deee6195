import { describe, expect, test } from 'vitest'
import type { Plan } from '../../../dsl/ir/plan.ts'
import { isUnchanged, KnownFacts } from '../../../kernel/known-facts.ts'
import type { CutflowRow, Result } from '../../../runtime/ports/backend.ts'
import type { DataFile, Dataset } from '../../../runtime/ports/dataset.ts'
import { plan as planOf, query as queryOf } from '../check/catalog.ts'

function file(path: string, rows: number, times: readonly (readonly [string, string])[] = []): DataFile {
  const reference = { kind: 'row', fileNumber: 0 } as const
  const blocks = times.map(([tFirst, tLast]) => ({ start: 0, end: rows, tFirst, tLast }))
  return { path, tree: null, bytes: 10 * rows, modifiedMs: 5, rows, reference, blocks }
}

function dataset(files: readonly DataFile[], ranges: Dataset['ranges'] = []): Dataset {
  const schema = { stream: 'events', columns: [], key: '', references: [''], roles: [] } as const
  const goodTime = { spans: [], approximate: true }
  return {
    key: 'a',
    path: 'run_*.parquet',
    schema,
    files,
    events: [],
    goodTime,
    history: { query: null, parents: [] },
    ranges,
  }
}

const times = [
  file('1.arrow', 30, [['100', '250']]),
  file('2.arrow', 12, [
    ['90', '120'],
    ['121', '1000'],
  ]),
]

describe('what files state', () => {
  test('their number, rows and ranges, and the first and last time of any format', () => {
    const facts = new KnownFacts(new Map([['a', dataset(times, [{ name: 'E', min: 0.5, max: 12 }])]]))
    expect(facts.dataset('a')).toEqual({
      path: 'run_*.parquet',
      files: 2,
      rows: 42,
      ranges: new Map<string, object>([
        ['t', { min: '90', max: '1000' }],
        ['E', { min: 0.5, max: 12 }],
      ]),
    })
    expect(facts.dataset('b')).toBeUndefined()
  })

  test('files are other ones when one is added, or written anew', () => {
    const [first = file('1', 1)] = times
    expect(isUnchanged(dataset(times), dataset(times))).toBe(true)
    expect(isUnchanged(dataset([first]), dataset(times))).toBe(false)
    expect(isUnchanged(dataset([first]), dataset([{ ...first, modifiedMs: 6 }]))).toBe(false)
  })
})

describe('what runs have counted', () => {
  /** The counts of the plans of texts, after a run. */
  function learned(text: string, result: Result, ...plans: readonly string[]) {
    const facts = new KnownFacts(new Map())
    facts.learn(queryOf(text), result)
    return plans.map((plan) => facts.counted(planOf(plan)))
  }

  const schema = planOf('from events') as Extract<Plan, { op: 'scan' }>

  test('a table its rows, for the same plan however it is written', () => {
    const result: Result = { kind: 'table', schema: schema.schema, rows: 7, batches: [] }
    const text = 'from events where E > 1 MeV'
    const same = ['from (from events) where E > 1 MeV', 'from events where low: 1000 keV < E']
    expect(learned(text, result, ...same, 'from events where E > 2 MeV')).toEqual([7, undefined, undefined])
    expect(learned(text, result, 'from events where low: E > 1 MeV')).toEqual([7])
  })

  test('a count, and nothing for what is computed from counts', () => {
    const number = (value: number): Result => {
      return { kind: 'number', text: '', type: { kind: 'number', repr: 'int64', unit: [] }, value }
    }
    expect(learned('show count(events)', number(9), 'from events')).toEqual([9])
    expect(learned('show count(events where E > 1 MeV)', number(3), 'from events')).toEqual([undefined])
    expect(learned('show count(events) / 2', number(9), 'from events')).toEqual([undefined])
  })

  test('a histogram: each row is in a bin or beside them', () => {
    const axes = [{ label: 'E', unit: 'MeV', edges: [0, 1, 2] }]
    const flows = { underflow: 1, overflow: 2, outside: 0, nan: 4 }
    const result: Result = { kind: 'hist', axes, counts: [10, 20], ...flows, sumw2: null }
    expect(learned('from events hist E over 0 .. 2 MeV bins 2', result, 'from events')).toEqual([37])
    const weighted = 'from events hist E over 0 .. 2 MeV bins 2 weight nhit'
    expect(learned(weighted, result, 'from events')).toEqual([undefined])
  })

  test('a cutflow: the rows behind each cut and each role of a match', () => {
    const row = (cut: string, sequential: number): CutflowRow => {
      return { cut, sequential, alone: null, nMinus1: null, efficiency: null, error: null }
    }
    const cut = 'from events where E > 1 MeV'
    const one = `${cut} match p with d within 1 ms after p`
    const match = `${one} without o in muons within 2 ms before p`
    const rows = [row('E > 1 MeV', 50), row('p', 40), row('d', 5), row('o', 3), row('late', 2)]
    const result: Result = { kind: 'cutflow', source: 'x', total: 100, rows }
    const text = `${match} where late: d.t > p.t`
    expect(learned(`cutflow (${text})`, result, cut, one, match, text)).toEqual([50, 5, 3, 2])
    // With lines that do not fit the plan nothing is known.
    expect(learned(`cutflow (${cut})`, result, cut)).toEqual([undefined])
  })

  test('until files change', () => {
    const facts = new KnownFacts(new Map())
    facts.count(schema, 5)
    facts.forget()
    expect(facts.counted(schema)).toBeUndefined()
  })
})
