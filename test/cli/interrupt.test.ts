import { existsSync, globSync, readdirSync, readFileSync, statSync, writeFileSync } from 'node:fs'
import path from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'
import { beforeAll, describe, expect, test } from 'vitest'
import { ended, type Ended, runPython, start, temporaryFolder } from './sift.ts'

// Two million rows in each format. The environment variable SIFT_LARGE names the folder of a larger sample to take instead:
// `.venv/bin/python test/data/make.py large --parts parquet,arrow,hdf5,root --out FOLDER`, then SIFT_LARGE=FOLDER/large.

const formats = [
  ['Parquet', '*.parquet', 'kept.parquet'],
  ['Arrow', 'arrow/*.arrow', 'kept.arrow'],
  ['HDF5', 'hdf5/*.h5', 'kept.h5'],
  ['ROOT', 'root/*.root', 'kept.root'],
] as const

const tellsThreads = existsSync('/proc/self/task')
if (!tellsThreads) console.warn('NOT TESTED: how soon threads and processes rest. This system does not tell.')

/** CPU time, not time: what one thread may take to notice and to end, however busy the computer is otherwise. */
const mostCpuMs = 100
/** The kernel counts the CPU time of threads in these. */
const tickMs = 10

const large = process.env['SIFT_LARGE']
const folder = temporaryFolder()
const sample = large ?? path.join(folder, 'demo')

beforeAll(async () => {
  if (large !== undefined) return
  await runPython(['test/data/make.py', 'demo', '--parts', 'parquet,arrow,hdf5,root', '--out', folder])
}, 300_000)

describe.each(formats)('Ctrl-C on %s', { timeout: 120_000 }, (_, files, target) => {
  const events = `events = from ${JSON.stringify(path.join(sample, files))}`

  test.each([1, 2, 5])('ends a scan with status 130 after answer %d, and no worker goes on', async (answers) => {
    const scan = 'show sum(E of events), max(qtot of events), max(r of (from events define r = hypot(x, y, z)))'
    const cells = [events, ...Array.from({ length: 50 }, () => scan)]
    const stopped = await interrupted(cells, '400MB', (out) => out.split('"number"').length > answers)
    expectInterrupted(stopped)
    expect(stopped.out.match(/"number"/g)!.length).toBeLessThan(150)
  })

  test('ends a save with status 130, leaves the old file and no other, and no worker goes on', async () => {
    writeFileSync(path.join(folder, target), 'old')
    const before = readdirSync(folder)
    const save = `save (from events where qtot > 1 pe) to ${JSON.stringify(target)}`
    const stopped = await interrupted([events, save], '600MB', () => partOf(target) > 0)
    expectInterrupted(stopped)
    expect(readdirSync(folder)).toEqual(before)
    expect(readFileSync(path.join(folder, target), 'utf8')).toBe('old')
  })
})

test.skipIf(!tellsThreads)(
  'Ctrl-C ends the Python that writes ROOT, too',
  async () => {
    const events = `events = from ${JSON.stringify(path.join(sample, 'arrow/*.arrow'))}`
    const before = readdirSync(folder)
    const stopped = await interrupted([events, 'save events to "new.root"'], '600MB', () => writersOfRoot().length > 0)
    expectInterrupted(stopped)
    expect(readdirSync(folder)).toEqual(before)
    expect(writersOfRoot()).toEqual([])
  },
  120_000,
)

interface Stopped extends Ended {
  /** CPU time of the thread that took most after the signal, the main thread apart. */
  readonly busiestMs: number
}

function expectInterrupted({ status, signal, out, busiestMs }: Stopped): void {
  expect({ status, signal }).toEqual({ status: 130, signal: null })
  expect(out.trimEnd().split('\n').at(-1)).toContain('"code":"R001"')
  expect(busiestMs).toBeLessThanOrEqual(mostCpuMs)
}

/**
 * Runs cells until it is time, and interrupts them. Memory is so little that every cell reads the files again.
 *
 * @param isTime asked again and again with what was printed
 */
async function interrupted(
  cells: readonly string[],
  memory: string,
  isTime: (out: string) => boolean,
): Promise<Stopped> {
  const child = start(['run', '--json', '--memory', memory, ...cells.flatMap((cell) => ['-e', cell])], folder)
  const result = ended(child)
  let out = ''
  child.stdout.on('data', (chunk: Buffer) => (out += chunk.toString()))
  const hasEnded = () => child.exitCode !== null || child.signalCode !== null
  while (!isTime(out) && !hasEnded()) await sleep(2)
  const before = workerTimes(child.pid!)
  child.kill('SIGINT')
  const after = new Map(before)
  for (; !hasEnded(); await sleep(2)) for (const [thread, ms] of workerTimes(child.pid!)) after.set(thread, ms)
  const spent = [...after].map(([thread, ms]) => ms - (before.get(thread) ?? 0))
  return { ...(await result), busiestMs: Math.max(0, ...spent) }
}

/** CPU time of the threads of a process, the main thread apart; empty where the system does not tell, or for one that is gone. */
function workerTimes(pid: number): ReadonlyMap<string, number> {
  const times = new Map<string, number>()
  for (const file of tellsThreads ? globSync(`/proc/${pid}/task/*/stat`) : []) {
    const thread = path.basename(path.dirname(file))
    const ticks = thread === String(pid) ? null : ticksIn(file)
    if (ticks !== null) times.set(thread, ticks * tickMs)
  }
  return times
}

/** User and system time are fields 14 and 15 of `stat`; the second one is a name, in brackets. */
function ticksIn(file: string): number | null {
  try {
    const fields = readFileSync(file, 'utf8')
      .replace(/^.*\) /, '')
      .split(' ')
    return Number(fields[11]) + Number(fields[12])
  } catch {
    return null
  }
}

/** Bytes of the file that is about to become `target`. */
function partOf(target: string): number {
  const part = readdirSync(folder).find((name) => name.startsWith(`.${target}.`))
  return part === undefined ? 0 : (statSync(path.join(folder, part), { throwIfNoEntry: false })?.size ?? 0)
}

/** The processes that write ROOT files in the folder of this test. */
function writersOfRoot(): readonly string[] {
  const commands = globSync('/proc/[0-9]*/cmdline').map((file) => {
    try {
      return readFileSync(file, 'utf8').replaceAll('\0', ' ')
    } catch {
      return ''
    }
  })
  return commands.filter((command) => command.includes('root_write.py') && command.includes(folder))
}
