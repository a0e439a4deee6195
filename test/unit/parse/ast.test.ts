import { describe, expect, test } from 'vitest'
import { parse } from '../../../dsl/parse/parse.ts'
import { withoutSpans } from './without-spans.ts'

/** The statements of a cell that has no mistake. */
function statements(text: string): readonly unknown[] {
  const { cell, diagnostics } = parse(text)
  expect(diagnostics).toEqual([])
  return cell.statements.map(withoutSpans)
}

/** The value of `x = text`. */
function value(text: string): unknown {
  const [statement] = statements(`x = ${text}`) as readonly { readonly value: unknown }[]
  return statement?.value
}

/** The stages of `from s text`. */
function stages(text: string): readonly unknown[] {
  const [statement] = statements(`from s ${text}`) as readonly { readonly pipeline: { readonly stages: unknown[] } }[]
  return statement?.pipeline.stages ?? []
}

const name = (text: string) => ({ kind: 'name', name: text })
const number = (digits: string) => ({ kind: 'number', digits })
const quantity = (digits: string, unit: string, power = 1) => ({ kind: 'quantity', digits, unit, power })
const binary = (left: unknown, operator: string, right: unknown) => ({ kind: 'binary', operator, left, right })
const stream = (text: string) => ({ kind: 'name', name: text, args: null, members: [] })
const compare = (first: unknown, operator: string, second: unknown) => ({
  kind: 'compare',
  first,
  rest: [{ operator, value: second }],
})
const after = (high: unknown, target: unknown) => ({
  kind: 'within',
  low: null,
  high,
  open: false,
  direction: 'after',
  target,
})

describe('literals', () => {
  test('a power behind a unit belongs to the unit', () => {
    expect(value('300 m^2')).toEqual(quantity('300', 'm', 2))
    expect(value('5 s ** -1')).toEqual(quantity('5', 's', -1))
  })

  test('a power behind brackets squares the quantity', () => {
    expect(value('(300 m)^2')).toEqual(binary(quantity('300', 'm'), '^', number('2')))
  })

  test('a unit stands on the line of its number', () => {
    expect(statements('a = 5 d\nd = 3')).toHaveLength(2)
    expect(statements('a = 5\nd = 3')).toEqual([
      { kind: 'definition', name: 'a', value: number('5') },
      { kind: 'definition', name: 'd', value: number('3') },
    ])
  })

  test('a unit may be glued to its number, and a micro sign is u', () => {
    expect(value('5ms')).toEqual(quantity('5', 'ms'))
    expect(value('20 µs')).toEqual(quantity('20', 'us'))
    expect(value('20 μs')).toEqual(quantity('20', 'us'))
    expect(value('1 %')).toEqual(quantity('1', '%'))
  })

  test('digits may be grouped and have an exponent', () => {
    expect(value('1_000.5e-3')).toEqual(number('1000.5e-3'))
    expect(value('3e6 pe')).toEqual(quantity('3e6', 'pe'))
  })

  test('a name that begins like a unit is no unit', () => {
    expect(parse('x = 5 medals').diagnostics).toHaveLength(1)
  })

  test('an instant has a date, and a time of day down to nanoseconds', () => {
    expect(value('@2025-09-01')).toEqual({ kind: 'instant', text: '2025-09-01' })
    expect(value('@2025-09-01T12:00:00.123456789')).toEqual({
      kind: 'instant',
      text: '2025-09-01T12:00:00.123456789',
    })
  })

  test('a text has one of two quotes and escapes', () => {
    expect(value(String.raw`"a\"b\n"`)).toEqual({ kind: 'string', value: 'a"b\n' })
    expect(value("'a\"b'")).toEqual({ kind: 'string', value: 'a"b' })
  })
})

describe('operators', () => {
  test('a power binds from the right and stronger than a sign', () => {
    expect(value('-a^b^c')).toEqual({
      kind: 'negate',
      operand: binary(name('a'), '^', binary(name('b'), '^', name('c'))),
    })
    expect(value('a ** -2')).toEqual(binary(name('a'), '^', { kind: 'negate', operand: number('2') }))
  })

  test('products bind stronger than sums, both from the left', () => {
    expect(value('a - b - c * d / e')).toEqual(
      binary(binary(name('a'), '-', name('b')), '-', binary(binary(name('c'), '*', name('d')), '/', name('e'))),
    )
  })

  test('?? binds like a sum', () => {
    expect(value('a ?? b * c')).toEqual(binary(name('a'), '??', binary(name('b'), '*', name('c'))))
  })

  test('and binds stronger than or; the signs are the words', () => {
    const expected = binary(name('a'), 'or', binary(name('b'), 'and', { kind: 'not', operand: name('c') }))
    expect(value('a or b and not c')).toEqual(expected)
    expect(value('a || b && !c')).toEqual(expected)
  })

  test('not takes the whole comparison', () => {
    expect(value('not a > b')).toEqual({ kind: 'not', operand: compare(name('a'), '>', name('b')) })
  })

  test('a chain of comparisons is one node', () => {
    expect(value('0.7 MeV < E <= 12 MeV')).toEqual({
      kind: 'compare',
      first: quantity('0.7', 'MeV'),
      rest: [
        { operator: '<', value: name('E') },
        { operator: '<=', value: quantity('12', 'MeV') },
      ],
    })
  })

  test('in takes a range, a list or a name, each with not', () => {
    const range = { low: number('0.7'), high: quantity('12', 'MeV'), open: false }
    expect(value('E in 0.7 .. 12 MeV')).toEqual({ kind: 'inRange', value: name('E'), negated: false, range })
    expect(value('E in 0.7 ..< 12 MeV')).toEqual({
      kind: 'inRange',
      value: name('E'),
      negated: false,
      range: { ...range, open: true },
    })
    const list = { kind: 'list', items: [number('1'), number('2')] }
    expect(value('run not in [1, 2]')).toEqual({ kind: 'inSet', value: name('run'), negated: true, set: list })
    expect(value('run in good')).toEqual({ kind: 'inSet', value: name('run'), negated: false, set: name('good') })
  })

  test('exists follows what may be missing', () => {
    expect(value('psd exists and psd.score > 1')).toEqual(
      binary(
        { kind: 'exists', value: name('psd') },
        'and',
        compare({ kind: 'member', object: name('psd'), name: 'score' }, '>', number('1')),
      ),
    )
  })

  test('members and elements follow a value', () => {
    expect(value('hits[0].charge')).toEqual({
      kind: 'member',
      object: { kind: 'index', object: name('hits'), index: number('0') },
      name: 'charge',
    })
  })
})

describe('names', () => {
  test('slot words are ordinary names elsewhere', () => {
    const soft = ['each', 'first', 'last', 'nearest', 'at', 'least', 'bins', 'step', 'weight', 'desc']
    for (const word of soft) {
      expect(value(`${word} + 1`)).toEqual(binary(name(word), '+', number('1')))
      expect(statements(`${word} = 1`)).toEqual([{ kind: 'definition', name: word, value: number('1') }])
    }
  })

  test('a slot word in its slot is a quantifier, and behind it a name', () => {
    const role = { source: null, condition: null, window: null }
    expect(stages('match first with first last without last')).toEqual([
      {
        kind: 'match',
        name: 'first',
        source: null,
        condition: null,
        roles: [
          { quantifier: 'first', name: 'last', ...role },
          { quantifier: 'without', name: 'last', ...role },
        ],
      },
    ])
    expect(stages('match p with nearest where E')).toEqual([
      {
        kind: 'match',
        name: 'p',
        source: null,
        condition: null,
        roles: [{ quantifier: 'each', name: 'nearest', ...role, condition: name('E') }],
      },
    ])
  })

  test('any name may stand in backquotes', () => {
    expect(value('`where` + `a b`')).toEqual(binary(name('where'), '+', name('a b')))
    expect(statements('`from` = 1')).toEqual([{ kind: 'definition', name: 'from', value: number('1') }])
  })
})

describe('statements', () => {
  test('a definition starts in the first column only', () => {
    expect(statements('a = 1\nb = 2')).toHaveLength(2)
    expect(parse('a = 1\n  b = 2').diagnostics.map(({ code }) => code)).toEqual(['S016'])
    expect(stages('define a = 1,\n  b = 2')).toEqual([
      {
        kind: 'define',
        bindings: [
          { name: 'a', value: number('1') },
          { name: 'b', value: number('2') },
        ],
      },
    ])
  })

  test('a cell that is indented as a whole has its first column there, and spans are those of the text', () => {
    const text = '   # remark\n   a = 1\n   b = 2\n'
    const { cell, diagnostics } = parse(text)
    expect(diagnostics).toEqual([])
    expect(cell.statements.map(({ span }) => text.slice(span.start, span.end))).toEqual(['a = 1', 'b = 2'])
  })

  test('newlines mean nothing else', () => {
    expect(stages('where\nE\n>\n2 MeV')).toEqual(stages('where E > 2 MeV'))
  })

  test('a bare from behind another pipeline is a second one, one in brackets is a value', () => {
    expect(statements('from a take 1 from b')).toHaveLength(2)
    expect(statements('x = count((from a take 1))')).toHaveLength(1)
  })

  test('fn, param, use, save, show, cutflow, describe and explain', () => {
    expect(
      statements(`fn near(a, d = 1.5 m) = a < d
param dt = 1 ms in 0.1 .. 2 ms
use spark(executors: 4)
save ibd to "x.parquet"
save ibd to sniper("job.py", margin: 2 ms)
show a, b
cutflow a, (from b) by run
describe a.b
explain a`),
    ).toEqual([
      {
        kind: 'fn',
        name: 'near',
        parameters: [
          { name: 'a', value: null },
          { name: 'd', value: quantity('1.5', 'm') },
        ],
        body: compare(name('a'), '<', name('d')),
      },
      {
        kind: 'param',
        name: 'dt',
        value: quantity('1', 'ms'),
        range: { low: number('0.1'), high: quantity('2', 'ms'), open: false },
      },
      { kind: 'use', name: 'spark', args: [{ ...argument(number('4')), label: 'executors' }] },
      { kind: 'save', source: stream('ibd'), target: { kind: 'path', path: 'x.parquet' } },
      {
        kind: 'save',
        source: stream('ibd'),
        target: {
          kind: 'call',
          name: 'sniper',
          args: [argument({ kind: 'string', value: 'job.py' }), { ...argument(quantity('2', 'ms')), label: 'margin' }],
        },
      },
      { kind: 'show', values: [name('a'), name('b')] },
      {
        kind: 'cutflow',
        sources: [stream('a'), { kind: 'pipeline', pipeline: { kind: 'pipeline', source: stream('b'), stages: [] } }],
        by: name('run'),
      },
      { kind: 'describe', source: { ...stream('a'), members: ['b'] } },
      { kind: 'explain', source: stream('a') },
    ])
  })
})

function argument(what: unknown) {
  return { label: null, value: what, of: null, where: null, window: null }
}

describe('windows', () => {
  test('a condition stands before its window; a where behind it is a stage', () => {
    expect(stages('veto dist(this, m) < 4 m within 5 ms after m in muons where E')).toEqual([
      {
        kind: 'veto',
        label: null,
        condition: compare(
          { kind: 'call', name: 'dist', args: [argument({ kind: 'this' }), argument(name('m'))] },
          '<',
          quantity('4', 'm'),
        ),
        window: after(quantity('5', 'ms'), { kind: 'named', name: 'm', source: stream('muons') }),
      },
      { kind: 'where', label: null, condition: name('E') },
    ])
  })

  test('a label stands before the window and before a condition', () => {
    expect(stages('veto mu: within 5 ms after muons where fv: E')).toEqual([
      {
        kind: 'veto',
        label: 'mu',
        condition: null,
        window: after(quantity('5', 'ms'), { kind: 'source', source: stream('muons') }),
      },
      { kind: 'where', label: 'fv', condition: name('E') },
    ])
  })

  test('two ends, an open end, of and this', () => {
    expect(value('count(muons where E within 20 us ..< 2 ms of this)')).toEqual({
      kind: 'call',
      name: 'count',
      args: [
        {
          ...argument(name('muons')),
          where: name('E'),
          window: {
            kind: 'within',
            low: quantity('20', 'us'),
            high: quantity('2', 'ms'),
            open: true,
            direction: 'of',
            target: { kind: 'this' },
          },
        },
      ],
    })
  })

  test('between has offsets on its ends, during a source', () => {
    expect(stages('match p without o between p - 1 ms and d.e keep during "g.csv"')).toEqual([
      {
        kind: 'match',
        name: 'p',
        source: null,
        condition: null,
        roles: [
          {
            quantifier: 'without',
            name: 'o',
            source: null,
            condition: null,
            window: {
              kind: 'between',
              from: { path: ['p'], sign: '-', offset: quantity('1', 'ms') },
              to: { path: ['d', 'e'], sign: null, offset: null },
            },
          },
        ],
      },
      {
        kind: 'keep',
        label: null,
        condition: null,
        window: { kind: 'during', source: { kind: 'path', path: 'g.csv' } },
      },
    ])
  })

  test('the window of a role is optional for the parser: the checker says what to add', () => {
    expect(parse('from s match p with d where E > 2 MeV').diagnostics).toEqual([])
  })
})

describe('stages', () => {
  test('group has keys, and measures behind a colon', () => {
    expect(stages('group by run, day = bin(t, 1 d): n = count()')).toEqual([
      {
        kind: 'group',
        keys: [
          { name: null, value: name('run') },
          {
            name: 'day',
            value: { kind: 'call', name: 'bin', args: [argument(name('t')), argument(quantity('1', 'd'))] },
          },
        ],
        measures: [{ name: 'n', value: { kind: 'call', name: 'count', args: [] } }],
      },
    ])
  })

  test('an axis has a range, and bins or a step', () => {
    const over = { low: number('0'), high: quantity('1', 'm'), open: false }
    expect(stages('hist r over 0 .. 1 m bins 5, z step 0.5 m, E bins edges weight 1 / w')).toEqual([
      {
        kind: 'hist',
        axes: [
          { value: name('r'), over, bins: number('5'), step: null },
          { value: name('z'), over: null, bins: null, step: quantity('0.5', 'm') },
          { value: name('E'), over: null, bins: name('edges'), step: null },
        ],
        weight: binary(number('1'), '/', name('w')),
      },
    ])
  })

  test('units are products of powers', () => {
    expect(stages('units t: ns, hits.q: pe/MeV, a: µs^-1')).toEqual([
      {
        kind: 'units',
        units: [
          { path: ['t'], unit: [{ name: 'ns', power: 1 }] },
          {
            path: ['hits', 'q'],
            unit: [
              { name: 'pe', power: 1 },
              { name: 'MeV', power: -1 },
            ],
          },
          { path: ['a'], unit: [{ name: 'us', power: -1 }] },
        ],
      },
    ])
  })

  test('join, burst, shift, sort, take, sample, select and complete', () => {
    expect(
      stages(
        'join optional p in rec by event, a.b burst of at least 3 within 1 s shift by -1 s sort by E desc take 3 sample 1 % select E, q = 2 complete',
      ),
    ).toEqual([
      {
        kind: 'join',
        optional: true,
        name: 'p',
        source: stream('rec'),
        by: [name('event'), { kind: 'member', object: name('a'), name: 'b' }],
      },
      { kind: 'burst', atLeast: number('3'), within: quantity('1', 's') },
      { kind: 'shift', by: { kind: 'negate', operand: quantity('1', 's') } },
      { kind: 'sort', by: name('E'), descending: true },
      { kind: 'take', count: number('3') },
      { kind: 'sample', fraction: quantity('1', '%') },
      {
        kind: 'select',
        items: [
          { name: null, value: name('E') },
          { name: 'q', value: number('2') },
        ],
      },
      { kind: 'complete' },
    ])
  })
})

describe('depth and length', () => {
  test('500 levels of brackets are understood', () => {
    const deep = `x = ${'('.repeat(500)}E > 1${')'.repeat(500)}`
    expect(parse(deep).diagnostics).toEqual([])
    expect(parse(`x = ${'f('.repeat(500)}1${')'.repeat(500)}`).diagnostics).toEqual([])
    expect(parse(`x = ${'['.repeat(500)}1${']'.repeat(500)}`).diagnostics).toEqual([])
    expect(parse(`x = ${'(from '.repeat(500)}a${')'.repeat(500)}`).diagnostics).toEqual([])
  })

  test('brackets that were folded mean what they say', () => {
    const depth = 40
    const deep = value(`${'(a + '.repeat(depth)}1${')'.repeat(depth)}`)
    let expected: unknown = number('1')
    for (let level = 0; level < depth; level++) expected = binary(name('a'), '+', expected)
    expect(deep).toEqual(expected)
  })

  test('the length of a cell is not limited', () => {
    const text = `x = ${Array.from({ length: 5000 }, (_, at) => `a${at}`).join(' + ')}`
    expect(parse(text).diagnostics).toEqual([])
  })
})
