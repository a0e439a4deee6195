import { writeFileSync } from 'node:fs'
import path from 'node:path'
import { beforeAll, describe, expect, test } from 'vitest'
import { runPython, sift, temporaryFolder } from './sift.ts'

// What a person reads who made the mistake: place, cause, way out; and the exit status that a script sees.

const folder = temporaryFolder()
const faults = path.join(folder, 'faults')

const events = 'events = from "tiny.arrow" define r = hypot(x, y, z)'

/** Each of its own kind; they run as one notebook that goes on after a failure. */
const mistakes = {
  stream: 'from evnts',
  column: 'from events\n  where energy > 1 MeV',
  unit: 'from events where E > 0.7',
  dimension: 'from events where r < 5 MeV',
  equals: 'from events where det = "CD"',
}

const unusable: Readonly<Record<string, readonly [given: string, code: string, message: RegExp]>> = {
  'that it is missing, and what is there': ['none.parquet', 'D001', /no file `none\.parquet`.*Way out: .*`good`/],
  'that a glob matches nothing': ['good/*.nothing', 'D001', /No file matches `good\/\*\.nothing`.*Way out: .*`events`/],
  'that there is no such folder': [
    'nowhere/*.parquet',
    'D001',
    /No file matches `nowhere\/\*\.parquet`.*no folder .*nowhere/,
  ],
  'that Arrow is truncated': ['truncated/good.arrow', 'D002', /truncated\/good\.arrow` is truncated.*Way out: /],
  'that HDF5 is truncated': ['truncated/good.h5', 'D002', /truncated\/good\.h5` is truncated.*Way out: /],
  'that Parquet is truncated': ['truncated/good.parquet', 'D002', /truncated\/good\.parquet` is truncated.*Way out: /],
  'that ROOT is truncated': ['truncated/good.root', 'D002', /truncated\/good\.root` is truncated.*Way out: /],
  'that it is empty': ['empty/empty.parquet', 'D002', /empty\.parquet` is empty.*Way out: /],
  'the first row out of order': ['unsorted/*.parquet', 'D004', /run10001_001\.parquet.* row 200.*Way out: /],
  'the column that one file lacks': ['drift/*.parquet', 'D003', /run10001_001\.parquet.*`qtot`/],
}

/** What is told of the cells of a notebook, by the number of the cell. */
async function messagesOf(cells: readonly string[], where: string): Promise<ReadonlyMap<number, readonly string[]>> {
  const { err } = await sift(['run', '--keep-going', ...cells.flatMap((cell) => ['-e', cell])], where)
  const problems = err.trimEnd().split('\n\n')
  return new Map(problems.map((text) => [Number(/ in cell (\d+)/.exec(text)?.[1]), text.split('\n')]))
}

let ofMistakes: ReadonlyMap<number, readonly string[]>
let ofFiles: ReadonlyMap<number, readonly string[]>

beforeAll(async () => {
  await runPython(['test/cli/tiny.py', folder])
  await runPython(['test/data/make.py', 'faults', '--parts', 'all', '--out', folder])
  ofMistakes = await messagesOf([events, ...Object.values(mistakes)], folder)
  ofFiles = await messagesOf(
    Object.values(unusable).map(([given]) => `a = from "${given}"`),
    faults,
  )
})

describe('a mistake in the query tells', () => {
  const message = (mistake: keyof typeof mistakes) => ofMistakes.get(Object.keys(mistakes).indexOf(mistake) + 2)

  test('the stream that was meant', () => {
    expect(message('stream')).toEqual([
      'error S101 in cell 2, line 1, column 6',
      '  1 | from evnts',
      '    |      ^^^^^',
      '  I know no stream `evnts`. Did you mean `events` (cell 1)?',
      '  Way out: write `events`',
    ])
  })

  test('the columns that there are', () => {
    const lines = message('column') ?? []
    expect(lines.slice(0, 3)).toEqual([
      'error S102 in cell 3, line 2, column 9',
      '  2 |   where energy > 1 MeV',
      '    |         ^^^^^^',
    ])
    expect(lines[3]).toMatch(
      /^ {2}`events` has no column `energy`\. Did you mean `E` \[MeV\]\? Columns: t, .*\bE, x, y, z, /,
    )
    expect(lines[4]).toBe('  Way out: write `E`')
  })

  test('the unit that a number lacks', () => {
    expect(message('unit')).toEqual([
      'error S103 in cell 4, line 1, column 23',
      '  1 | from events where E > 0.7',
      '    |                       ^^^',
      '  `E` is an energy [MeV] and `0.7` has no unit. Write `0.7 MeV`.',
      '  Way out: write `0.7 MeV`',
    ])
  })

  test('that a length is no energy', () => {
    expect(message('dimension')).toEqual([
      'error S104 in cell 5, line 1, column 23',
      '  1 | from events where r < 5 MeV',
      '    |                       ^^^^^',
      '  Cannot compare a length (`r` [mm]) with an energy (`5 MeV`).',
    ])
  })

  test('that two values are compared by ==', () => {
    expect(message('equals')).toEqual([
      'error S106 in cell 6, line 1, column 23',
      '  1 | from events where det = "CD"',
      '    |                       ^',
      '  `=` names something; to compare two values write `==`.',
      '  Way out: write `==`',
    ])
  })

  test('the line and column in a file of several cells, and ends with status 1', async () => {
    const file = path.join(folder, 'two.sift')
    writeFileSync(file, `#%% one\n${events}\n\n#%% two\nfrom events\n  where E > 0.7\n`)
    const { status, err } = await sift(['run', file], folder)
    expect(status).toBe(1)
    expect(err.split('\n')[0]).toBe(`error S103 in ${file}, line 6, column 13`)
  })
})

describe('a file that cannot be used tells', () => {
  test.each(Object.entries(unusable))('%s', (name, [given, code, message]) => {
    const number = Object.keys(unusable).indexOf(name) + 1
    const lines = ofFiles.get(number) ?? []
    expect(lines.slice(0, 3)).toEqual([
      `error ${code} in cell ${number}, line 1, column 10`,
      `  1 | a = from "${given}"`,
      `    |          ${'^'.repeat(given.length + 2)}`,
    ])
    expect(lines.slice(3).join('')).toMatch(message)
  })

  test('it by status 3', async () => {
    expect(await sift(['run', '-e', 'from "truncated/good.arrow"'], faults)).toMatchObject({ status: 3, out: '' })
  })
})

describe('wrong usage ends with status 2 and tells', () => {
  test.each([
    ['an option that was meant', ['run', '--jsno', 'a.sift'], 'sift: there is no option --jsno; did you mean --json?'],
    ['a command that was meant', ['rum', 'a.sift'], 'sift: there is no command rum; did you mean run?'],
    ['a query file that is not there', ['run', 'none.sift'], 'sift: there is no file none.sift'],
  ])('%s', async (_, args, first) => {
    const { status, err, out } = await sift(args, folder)
    expect({ status, first: err.split('\n')[0], out }).toEqual({ status: 2, first, out: '' })
    expect(err).toContain('sift run   [FILE…] [-e CELL]… [options]')
  })
})

describe('check', () => {
  test('tells every mistake, one for each statement without its consequences, and opens files but runs nothing', async () => {
    const cells = [
      events,
      'bad = from evnts\nfrom events where E > 0.7 and energy > 1 MeV',
      'from bad',
      'from "none.arrow"',
    ]
    const { status, err, out } = await sift(['check', ...cells.flatMap((cell) => ['-e', cell])], folder)
    expect({ status, out }).toEqual({ status: 1, out: '' })
    expect(err.match(/^error .*/gm)).toEqual([
      'error S101 in cell 2, line 1, column 12',
      'error S103 in cell 2, line 2, column 23',
      'error D001 in cell 4, line 1, column 6',
    ])
    expect(err.trimEnd().split('\n').at(-1)).toBe('4 cells checked, 3 errors')
  })

  test('of a good notebook ends with status 0', async () => {
    expect(await sift(['check', '-e', events, '-e', 'from events'], folder)).toMatchObject({
      status: 0,
      out: '',
      err: '2 cells checked, 0 errors\n',
    })
  })
})
