import { spawnSync } from 'node:child_process'
import { afterAll, describe, expect, test } from 'vitest'
import { RuntimeError } from '../../../runtime/errors.ts'
import { Pool } from '../../../runtime/local/pool.ts'
import type { OddJobs } from './odd-worker.ts'

const entry = new URL('odd-worker.ts', import.meta.url)
const pool = new Pool<OddJobs>({ threads: 2, entry })
const never = new AbortController().signal

afterAll(() => pool[Symbol.asyncDispose]())

/** Starts `count` jobs that spin, and resolves when all of them do. */
async function spinning(job: 'spin' | 'deaf', count: number, signal: AbortSignal) {
  const started = new Int32Array(new SharedArrayBuffer(4))
  const run = pool.begin(signal)
  const jobs = Array.from({ length: count }, () => run.submit(job, started.buffer))
  const outcomes = Promise.allSettled(jobs)
  while (started[0]! < count) await Atomics.waitAsync(started, 0, started[0]!, 100).value
  return { run, outcomes }
}

async function untilIdle(): Promise<void> {
  while (pool.busy > 0) await new Promise((resolve) => setTimeout(resolve, 5))
}

test('every job gets its own answer, however many there are for each thread', async () => {
  await using run = pool.begin(never)
  const answers = await Promise.all([1, 2, 3, 4, 5, 6, 7].map((value) => run.submit('double', value)))
  expect(answers).toEqual([2, 4, 6, 8, 10, 12, 14])
})

test('a shared value is there for the jobs that use it', async () => {
  await using run = pool.begin(never)
  const key = run.share({ of: 'everyone' })
  const seen = await Promise.all([1, 2, 3, 4].map(() => run.submit('shared', key, { uses: [key] })))
  expect(seen).toEqual(Array.from({ length: 4 }, () => ({ of: 'everyone' })))
})

test('a job is answered what it asks, later and with memory that moves', async () => {
  await using run = pool.begin(never)
  const sent: Uint8Array<ArrayBuffer>[] = []
  const answer = async (question: unknown) => {
    await new Promise((resolve) => setTimeout(resolve, 1))
    const result = Uint8Array.of(Number(question), 7)
    sent.push(result)
    return { result, transfer: [result.buffer] }
  }
  expect(await run.submit('ask', 2, { answer })).toEqual([Uint8Array.of(0, 7), Uint8Array.of(1, 7)])
  expect(sent.map(({ byteLength }) => byteLength)).toEqual([0, 0])
})

test('a job whose question fails, fails with it', async () => {
  await using run = pool.begin(never)
  const answer = () => Promise.reject(new RuntimeError('D003', 'no such batch'))
  await expect(run.submit('ask', 1, { answer })).rejects.toMatchObject({ code: 'D003', message: 'no such batch' })
  expect(await run.submit('double', 4)).toBe(8)
})

test('a shared value is gone from the workers when its run is over', async () => {
  const run = pool.begin(never)
  const key = run.share('secret')
  await Promise.all([1, 2, 3, 4].map(() => run.submit('shared', key, { uses: [key] })))
  await run[Symbol.asyncDispose]()
  await using later = pool.begin(never)
  const outcomes = await Promise.allSettled([1, 2, 3, 4].map(() => later.submit('shared', key)))
  expect(outcomes.map(({ status }) => status)).toEqual(['rejected', 'rejected', 'rejected', 'rejected'])
})

test('what a job tells arrives in order', async () => {
  await using run = pool.begin(never)
  const heard: unknown[] = []
  await run.submit('news', [3, 1, 2], { news: (news) => heard.push(news) })
  expect(heard).toEqual([3, 1, 2])
})

test('an error of the world keeps its code and its way out across the threads', async () => {
  await using run = pool.begin(never)
  await expect(run.submit('fail', null)).rejects.toMatchObject({ code: 'D003', message: 'no column E', fix: 'use e' })
})

describe('an interrupt', () => {
  test('reaches workers that are deep in a loop: all jobs end with R001 and all workers are idle', async () => {
    const controller = new AbortController()
    const { run, outcomes } = await spinning('spin', 2, controller.signal)
    const waiting = Promise.allSettled([run.submit('double', 1)])
    controller.abort()
    const ended = [...(await outcomes), ...(await waiting)]
    expect(ended.map((outcome) => outcome.status === 'rejected' && outcome.reason.code)).toEqual([
      'R001',
      'R001',
      'R001',
    ])
    await untilIdle()
  })

  test('leaves other runs alone', async () => {
    const controller = new AbortController()
    const { outcomes } = await spinning('spin', 1, controller.signal)
    await using other = pool.begin(never)
    const answer = other.submit('double', 21)
    controller.abort()
    await outcomes
    await expect(answer).resolves.toBe(42)
  })

  test('before the first job keeps it from being started', async () => {
    await using run = pool.begin(AbortSignal.abort())
    await expect(run.submit('double', 1)).rejects.toMatchObject({ code: 'R001' })
  })

  test('that a worker does not notice still ends the job, and another worker takes its place', async () => {
    const controller = new AbortController()
    const { outcomes } = await spinning('deaf', 2, controller.signal)
    controller.abort()
    const ended = await outcomes
    expect(ended.map((outcome) => outcome.status === 'rejected' && outcome.reason.code)).toEqual(['R001', 'R001'])
    await using run = pool.begin(never)
    await expect(run.submit('double', 4)).resolves.toBe(8)
  })
})

describe('a worker that', () => {
  test.each([
    ['leaves', 'leave', 'exit code 3'],
    ['throws outside of its job', 'throwLater', 'out of the blue'],
  ] as const)('%s fails its job with R003, and another takes its place', async (_, job, why) => {
    await using run = pool.begin(never)
    const failing = run.submit(job, null)
    const other = run.submit('wait', 20)
    await expect(failing).rejects.toMatchObject({ code: 'R003', message: expect.stringContaining(why) })
    await expect(other).resolves.toBe(null)
    await expect(Promise.all([1, 2, 3].map((value) => run.submit('double', value)))).resolves.toEqual([2, 4, 6])
  })

  test('runs out of memory fails its job with R003 that says so', async () => {
    await using small = new Pool<OddJobs>({ threads: 1, entry, heapMB: 32 })
    await using run = small.begin(never)
    await expect(run.submit('exhaust', null)).rejects.toMatchObject({
      code: 'R003',
      message: expect.stringContaining('out of memory'),
      fix: expect.stringContaining('memory'),
    })
    await expect(run.submit('double', 2)).resolves.toBe(4)
  })
})

test('leaving a run waits until its workers are idle', async () => {
  const { run, outcomes } = await spinning('spin', 2, never)
  await run[Symbol.asyncDispose]()
  await outcomes
  await untilIdle()
  expect(pool.busy).toBe(0)
})

test('a pool that is closed answers every job that is left with R001', async () => {
  const closing = new Pool<OddJobs>({ threads: 1, entry })
  const run = closing.begin(never)
  const jobs = Promise.allSettled([run.submit('wait', 10_000), run.submit('double', 1)])
  await closing[Symbol.asyncDispose]()
  const outcomes = await jobs
  expect(outcomes.map((outcome) => outcome.status === 'rejected' && outcome.reason.code)).toEqual(['R001', 'R001'])
})

test('a pool that is closed while an answer is on its way still sees its threads end', () => {
  const program = `
    const { Pool } = await import(${JSON.stringify(new URL('../../../runtime/local/pool.ts', import.meta.url).href)})
    const pool = new Pool({ threads: 1, entry: new URL(${JSON.stringify(entry.href)}) })
    const run = pool.begin(new AbortController().signal)
    await run.submit('double', 5)
    run.submit('double', 6).catch(() => {})
    Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 0, 300)
    await pool[Symbol.asyncDispose]()
    console.log('closed')`
  const { stdout, stderr, status } = spawnSync(process.execPath, ['-e', program], { encoding: 'utf8' })
  expect({ stdout, stderr, status }).toEqual({ stdout: 'closed\n', stderr: '', status: 0 })
})

test('idle threads do not keep a process alive', () => {
  const program = `
    const { Pool } = await import(${JSON.stringify(new URL('../../../runtime/local/pool.ts', import.meta.url).href)})
    const pool = new Pool({ threads: 2, entry: new URL(${JSON.stringify(entry.href)}) })
    const run = pool.begin(new AbortController().signal)
    console.log(await run.submit('double', 5))`
  const { stdout, stderr, status, signal } = spawnSync(process.execPath, ['-e', program], {
    timeout: 30_000,
    encoding: 'utf8',
  })
  expect({ stdout, stderr, status, signal }).toEqual({ stdout: '10\n', stderr: '', status: 0, signal: null })
})
