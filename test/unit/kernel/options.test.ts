import { describe, expect, test } from 'vitest'
import { parseCommandLine } from '../../../kernel/cli/options.ts'

function options(...args: readonly string[]) {
  return parseCommandLine(['run', ...args])
}

test('files and cells in any order, with their defaults', () => {
  expect(options('-e', 'from a', 'b.sift', '-e', 'from c', 'd.sift')).toEqual({
    kind: 'run',
    files: ['b.sift', 'd.sift'],
    cells: ['from a', 'from c'],
    json: false,
    rows: 20,
    time: false,
    threads: null,
    memoryBytes: null,
    keepGoing: false,
  })
})

test('every option', () => {
  expect(options('a', '--json', '--rows', '5', '--time', '--threads=3', '--memory', '500MB', '--keep-going')).toEqual({
    kind: 'run',
    files: ['a'],
    cells: [],
    json: true,
    rows: 5,
    time: true,
    threads: 3,
    memoryBytes: 500_000_000,
    keepGoing: true,
  })
})

test('all rows', () => expect(options('a', '--rows', 'all')).toMatchObject({ rows: Infinity }))
test('check takes the same', () =>
  expect(parseCommandLine(['check', 'a', '--json'])).toMatchObject({ kind: 'check', json: true }))
test('what follows -- is a file', () =>
  expect(options('--', '--json')).toMatchObject({ files: ['--json'], json: false }))

test.each([
  ['1', 1],
  ['2k', 2000],
  ['1.5g', 1_500_000_000],
  ['2 GB', 2_000_000_000],
  ['1GiB', 1_073_741_824],
])('--memory %s is %i bytes', (text, bytes) =>
  expect(options('a', '--memory', text)).toMatchObject({ memoryBytes: bytes }),
)

test.each([['--help'], ['-h'], ['help'], ['run', '--help'], ['run', '-e', 'x', '-h']])('help by %s %s', (...args) => {
  expect(parseCommandLine(args).kind).toBe('help')
})
test('the version', () => expect(parseCommandLine(['--version'])).toEqual({ kind: 'version' }))

test.each([
  [[], { kind: 'user' }],
  [['--user'], { kind: 'user' }],
  [['--sys-prefix'], { kind: 'sysPrefix' }],
  [['--prefix', '/opt'], { kind: 'prefix', prefix: '/opt' }],
  [['--prefix=/opt'], { kind: 'prefix', prefix: '/opt' }],
])('the place of install %j', (args, place) => {
  expect(parseCommandLine(['install', ...args])).toEqual({ kind: 'install', place })
  expect(parseCommandLine(['uninstall', ...args])).toEqual({ kind: 'uninstall', place })
})

describe('wrong usage', () => {
  test.each([
    [[], 'no command'],
    [['rum', 'a'], 'there is no command rum; did you mean run?'],
    [['run'], 'nothing to do: give a FILE, or a cell with -e'],
    [['run', '--jsno', 'a'], 'there is no option --jsno; did you mean --json?'],
    [['run', '--row=3', 'a'], 'there is no option --row; did you mean --rows?'],
    [['run', '-x', 'a'], 'there is no option -x; did you mean -e?'],
    [['run', '-e'], '-e needs a value'],
    [['run', 'a', '--rows', 'many'], '--rows takes a whole number from 0, or all, not many'],
    [['run', 'a', '--rows', '-1'], '--rows takes a whole number from 0, or all, not -1'],
    [['run', 'a', '--threads', '0'], '--threads takes a whole number from 1, not 0'],
    [['run', 'a', '--memory', 'lots'], '--memory takes a size such as 500MB or 2GB, not lots'],
    [['run', 'a', '--json=yes'], '--json takes no value'],
    [['install', '--usr'], 'there is no place --usr; did you mean --user?'],
    [['install', 'here'], 'there is no place here'],
    [['install', '--prefix'], '--prefix needs one folder'],
    [['install', '--user', '/opt'], '--user takes no value'],
  ])('%j: %s', (args, message) => expect(parseCommandLine(args)).toEqual({ kind: 'misuse', message }))
})

test('fmt takes files and --check, and what follows -- is a file', () => {
  expect(parseCommandLine(['fmt', 'a.sift', '--check'])).toEqual({ kind: 'fmt', files: ['a.sift'], isCheck: true })
  expect(parseCommandLine(['fmt', 'a.sift', '--', '--check'])).toEqual({
    kind: 'fmt',
    files: ['a.sift', '--check'],
    isCheck: false,
  })
})
