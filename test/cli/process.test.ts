import { spawn, spawnSync } from 'node:child_process'
import { once } from 'node:events'
import { cpSync, mkdirSync, readdirSync, readFileSync, statSync, symlinkSync, writeFileSync } from 'node:fs'
import path from 'node:path'
import { beforeAll, describe, expect, test } from 'vitest'
import { ended, printed, root, runPython, sift, start, temporaryFolder } from './sift.ts'

const folder = temporaryFolder()
beforeAll(async () => {
  await runPython(['test/cli/tiny.py', folder])
  await runPython(['test/data/make.py', 'unit', '--parts', 'parquet,arrow', '--out', folder])
})

const events = 'events = from "unit/arrow/*.arrow"'
/** All pairs of 10^5 events within minutes of each other: more than a computer does while a person waits. */
const endless = 'pairs = from events match a with b within 10 min after a\nshow sum(b.E - a.E of pairs)'

describe('Ctrl-C', () => {
  test('ends a running query with status 130', async () => {
    const child = start(['run', '--json', '-e', events, '-e', 'show count(events)', '-e', endless], folder)
    const result = ended(child)
    // Numbers are printed when they are known: the endless cell comes next.
    await printed(child, '"number"')
    child.kill('SIGINT')
    const { status, signal, out } = await result
    expect({ status, signal }).toEqual({ status: 130, signal: null })
    expect(out.trimEnd().split('\n').at(-1)).toContain('"code":"R001"')
  })

  test('a second time ends the process, though it does not heed the first', async () => {
    const interrupt = JSON.stringify(path.join(root, 'kernel/cli/interrupt.ts'))
    const program = `
      import { abortOnSignal } from ${interrupt}
      const controller = new AbortController()
      abortOnSignal(controller)
      setInterval(() => {}, 1000)
      controller.signal.addEventListener('abort', () => console.log('aborted'))
      console.log('listening')`
    const child = spawn(process.execPath, ['--input-type=module', '-e', program], { stdio: ['ignore', 'pipe', 'pipe'] })
    const result = ended(child)
    await printed(child, 'listening')
    child.kill('SIGINT')
    await printed(child, 'aborted')
    child.kill('SIGINT')
    expect(await result).toMatchObject({ status: null, signal: 'SIGINT' })
  })

  test('during a save leaves the old file whole and no other', async () => {
    const before = await sift(
      ['run', '-e', events, '-e', 'save (from events where entry == 0) to "kept.arrow"'],
      folder,
    )
    expect(before).toMatchObject({ status: 0, out: 'events : events\nkept.arrow: 20 rows saved\n' })
    const listed = readdirSync(folder)
    const child = start(
      [
        'run',
        '--json',
        '-e',
        events,
        '-e',
        'show count(events)',
        '-e',
        'save (from events match a with b within 10 min after a) to "kept.arrow"',
      ],
      folder,
    )
    const result = ended(child)
    await printed(child, '"number"')
    child.kill('SIGINT')
    expect((await result).status).toBe(130)
    expect(readdirSync(folder)).toEqual(listed)
    expect((await sift(['run', '-e', 'show count("kept.arrow")'], folder)).out).toContain('= 20\n')
  })
})

test('a reader that goes away ends the run without a word', async () => {
  const child = start(['run', '--json', '--rows', 'all', '-e', events, '-e', 'from events', '-e', endless], folder)
  const result = ended(child)
  await once(child.stdout, 'data')
  child.stdout.destroy()
  const { status, signal, err } = await result
  expect({ status, signal, err }).toEqual({ status: 0, signal: null, err: '' })
})

test('text on a pipe has results alone on stdout, and no progress on stderr', async () => {
  const { status, out, err } = await sift(['run', '-e', 'a = from "tiny.arrow"', '-e', 'show count(a)'], folder)
  expect({ status, out, err }).toEqual({ status: 0, out: 'a : events\ncount(a) = 6\n', err: '' })
})

test('a live time is marked where the files do not state their good time', async () => {
  const { out } = await sift(
    ['run', '-e', 'a = from "bare.arrow" units t: ns', '-e', 'show livetime(a), count(a)'],
    folder,
  )
  expect(out.split('\n').slice(1, 3)).toEqual([
    'livetime(a) ≈ 20 ms; good time is known only from the first and last event of each run',
    'count(a) = 6',
  ])
})

test('the first query of the README runs as it stands there, on another sample', async () => {
  const [, query = ''] =
    /Put this into a file `pairs\.sift`[^`]*```\n(.*?)```/s.exec(readFileSync(path.join(root, 'README.md'), 'utf8')) ??
    []
  mkdirSync(path.join(folder, 'data'))
  symlinkSync(path.join(folder, 'unit'), path.join(folder, 'data/demo'))
  writeFileSync(path.join(folder, 'pairs.sift'), query)
  const { status, out, err } = await sift(['run', 'pairs.sift'], folder)
  expect({ status, errors: err.match(/^error.*/gm) }).toEqual({ status: 0, errors: null })
  expect(out).toMatch(
    /^ibd : match\(prompt, delayed\) of events.*^cutflow ibd.*^count\(ibd\) = .*^livetime\(ibd\) = .*delayed\.t - prompt\.t \[us\]/ms,
  )
})

test('a plan that cannot keep to the memory is refused with the numbers before anything is read', async () => {
  const { status, err } = await sift(
    [
      'run',
      '--memory',
      '4MB',
      '--threads',
      '2',
      '-e',
      events,
      '-e',
      'show count(events where count(events within 1 h of this) > 5)',
    ],
    folder,
  )
  expect(status).toBe(4)
  expect(err).toMatch(
    /R002.*needs \d+ MB of memory, and may use 4 MB: the program takes \d+ MB with 2 workers, and its windows need 7200 s of data around each slice, up to \d{5,6} rows: \d+ MB/s,
  )
})

test('--help and --version go to stdout', async () => {
  const help = await sift(['--help'], folder)
  expect(help).toMatchObject({ status: 0, err: '' })
  expect(help.out).toContain('sift run   [FILE…] [-e CELL]… [options]')
  expect(await sift(['--version'], folder)).toMatchObject({ status: 0, out: 'sift 0.1.0\n' })
})

test('npx finds the command, from a subfolder too, and hands its status on', () => {
  const run = (...args: readonly string[]) =>
    spawnSync('npx', ['--no-install', 'sift', ...args], { cwd: path.join(root, 'kernel'), encoding: 'utf8' })
  expect(run('--version')).toMatchObject({ status: 0, stdout: 'sift 0.1.0\n' })
  expect(run('run').status).toBe(2)
})

test('before the set-up the command says what to do', () => {
  const bare = path.join(folder, 'bare')
  for (const part of ['kernel/sift.mjs', 'setup/project.mjs', 'setup/process.mjs'])
    cpSync(path.join(root, part), path.join(bare, part))
  const { status, stderr, stdout } = spawnSync(process.execPath, [path.join(bare, 'kernel/sift.mjs'), 'run'], {
    encoding: 'utf8',
  })
  expect({ status, stdout }).toEqual({ status: 2, stdout: '' })
  expect(stderr).toMatch(/^sift: the set-up is missing\. Run once: cd .*bare && npm run setup\n$/)
})

test('the command is executable, as npx needs it', () => {
  expect(statSync(path.join(root, 'kernel/sift.mjs')).mode & 0o111).toBe(0o111)
})
