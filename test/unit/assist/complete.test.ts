import { describe, expect, test } from 'vitest'
import { complete, type Completion } from '../../../dsl/assist/index.ts'
import { notebook } from './notebook.ts'

const context = notebook()

/** What is offered at the bar. */
function at(marked: string) {
  const offset = marked.indexOf('|')
  const { items, slots, path, span } = complete(marked.replace('|', ''), offset, context)
  const of = (...kinds: readonly Completion['kind'][]) =>
    items.filter(({ kind }) => kinds.includes(kind)).map(({ text }) => text)
  return { items, slots, path, span, of, all: items.map(({ text }) => text) }
}

const columnsOfEvents = ['t', 'run', 'file', 'entry', 'E', 'x', 'y', 'z', 'r', 'qtot', 'nhit', 'det']
const stages = ['where', 'hist', 'match', 'define', 'veto', 'group', 'join', 'select', 'sort', 'take', 'keep', 'sample']
const timeUnits = ['ns', 'us', 'ms', 's', 'min', 'h', 'd', 'yr']
const energyUnits = ['eV', 'keV', 'MeV', 'GeV', 'TeV']

describe('statements and stages', () => {
  test('at the start of a line: statements, and a new name', () => {
    const { of, slots } = at('|')
    expect(of('keyword').toSorted()).toEqual(
      ['from', 'fn', 'param', 'use', 'save', 'show', 'cutflow', 'describe', 'explain'].toSorted(),
    )
    expect(slots.has('newName')).toBe(true)
  })

  test('behind a source: stages, the most used first', () => {
    expect(at('from events |').of('keyword').slice(0, 12)).toEqual(stages)
  })

  test('at the start of the next line: both', () => {
    expect(at('from events\n|').all).toEqual(expect.arrayContaining(['where', 'hist', 'show', 'from']))
  })

  test('a table has no order in time: no match, veto, keep, burst, shift, complete', () => {
    const offered = at('from per_run |').of('keyword')
    expect(offered).toEqual(expect.arrayContaining(['where', 'hist', 'sort']))
    for (const verb of ['match', 'veto', 'keep', 'burst', 'shift', 'complete']) expect(offered).not.toContain(verb)
  })

  test('nothing follows a histogram but what belongs to it', () => {
    expect(at('from events hist E over 0 .. 12 MeV |').of('keyword').toSorted()).toEqual(['bins', 'step', 'weight'])
  })

  test('a word that is half typed is replaced', () => {
    expect(at('from events wh|')).toMatchObject({ all: ['where'], span: { start: 12, end: 14 } })
  })
})

describe('streams', () => {
  const streams = ['events', 'muons', 'ibd', 'per_run']

  test.each(['from |', 'save |', 'describe |', 'cutflow events, |', 'from events match p in |', 'from (from |'])(
    'in %s',
    (text) => {
      expect(at(text).of('stream')).toEqual(streams)
    },
  )

  test('with the functions that give one, and with their kind and cell', () => {
    const { items, of } = at('from |')
    expect(of('function')).toEqual(['pairs(', 'union('])
    expect(items.find(({ text }) => text === 'ibd')?.detail).toMatch(/match\(prompt, delayed\).*, cell 1/)
  })

  test('a name whose definition failed is not offered, nor a histogram', () => {
    expect(at('from |').all).not.toContain('gone')
    expect(at('from |').all).not.toContain('spectrum')
  })

  test('names of the statements above in the same cell are known, and so are their columns', () => {
    expect(at('near_ = from events where E > 1 MeV\nfrom |').of('stream')).toContain('near_')
    expect(at('a = from events define rho = hypot(x, y)\nfrom a where |').of('column')).toContain('rho')
  })

  test('a path is completed by the store', () => {
    expect(at('from "/data/ru|')).toMatchObject({ path: '/data/ru', span: { start: 6, end: 14 }, items: [] })
  })

  test('nothing is offered in a comment', () => {
    expect(at('from events # wh|').all).toEqual([])
  })
})

describe('values of a row', () => {
  test('where and define: columns with type and unit, then roles, values and functions', () => {
    const { items, of } = at('from events where |')
    expect(of('column')).toEqual(columnsOfEvents)
    expect(items.find(({ text }) => text === 'E')?.detail).toBe('float32 [MeV]')
    expect(of('value')).toEqual(['dt_max', 'e_min'])
    expect(of('function')).toEqual(expect.arrayContaining(['near(', 'count(', 'hypot(', 'dist(', 'livetime(']))
    expect(at('from events define w = |').of('column')).toEqual(columnsOfEvents)
  })

  test('a definition sees the ones before it, and not itself', () => {
    expect(at('from events define a = 1, b = |').of('column')).toContain('a')
    expect(at('from events define a = 1, b = |').of('column')).not.toContain('b')
  })

  test('a row of a match has roles, and the time and event of its anchor', () => {
    expect(at('from ibd where |').of('column')).toEqual(['t', 'run', 'file', 'entry'])
    expect(at('from ibd where |').of('role')).toEqual(['prompt.', 'delayed.'])
    expect(at('from ibd where prompt.|').all).toEqual(columnsOfEvents)
  })

  test('inside a role its own columns and the roles above', () => {
    const role = at('from events match prompt with delayed in muons where |')
    expect(role.of('column')).toEqual(columnsOfEvents)
    expect(role.of('role')).toEqual(['prompt.', 'delayed.'])
    expect(at('from events match prompt with d where prompt.|').all).toEqual(columnsOfEvents)
  })

  test('behind the window of a role, or a second where, the row is that of the match', () => {
    for (const text of ['with d in muons within 1 ms after p where |', 'where E > 1 MeV where |']) {
      const { of } = at(`from events match p ${text}`)
      expect(of('column')).toEqual(['t', 'run', 'file', 'entry'])
      expect(of('role').slice(0, 1)).toEqual(['p.'])
    }
  })

  test('an aggregate has the columns of what it looks at', () => {
    expect(at('from per_run define n2 = count(events where |').of('column')).toEqual(columnsOfEvents)
    expect(at('from ibd define k = sum(E of muons where |').of('column')).toEqual(columnsOfEvents)
  })

  test('the target of a veto is known before it is written', () => {
    const { of } = at('from events veto dist(this, |) < 4 m within 1 s after m in muons')
    expect(of('role')).toEqual(['m', 'm.'])
    expect(at('from events veto m.| within 1 s after m in muons').all).toEqual(columnsOfEvents)
  })

  test('the parameters of a function in its body', () => {
    expect(at('fn f(width, height = 1 m) = |').of('parameter')).toEqual(['width', 'height'])
  })

  test('a join offers the event, roles and columns', () => {
    const { all } = at('from ibd join p in events by |')
    expect(all.slice(0, 1)).toEqual(['event'])
    expect(all).toEqual(expect.arrayContaining(['prompt', 'delayed', 'run']))
  })

  test('without a known schema roles and functions remain', () => {
    const { of } = at('from nowhere match prompt with d where |')
    expect(of('role')).toEqual(['prompt.', 'd.'])
    expect(of('function')).toContain('dist(')
  })

  test('a stage beyond the checker does not take the columns away', () => {
    expect(at('from events where nonsense > 1 where |').of('column')).toEqual(columnsOfEvents)
    expect(at('from events define a = nonsense where |').of('column')).toEqual([...columnsOfEvents, 'a'])
  })

  test('a name that is no plain word is offered in backquotes', () => {
    expect(at('from events define `a b` = 1 where |').all).toContain('`a b`')
  })
})

describe('comparisons', () => {
  test('a literal in the unit of the column, then what has its dimension, constants first', () => {
    expect(at('from events where E > |').all.slice(0, 3)).toEqual(['1 MeV', 'e_min', 'E'])
    expect(at('from ibd where prompt.r < |').all.slice(0, 1)).toEqual(['1 mm'])
    expect(at('from events where det == |').all.slice(0, 1)).toEqual(['det'])
  })

  test.each([
    ['from events where E > 5 |', energyUnits],
    ['from events where E in 0.7 .. 12 |', energyUnits],
    ['from ibd where prompt.E > 3 |', energyUnits],
    ['from events hist E over 0 .. 12 |', energyUnits],
    ['from events veto within 5 |', timeUnits],
    ['from events veto within 5 .. 12 |', timeUnits],
    ['from events shift by -1 |', timeUnits],
    ['from events where r < 5 |', ['mm', 'cm', 'm', 'km']],
  ])('units behind a number: %s', (text, units) => {
    expect(at(text).of('unit')).toEqual(units)
  })

  test('a unit that is half typed, also one that is whole', () => {
    expect(at('from events where E > 5 M|').of('unit')).toEqual(['MeV'])
    expect(at('from events veto within 5 m|')).toMatchObject({ span: { start: 26, end: 27 } })
    expect(at('from events veto within 5 m|').of('unit')).toEqual(['ms', 'min'])
  })

  test('no unit follows a number on the next line', () => {
    expect(at('x = 5\n|').of('unit')).toEqual([])
  })
})

describe('windows and roles', () => {
  test('behind with: quantifiers and a new name', () => {
    const { of, slots } = at('from events match prompt with |')
    expect(of('keyword').toSorted()).toEqual(['each', 'first', 'last', 'nearest'])
    expect(slots.has('newName')).toBe(true)
  })

  test('behind after: the roles bound so far, streams, this', () => {
    const { of, all } = at('from events match prompt with delayed within 1 ms after |')
    expect(of('role')).toEqual(['prompt'])
    expect(of('stream')).toEqual(['events', 'muons', 'ibd', 'per_run'])
    expect(all).toContain('this')
  })

  test('between: the roles bound so far', () => {
    expect(at('from events match p with d within 1 ms after p without o between |').of('role')).toEqual(['p', 'd'])
  })
})

describe('the rest', () => {
  test('backends, targets and units', () => {
    expect(at('use |').all).toEqual(['local', 'spark'])
    expect(at('save ibd to |').all).toEqual(['"', 'sniper(', 'entrylist('])
    expect(at('from "a.parquet" units |').of('column')).toEqual(columnsOfEvents)
    expect(at('from "a.parquet" units t: |').of('unit')).toEqual(expect.arrayContaining(['ns', 'MeV', 'mm']))
  })

  test('burst of at least', () => {
    expect(at('from events burst of |').all).toEqual(['at'])
    expect(at('from events burst of at |').all).toEqual(['least'])
  })

  test('words that make no sense are passed over', () => {
    expect(at('from events where E ) > |').of('column')).toEqual(expect.arrayContaining(columnsOfEvents))
  })

  test('no text and no offset throws', () => {
    const text = 'x = f(a, "b" # c\n from `q where 5 m @2025 …'
    for (let offset = 0; offset <= text.length; offset++) {
      expect(complete(text, offset, context).span.end).toBeLessThanOrEqual(text.length)
    }
  })
})
