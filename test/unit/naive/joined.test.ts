import { describe, expect, test } from 'vitest'
import type { JoinKey, Plan } from '../../../dsl/ir/plan.ts'
import { notesOf } from '../../../runtime/naive/notes.ts'
import type { NaiveData } from '../../../runtime/naive/row.ts'
import { call, column, events, filter, int32, int64, match, number, role, rowsOf, scan, text, within } from './build.ts'

const data: NaiveData = new Map([
  ['left', events({ t: 10, entry: 0, n: 7 }, { t: 20, entry: 1, n: 8 }, { t: 30, entry: 2, n: 9, E: NaN, det: 'CD' })],
  [
    'right',
    events(
      { t: 1, entry: 0, n: 70, E: 9 },
      { t: 2, entry: 2, n: 90, E: NaN, det: 'CD' },
      { t: 3, entry: 5, n: 91, E: 8 },
    ),
  ],
])
/** The good time of all streams here. */
const wholeTime = { kind: 'livetime', ns: '1000', approximate: false }
const left = scan('left')
const right = scan('right')
const byEvent: readonly JoinKey[] = [
  { left: column('file', int32), right: column('file', int32) },
  { left: column('entry', int64), right: column('entry', int64) },
]
const join = (unmatched: 'drop' | 'missing' | 'error', keys = byEvent, source = right, input = left): Plan => ({
  op: 'join',
  input,
  name: 'p',
  source,
  keys,
  unmatched,
})

describe('join', () => {
  test('adds the columns of the partner and drops rows without one', () => {
    expect(rowsOf(join('drop'), data, 'entry', 't', 'p.t', 'p.n')).toEqual([
      [0, 10n, 1n, 70],
      [2, 30n, 2n, 90],
    ])
  })

  test('that is optional keeps them, without values', () => {
    expect(rowsOf(join('missing'), data, 'entry', 'p.n')).toEqual([
      [0, 70],
      [1, undefined],
      [2, 90],
    ])
  })

  test('that must have a partner names the event without one', () => {
    expect(() => rowsOf(join('error'), data, 'entry')).toThrow(
      'the event 0:1 (file:entry) has no partner in the join `p`',
    )
  })

  test('refuses two partners', () => {
    const keys = [{ left: column('det', text), right: column('det', text) }]
    expect(() =>
      rowsOf(join('drop', keys, right, filter(left, call('less', column('n'), number(8)))), data, 'n'),
    ).toThrow('two partners')
  })

  test('by a key pairs numbers by value; NaN has no partner', () => {
    expect(rowsOf(join('drop', [{ left: column('n'), right: column('E') }]), data, 'n', 'p.n')).toEqual([
      [8, 91],
      [9, 70],
    ])
    const nan = filter(left, call('notEqual', column('E'), column('E')))
    expect(rowsOf(join('drop', [{ left: column('E'), right: column('E') }], right, nan), data, 'n')).toEqual([])
  })

  test('to the event of a role', () => {
    const pairs = match(left, 'a', role('each', 'd', left, within(0, 10, 'after', 'a.')))
    const keys = byEvent.map((key, at): JoinKey => ({ ...key, left: column(at === 0 ? 'd.file' : 'd.entry', int64) }))
    expect(rowsOf(join('drop', keys, right, pairs), data, 'a.entry', 'd.entry', 'p.n')).toEqual([[1, 2, 90]])
  })

  test('its dropped rows are counted', () => {
    expect(notesOf({ kind: 'table', plan: join('drop') }, data)).toEqual([
      { kind: 'unmatched', join: 'p', rows: 1 },
      wholeTime,
    ])
    expect(notesOf({ kind: 'table', plan: join('missing') }, data)).toEqual([wholeTime])
  })
})

test('events that several rows of a match share are counted by role', () => {
  const pairs = match(left, 'a', role('each', 'd', left, within(0, 20, 'after', 'a.')))
  expect(notesOf({ kind: 'table', plan: pairs }, data)).toEqual([
    { kind: 'shared', role: 'a', events: 1, rows: 2 },
    { kind: 'shared', role: 'd', events: 1, rows: 2 },
    wholeTime,
  ])
})

test('rows whose windows leave the good time are counted, with that time', () => {
  expect(notesOf({ kind: 'table', plan: left, windows: [{ low: -15, high: 0, source: left }] }, data)).toEqual([
    { kind: 'edge', rows: 1, ns: '15' },
    wholeTime,
  ])
  const inside = { kind: 'table', plan: left, windows: [{ low: 0, high: 0, source: left }] } as const
  expect(notesOf(inside, data)).toEqual([wholeTime])
})

test('a live time tells the vetoes that take away events and no time', () => {
  const near = (label: string | null): Plan => ({
    op: 'veto',
    mode: 'veto',
    input: left,
    source: right,
    low: 0,
    high: 5,
    where: call('less', column('E'), number(3)),
    label,
    text: 'veto E < 3 within 5 ns after right',
  })
  const notes = (plan: Plan) =>
    notesOf(
      { kind: 'number', text: 'l', value: column('~1', int64), inputs: [{ kind: 'livetime', name: '~1', plan }] },
      data,
    )
  expect(notesOf({ kind: 'table', plan: near('shower') }, data)).toEqual([
    wholeTime,
    { kind: 'partialVeto', veto: 'shower' },
  ])
  expect(notes(near('shower'))).toEqual([{ kind: 'partialVeto', veto: 'shower' }])
  expect(notes(near(null))).toEqual([{ kind: 'partialVeto', veto: 'veto E < 3 within 5 ns after right' }])
  expect(notes(left)).toEqual([])
})
