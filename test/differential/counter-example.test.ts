import { expect, test } from 'vitest'
import type { NumberInput, Plan } from '../../dsl/ir/plan.ts'
import type { Scalar } from '../../dsl/ir/types.ts'
import { laws } from '../../dsl/optimize/index.ts'
import type { Law } from '../../dsl/optimize/law.ts'
import { reachOfOutput } from '../../runtime/engine/reach-of-output.ts'
import type { BackendQuery } from '../../runtime/ports/backend.ts'
import { call, column, filter, int64, match, measure, number, role, within } from '../unit/naive/build.ts'
import { engineAnswer, type Way } from './answers.ts'
import { counterExample, isCounterExample, type Engine } from './counter-example.ts'
import { epoch, randomData, schemas } from './random-data.ts'
import type { Case } from './shrink.ts'
import { Tape } from './tape.ts'

/** Numbers from a seed. */
function* numbers(seed: number): Generator<number> {
  for (let state = seed; ;) {
    state = (Math.imul(state, 1_103_515_245) + 12_345) & 0x7fffffff
    yield state >> 8
  }
}

/** The first of the random cases that an engine with a fault fails. */
async function firstFailing(engine: Engine, caseOf: (draw: (count: number) => Tape) => Case): Promise<Case> {
  const source = numbers(1)
  const draw = (count: number): Tape => new Tape(Array.from({ length: count }, () => source.next().value as number))
  for (let at = 0; at < 2000; at++) {
    const drawn = caseOf(draw)
    if (await isCounterExample(drawn, engine)) return drawn
  }
  throw new Error('the fault was not found')
}

/** Plain data with `>=` for every `>`. */
function widened(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(widened)
  if (typeof value !== 'object' || value === null) return value
  return Object.fromEntries(
    Object.entries(value).map(([name, part]) => [
      name,
      name === 'fn' && part === 'greater' ? 'greaterEqual' : widened(part),
    ]),
  )
}

const way: Way = { cuts: [4n, 9n, 15n].map((at) => epoch + at), interpreted: false, workers: 4 }
const events: Plan = { op: 'scan', dataset: 'events', schema: schemas.get('events')! }
const E = column('E')
const int16: Scalar = { kind: 'number', repr: 'int16', unit: [] }
const float32: Scalar = { kind: 'number', repr: 'float32', unit: [] }
const others: Plan = { op: 'scan', dataset: 'others', schema: schemas.get('others')! }

test('a reach that is one window too short is shown by a match of two events', async () => {
  const plan = match(
    { op: 'filter', input: events, where: { kind: 'bool', value: true }, label: 'fv', text: 'true' },
    'p',
    role('each', 'd', others, within(0, 4, 'after', 'p.')),
    role('without', 'o', events, within(0, 4, 'after', 'd.')),
    role('each', 'f', others, within(-2, 2, 'any', 'p.')),
  )
  const short: Engine = (query, data, own) =>
    engineAnswer(query, data, {
      ...own,
      reachOf: (output) => {
        const { before, after } = reachOfOutput(output)
        return { before, after: Math.max(0, after - 4) }
      },
    })
  const failing = await firstFailing(short, (draw) => {
    return { query: { kind: 'table', plan }, laws: [], way, data: randomData(draw(800), 10) }
  })
  expect(await counterExample(failing, short)).toMatchInlineSnapshot(`
    "The engine finds something else (made smaller in 14 steps of 71 tries).

    Cell
      stream1 = from "others"
      from "events"
        match p
          with each f in stream1 within 0 ns .. 2 ns of p

    Stream "events", good time none
      t  file  entry
      7     0      4

    Stream "others", good time none
      t  file  entry
      9     1      1

    Run as it is written, by generated code, 1 worker, whole

    Expected
      p.t  p.file  p.entry  f.t  f.file  f.entry
    >   7       0        4    9       1        1
    > 1 row

    Found
    > 0 rows"
  `)
})

test('a comparison that takes the bound in is shown by one condition and one row', async () => {
  const start: Plan = {
    op: 'define',
    input: { op: 'take', input: events, count: 9 },
    columns: [{ name: 'd', value: E }],
  }
  const burst: Plan = { op: 'burst', input: filter(start, call('less', column('E'), number(3))), atLeast: 1, within: 4 }
  const cut = call('and', call('greater', column('d'), number(1)), call('notEqual', column('n', int16), number(9)))
  const plan = filter(burst, call('or', cut, call('less', column('q', float32), number(-5))))
  const open: Engine = (query, data, own) => engineAnswer(widened(query) as BackendQuery, data, own)
  const failing = await firstFailing(open, (draw) => {
    return { query: { kind: 'cutflow', source: 'x', plan, by: null }, laws, way, data: randomData(draw(800), 10) }
  })
  expect(await counterExample(failing, open)).toMatchInlineSnapshot(`
    "The engine finds something else (made smaller in 14 steps of 49 tries).

    Cell
      stream1 = from "events"
        define d = E
        where d > 1
      cutflow stream1

    Stream "events", good time none
       t  file  entry  E
      11     1      5  1

    Run as it is written, by generated code, 1 worker, whole

    Expected
                   what  value
                  total      1
             rows.0.cut    cut
    > rows.0.sequential      0
    >      rows.0.alone      0
         rows.0.nMinus1      1
    > rows.0.efficiency      0
           rows.0.error      0

    Found
                   what  value
                  total      1
             rows.0.cut    cut
    > rows.0.sequential      1
    >      rows.0.alone      1
         rows.0.nMinus1      1
    > rows.0.efficiency      1
           rows.0.error      0"
  `)
})

test('a law that moves a condition below `take` is shown by its name, one condition and a few events', async () => {
  const bold: Law = {
    name: 'filter below take',
    text: '',
    rewrite: (plan) => {
      if (plan.op !== 'filter' || plan.input.op !== 'take') return null
      return { ...plan.input, input: { ...plan, input: plan.input.input } }
    },
  }
  const taken: Plan = { op: 'take', input: { op: 'shift', input: others, by: 3 }, count: 4 }
  const plan = filter(filter(taken, call('less', column('q', float32), number(7))), call('greater', E, number(0)))
  const query = { kind: 'number', text: 'x', value: column('c', int64), inputs: [count(plan)] } as const
  const failing = await firstFailing(engineAnswer, (draw) => {
    return { query, laws: [...laws, bold], way, data: randomData(draw(800), 10) }
  })
  expect(await counterExample(failing)).toMatchInlineSnapshot(`
    "The engine finds something else (made smaller in 15 steps of 127 tries).

    Cell
      stream1 = from "others"
        take 2
        where q < 7
      show count(stream1)

    Stream "others", good time none
       t  file  entry                    q
      13     1      1                  0.5
       6     1      6             Infinity
       3     0      0  0.10000000149011612

    Run by the laws filter below take, by generated code, 1 worker, whole

    Expected
       what  value
    > value      1

    Found
       what  value
    > value      2"
  `)
})

function count(plan: Plan): NumberInput {
  return { kind: 'measure', name: 'c', plan, measure: measure('c', 'count') }
}
