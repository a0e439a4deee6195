import { describe, expect, test } from 'vitest'
import { complete, type Completion } from '../../../dsl/assist/index.ts'
import { facts, notebook } from './notebook.ts'

/** Section 8 of the language page, line by line, in a notebook whose files state their ranges. */
const context = notebook(facts)

function items(marked: string): readonly Completion[] {
  return complete(marked.replace('▮', ''), marked.indexOf('▮'), context).items
}

/** What is offered, of one kind or of all. */
function offered(marked: string, kind?: Completion['kind']): readonly string[] {
  return items(marked).flatMap((item) => (kind === undefined || item.kind === kind ? item.text : []))
}

function detail(marked: string, text: string): string | undefined {
  return items(marked).find((item) => item.text === text)?.detail
}

const bareOfMatch = ['t', 'run', 'file', 'entry']
const columns = ['t', 'run', 'file', 'entry', 'E', 'x', 'y', 'z', 'r', 'qtot', 'nhit', 'det']

describe('from, in, after: streams', () => {
  test('with kind, row count and cell: of files as they state it, of others as it was counted last', () => {
    expect(detail('from ▮', 'events')).toBe('events, 1,998,475 rows, cell 1')
    expect(detail('from ▮', 'ibd')).toBe('match(prompt, delayed) of events, 2 roles, 3,185 rows, cell 1')
    expect(detail('from ▮', 'muons')).toBe('events, cell 1')
  })

  test.each(['from ▮', 'from events match p in ▮', 'from events veto within 5 ms after ▮', 'save ▮'])(
    '%s offers a path and a pipeline in brackets too',
    (text) => {
      expect(offered(text, 'stream')).toEqual(['events', 'muons', 'ibd', 'per_run'])
      expect(offered(text, 'source')).toEqual(['"', '(from '])
    },
  )
})

describe('from events: stages', () => {
  const used = ['where', 'hist', 'match', 'define', 'veto', 'group', 'join', 'select', 'sort', 'take', 'keep', 'sample']

  test('valid for the kind, by how often they are used', () => {
    expect(offered('from events where E > 1 MeV ▮', 'keyword').filter((word) => used.includes(word))).toEqual(used)
  })

  test('nothing that needs order behind sort, group and a select without references', () => {
    for (const stage of ['sort by E', 'group by run: n = count()', 'select E']) {
      const words = offered(`from events ${stage} ▮`, 'keyword')
      expect(words).toEqual(expect.arrayContaining(['where', 'hist', 'sort']))
      for (const verb of ['match', 'veto', 'keep', 'burst', 'shift', 'complete']) expect(words).not.toContain(verb)
    }
  })

  test('a match can be matched, and is not shifted and no burst', () => {
    const words = offered('from events match p with d within 1 ms after p ▮', 'keyword')
    expect(words).toEqual(expect.arrayContaining(['match', 'veto', 'complete', 'with', 'without']))
    expect(words).not.toContain('shift')
    expect(words).not.toContain('burst')
  })

  test('units right behind files only', () => {
    expect(offered('from "a.parquet" ▮', 'keyword')).toContain('units')
    expect(offered('from "a.parquet" where E > 1 MeV ▮', 'keyword')).not.toContain('units')
    expect(offered('from muons ▮', 'keyword')).not.toContain('units')
  })
})

describe('where, define x =: values', () => {
  test('columns with unit and range from the footers', () => {
    expect(offered('from events where ▮', 'column')).toEqual(columns)
    expect(detail('from events where ▮', 'E')).toBe('float32 [MeV] 0.2716 … 100000')
    expect(detail('from events define a = ▮', 'x')).toBe('float32 [mm] -18620 … 18650')
    expect(detail('from events where ▮', 't')).toBe('instant 2025-09-01T00:00:00 … 2025-09-01T11:21:18')
    expect(detail('from events where ▮', 'run')).toBe('int32 10001 … 10003')
    expect(detail('from events where ▮', 'r')).toBe('float32 [mm]')
  })

  test('a range is that of the files, also behind a cut and in a role; a defined column has none', () => {
    expect(detail('from muons where ▮', 'qtot')).toBe('float32 [pe] 302.7 … 178541984')
    expect(detail('from ibd where delayed.▮', 'E')).toBe('float32 [MeV] 0.2716 … 100000')
    expect(detail('from events define E2 = 2 * E where ▮', 'E2')).toBe('float64 [MeV]')
    expect(detail('from events define energy = E where ▮', 'energy')).toBe('float32 [MeV] 0.2716 … 100000')
    expect(detail('from (from events shift by 1 s) where ▮', 't')).toBe('instant')
  })

  test('of a union it is that of all its files, where each states one', () => {
    const union = 'from union(events, (from "friends.parquet"))'
    expect(detail(`${union} where ▮`, 'run')).toBe('int32 10000 … 10003')
    expect(detail(`${union} where ▮`, 't')).toBe('instant 2025-08-31T23:58:20 … 2025-09-01T11:21:18')
    expect(detail(`${union} where ▮`, 'nhit')).toBe('int32')
    expect(detail(`both = ${union}\nfrom ▮`, 'both')).toBe('events, 1,998,485 rows, cell 2')
  })

  test('functions of the notebook, params, functions with their signature', () => {
    expect(offered('from events where ▮', 'value')).toEqual(['dt_max', 'e_min'])
    expect(detail('from ibd where ▮', 'near(')).toBe('(a, b, d = 1.5 m)')
    expect(detail('from events where ▮', 'sqrt(')).toBe(
      '(x) : in the root of its unit. Square root; halves the powers of the unit.',
    )
    expect(detail('from events where ▮', 'count(')).toBe(
      '([stream or list] [where condition] [window]). How many rows.',
    )
  })

  test('inside a role its own columns first, then the roles above with a dot', () => {
    const all = offered('from events match prompt with delayed in muons where ▮')
    expect(all.slice(0, 14)).toEqual([...columns, 'prompt.', 'delayed.'])
  })

  test('a role may be an argument as a whole', () => {
    expect(offered('from ibd where dist(▮', 'role')).toEqual(['prompt', 'delayed', 'prompt.', 'delayed.'])
  })
})

describe('E >, E in: literals', () => {
  test('the ends of the range, in the unit of the column; the nearer one first', () => {
    expect(offered('from events where E > ▮', 'literal')).toEqual(['0.2716 MeV', '100000 MeV'])
    expect(offered('from events where E < ▮', 'literal')).toEqual(['100000 MeV', '0.2716 MeV'])
    expect(detail('from events where E < ▮', '100000 MeV')).toBe('highest in the files')
    expect(offered('from events where x >= ▮', 'literal')).toEqual(['-18620 mm', '18650 mm'])
    expect(offered('from events where run == ▮', 'literal')).toEqual(['10001', '10003'])
    expect(offered('from events where t >= ▮', 'literal')).toEqual(['@2025-09-01T00:00:00', '@2025-09-01T11:21:18'])
  })

  test('a range behind in and over, its end behind the dots', () => {
    expect(offered('from events where E in ▮', 'literal')).toEqual(['0.2716 .. 100000 MeV'])
    expect(offered('from ibd where prompt.E not in ▮', 'literal')).toEqual(['0.2716 .. 100000 MeV'])
    expect(offered('from events where E in 0.7 .. ▮', 'literal')).toEqual(['100000 MeV', '0.2716 MeV'])
    expect(offered('from events hist E over ▮', 'literal')).toEqual(['0.2716 .. 100000 MeV'])
  })

  test('one in the unit where the files state nothing, none for a pure number', () => {
    expect(offered('from events where r < ▮', 'literal')).toEqual(['1 mm'])
    expect(offered('from events where nhit > ▮', 'literal')).toEqual([])
  })

  test('of what is computed, in its unit', () => {
    expect(offered('from ibd where delayed.t - prompt.t < ▮', 'literal')).toEqual(['1 ns'])
    expect(offered('from events where hypot(x, y) < ▮', 'literal')).toEqual(['1 mm'])
    expect(offered('from events hist x^2 + y^2 over ▮', 'literal')).toEqual(['1 mm^2'])
  })

  test('params of the same dimension come before columns', () => {
    expect(offered('from events where E > ▮').slice(2, 4)).toEqual(['e_min', 'E'])
    expect(offered('from ibd where delayed.t - prompt.t < ▮').slice(0, 2)).toEqual(['1 ns', 'dt_max'])
  })
})

describe('behind a number: units', () => {
  const times = ['ns', 'us', 'ms', 's', 'min', 'h', 'd', 'yr']
  const lengths = ['mm', 'cm', 'm', 'km']

  test.each([
    ['from ibd where delayed.t - prompt.t < 5 ▮', times],
    ['from ibd hist delayed.t - prompt.t over 0 .. 1 ▮', times],
    ['from events veto within 5 ▮', times],
    ['from events burst of at least 10 within 1 ▮', times],
    ['from events where dist(this, this) < 1 ▮', lengths],
    ['from events hist x over 0 .. 17 m step 1 ▮', lengths],
  ])('%s', (text, units) => {
    expect(offered(text, 'unit')).toEqual(units)
  })
})

describe('windows and roles', () => {
  test('within 1 ms after: roles bound so far, streams, this', () => {
    const text = 'from events match prompt with delayed within 1 ms after ▮'
    expect(offered(text).slice(0, 5)).toEqual(['prompt', 'events', 'muons', 'ibd', 'per_run'])
    expect(offered(text, 'keyword')).toEqual(['this'])
  })

  test('with: quantifiers and a new name', () => {
    const text = 'from events match prompt with '
    const { items: found, slots } = complete(text, text.length, context)
    expect(found.map((item) => item.text).toSorted()).toEqual(['each', 'first', 'last', 'nearest'])
    expect([...slots]).toEqual(['newName'])
  })

  test('prompt.: columns of the role; of a match of matches the roles in it', () => {
    expect(offered('from ibd where prompt.▮')).toEqual(columns)
    const nested = 'from ibd match pair with muon in muons within 1 s before pair where '
    expect(offered(`${nested}pair.▮`, 'role')).toEqual(['prompt', 'delayed'])
    expect(offered(`${nested}pair.prompt.▮`)).toEqual(columns)
  })
})

describe('by', () => {
  test('join: event, roles, and what exists on both sides', () => {
    expect(offered('from ibd join psd in "friends.parquet" by ▮')).toEqual([
      'event',
      'prompt',
      'delayed',
      ...bareOfMatch,
    ])
    const ofEvents = ['event', 't', 'run', 'file', 'entry', 'nhit']
    expect(offered('from events join psd in "friends.parquet" by ▮')).toEqual(ofEvents)
  })

  test('group: roles and columns; sort: columns; shift: times', () => {
    expect(offered('from ibd group by ▮').slice(0, 4)).toEqual(['prompt', 'delayed', 't', 'run'])
    expect(offered('from events sort by ▮', 'column')).toEqual(columns)
    expect(offered('from events shift by ▮', 'literal')).toEqual(['1 s'])
  })

  test('cutflow: the columns that the rows start with', () => {
    expect(offered('cutflow ibd by ▮')).toEqual(columns)
    expect(offered('cutflow ibd, per_run by ▮')).toEqual(columns)
  })
})

describe('use, save, and what is named in calls', () => {
  test('backends and targets with their arguments', () => {
    expect(items('use ▮').map(({ text, detail: arguments_ }) => [text, arguments_])).toEqual([
      ['local', '(max_window: 1 h): threads of this machine'],
      ['spark', '(executors: 40, memory: "4g"): a cluster'],
    ])
    expect(offered('save ibd to ▮')).toEqual(['"', 'sniper(', 'entrylist('])
    expect(detail('save ibd to ▮', 'sniper(')).toBe('("job.py", margin: 2 ms)')
  })

  test.each([
    ['use spark(▮', ['executors:', 'cores:', 'memory:', 'max_window:', 'url:']],
    ['use local(▮', ['threads:', 'memory:', 'max_window:']],
    ['save ibd to sniper("job.py", ▮', ['margin:']],
    ['save ibd to entrylist("x.root", ▮', ['tree:']],
    ['from union(events, muons, ▮', ['good:']],
    ['from ibd where near(prompt, delayed, ▮', ['d:']],
  ])('%s', (text, labels) => {
    expect(offered(text, 'parameter')).toEqual(labels)
  })

  test('good: either, both', () => {
    expect(offered('from union(events, muons, good: ▮')).toEqual(['either', 'both'])
  })

  test('burst of at least', () => {
    expect([offered('from events burst of ▮'), offered('from events burst of at ▮')]).toEqual([['at'], ['least']])
  })
})

describe('lists and histograms', () => {
  test('count(hits where: the fields of an element', () => {
    expect(offered('from "esd.root" define n = count(hits where ▮', 'column')).toEqual(['time', 'charge'])
    expect(offered('from "esd.root" define q = sum(charge of hits where ▮', 'column')).toEqual(['time', 'charge'])
    expect(offered('from "esd.root" define n = count(hits where time < 5 ▮', 'unit').slice(0, 2)).toEqual(['ns', 'us'])
  })

  test('hist: columns, over: a range, bins: a number, step: a width', () => {
    expect(offered('from events hist ▮', 'column')).toEqual(columns)
    expect(offered('from events hist E ▮', 'keyword').slice(0, 1)).toEqual(['over'])
    expect(offered('from events hist qtot over ▮', 'literal')).toEqual(['302.7 .. 178541984 pe'])
    expect(offered('from events hist E bins ▮')).toEqual(['100'])
    expect(offered('from events hist r over 0 .. 17 m step ▮', 'literal')).toEqual(['1 mm'])
  })
})

describe('what a slot cannot take is not offered', () => {
  test('windows, shift, burst, take and sample: constants', () => {
    expect(offered('from events match p with d within ▮')).toEqual(['1 ms', 'dt_max', 'e_min'])
    expect(offered('from events veto within 1 ms .. ▮')).toEqual(['1 ms', 'dt_max', 'e_min'])
    expect(offered('from events shift by ▮')).toEqual(['1 s', 'dt_max', 'e_min'])
    expect(offered('from events burst of at least ▮')).toEqual(['10'])
    expect(offered('from events burst of at least 10 within ▮')).toEqual(['1 s', 'dt_max', 'e_min'])
    expect(offered('from events take ▮')).toEqual(['20'])
    expect(offered('from events sample ▮')).toEqual(['1 %'])
    expect(offered('fn f(width) = from events veto within ▮', 'parameter')).toEqual(['width'])
  })

  test('livetime and union: streams; count: lists, then streams', () => {
    const streams = ['events', 'muons', 'ibd', 'per_run']
    expect(offered('show livetime(▮').slice(0, 4)).toEqual(streams)
    expect(offered('from union(▮').slice(0, 4)).toEqual(streams)
    expect(offered('from "esd.root" define n = count(▮').slice(0, 5)).toEqual(['hits', ...streams])
    expect(offered('show count(▮').slice(0, 4)).toEqual(streams)
  })

  test('a function of numbers: no streams', () => {
    expect(offered('from events where sqrt(▮', 'stream')).toEqual([])
    expect(offered('from events define s = sum(▮', 'stream')).toEqual(['events', 'muons', 'ibd', 'per_run'])
  })

  test('a path for what takes one', () => {
    expect(offered('save ibd to sniper(▮', 'source')).toEqual(['"'])
  })
})

describe('the rest', () => {
  test('an element of a list has its fields', () => {
    expect(offered('from "esd.root" where hits[0].▮')).toEqual(['time', 'charge'])
  })

  test('a value alone is compared before another stage begins', () => {
    expect(offered('from events where E ▮', 'keyword').slice(0, 2)).toEqual(['in', 'not'])
    expect(offered('from events where E > 1 MeV ▮', 'keyword').slice(0, 1)).toEqual(['where'])
  })

  test('a list of values: literals in the unit', () => {
    expect(offered('from events where run in [▮', 'literal')).toEqual(['10001', '10003'])
    expect(offered('from events where E not in [1 MeV, ▮', 'literal')).toEqual(['0.2716 MeV', '100000 MeV'])
    expect(offered('from events where E in [1, 5 ▮', 'unit')).toEqual(['eV', 'keV', 'MeV', 'GeV', 'TeV'])
  })
})
