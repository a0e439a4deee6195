import { describe, expect, test } from 'vitest'
import { Execution } from '../../../kernel/execution.ts'
import { History } from '../../../kernel/history.ts'
import type { Interpreter, Outcome } from '../../../kernel/interpreter.ts'
import { lazyInterpreter } from '../../../kernel/lazy-interpreter.ts'
import type { JsonObject, Message } from '../../../kernel/wire.ts'

const ok: Outcome = { status: 'ok' }
const info = { banner: '', implementationVersion: '', language: {}, helpLinks: [] }

/** A language in which a cell is what it does. */
function language(execute: Interpreter['execute'], slide: Interpreter['slide'] = async () => null): Interpreter {
  return {
    info,
    prepare: async () => {},
    execute,
    slide,
    complete: (_, offset) => ({ start: offset, end: offset, items: [] }),
    inspect: () => null,
    isComplete: () => ({ status: 'complete' }),
    evaluate: async () => ok,
    close: async () => {},
  }
}

function cell(code: string, more: JsonObject = {}): Message {
  const header = { msg_id: code, msg_type: 'execute_request', session: '', username: '', date: '', version: '5.5' }
  return { identities: [], header, metadata: {}, content: { code, ...more } }
}

/** Runs cells and tells what is sent, in its order. */
function running(interpreter: Interpreter) {
  const sent: string[] = []
  const content: JsonObject[] = []
  const execution = new Execution(interpreter, new History(), {
    reply: (request, reply) => {
      const { status } = reply
      sent.push(`${request.header.msg_id}: reply ${typeof status === 'string' ? status : ''}`)
      content.push(reply)
    },
    publish: (request, type, { execution_state: state }) => {
      sent.push(`${request.header.msg_id}: ${typeof state === 'string' ? state : type}`)
    },
    slider: () => {},
    slid: (_, { name, value }) => void sent.push(`${name} slid to ${value}`),
    failed: (error) => void sent.push(`failed: ${String(error)}`),
  })
  return { execution, sent, content }
}

const untilAborted: Interpreter['execute'] = (_, __, signal) =>
  new Promise((resolve) => {
    signal.addEventListener('abort', () => resolve({ status: 'error', name: 'R001', value: '', traceback: [] }))
  })

describe('a cell', () => {
  test('that meets a bug of ours ends with a fault, and the next one runs', async () => {
    const interpreter = language(async ({ code }) => {
      if (code === 'bad') throw new TypeError('no such thing')
      return ok
    })
    const { execution, sent, content } = running(interpreter)
    execution.add(cell('bad', { stop_on_error: false }))
    execution.add(cell('good'))
    await expect.poll(() => sent.at(-1)).toBe('good: idle')
    expect(content[0]).toMatchObject({ status: 'error', ename: 'Fault' })
    expect(content[0]?.['evalue']).toContain('A fault in Sift, not in your query: no such thing')
    expect(sent).toContain('good: reply ok')
  })

  test('shows nothing once it has ended', async () => {
    let later: (() => void) | undefined
    const interpreter = language(async (_, publisher) => {
      later = () => publisher.stream('stdout', 'too late')
      return ok
    })
    const { execution, sent } = running(interpreter)
    execution.add(cell('a'))
    await expect.poll(() => sent.at(-1)).toBe('a: idle')
    later?.()
    expect(sent).toEqual(['a: busy', 'a: execute_input', 'a: reply ok', 'a: idle'])
  })
})

test('an end aborts what waits, stops what runs, and resolves behind its reply', async () => {
  const { execution, sent } = running(language(untilAborted))
  execution.add(cell('runs'))
  execution.add(cell('waits'))
  await execution.end()
  expect(sent).toContain('waits: reply aborted')
  expect(sent.at(-1)).toBe('runs: idle')
})

describe('the move of a slider', () => {
  const move = (name: string, value: number) => [cell(`${name}${value}`), { name, value }] as const

  test('waits for what runs, and gives way to a later one of the same slider, not across a cell', async () => {
    const { execution, sent } = running(language(untilAborted))
    execution.add(cell('runs', { stop_on_error: false }))
    execution.move(...move('a', 1))
    execution.add(cell('between', { stop_on_error: false }))
    for (const [name, value] of [
      ['a', 2],
      ['b', 3],
      ['a', 4],
      ['a', 5],
    ] as const)
      execution.move(...move(name, value))
    expect(sent).toEqual(['runs: busy', 'runs: execute_input'])
    execution.interrupt()
    await expect.poll(() => sent.at(-1)).toBe('between: execute_input')
    execution.interrupt()
    await expect.poll(() => sent.at(-1)).toBe('a5: idle')
    const moved = sent.filter((line) => line.includes('slid'))
    expect(moved).toEqual(['a slid to 1', 'b slid to 3', 'a slid to 5'])
    expect(sent.indexOf('a slid to 1')).toBeLessThan(sent.indexOf('between: busy'))
  })

  test('is not dropped where a failed cell aborts the cells behind it', async () => {
    const failed: Outcome = { status: 'error', name: 'S1', value: '', traceback: [] }
    const { execution, sent } = running(language(async () => failed))
    execution.add(cell('fails'))
    execution.move(...move('a', 1))
    execution.add(cell('waits'))
    await expect.poll(() => sent.at(-1)).toBe('a1: idle')
    expect(sent).toContain('waits: reply aborted')
  })

  test('ends what runs for an older value of it, which shows nothing any more', async () => {
    const slide: Interpreter['slide'] = async ({ value }, publisher, signal) => {
      if (value === 1) await new Promise((resolve) => signal.addEventListener('abort', resolve))
      publisher.display({ 'text/plain': `${value}` }, { id: 'x', update: true })
      return null
    }
    const { execution, sent } = running(language(async () => ok, slide))
    execution.move(...move('a', 1))
    execution.move(...move('a', 2))
    await expect.poll(() => sent.at(-1)).toBe('a2: idle')
    expect(sent.filter((line) => line.includes('update'))).toEqual(['a2: update_display_data'])
  })

  test('that meets a bug of ours is told to the log, and the next thing runs', async () => {
    const { execution, sent } = running(
      language(
        async () => ok,
        () => Promise.reject(new TypeError('no such thing')),
      ),
    )
    execution.move(...move('a', 1))
    execution.add(cell('next'))
    await expect.poll(() => sent.at(-1)).toBe('next: idle')
    expect(sent.slice(0, 3)).toEqual(['a1: busy', 'failed: TypeError: no such thing', 'a1: idle'])
  })
})

describe('a language that is loaded late', () => {
  test('is loaded once, by the first who needs it', async () => {
    let loads = 0
    const lazy = lazyInterpreter(info, async () => {
      loads++
      return language(async () => ok)
    })
    expect(loads).toBe(0)
    const { execution, sent } = running(lazy)
    execution.add(cell('a'))
    execution.add(cell('b'))
    await lazy.prepare()
    await expect.poll(() => sent.at(-1)).toBe('b: idle')
    expect(loads).toBe(1)
  })

  test('and cannot be makes each cell a fault, and no end hang', async () => {
    const lazy = lazyInterpreter(info, async () => Promise.reject(new Error('no module')))
    const { execution, sent, content } = running(lazy)
    execution.add(cell('a'))
    await expect.poll(() => sent.at(-1)).toBe('a: idle')
    expect(content[0]?.['evalue']).toContain('no module')
    await expect(lazy.close()).rejects.toThrow('no module')
  })
})
