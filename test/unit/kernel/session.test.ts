import { describe, expect, test } from 'vitest'

import type { Bound } from '../../../dsl/check/bound.ts'
import type { Compile, Compiled } from '../../../dsl/compile.ts'
import type { Diagnostic } from '../../../dsl/ir/diagnostic.ts'
import type { CellOutput } from '../../../kernel/cell-output.ts'
import { Session } from '../../../kernel/session.ts'
import { RuntimeError } from '../../../runtime/errors.ts'
import type { Backend, BackendQuery, Result, RunRequest } from '../../../runtime/ports/backend.ts'
import type { Dataset } from '../../../runtime/ports/dataset.ts'
import { table } from './build.ts'

// A language of one word for each statement, and files that are names in memory, to see the session alone:
//   name=path    defines a name over a file;  =  alone is a mistake in the definition of `name`
//   name=of:a    defines it over a file, and says that it stands on the name `a`
//   name         asks for the stream of that name;  name>path  saves it
// A file `missing…` cannot be opened, one `broken…` fails when it is read, one `slow…` is read until it is aborted.

const schema = table([]).schema

const compile: Compile = (text, { cell, names, catalog }) => {
  const after = new Map<string, Bound>(names)
  const statements: Compiled[] = []
  const diagnostics: Diagnostic[] = []
  const needs = []
  for (const word of text.matchAll(/\S+/g)) {
    const span = { start: word.index, end: word.index + word[0].length }
    const mistake = (code: string) =>
      diagnostics.push({ severity: code.startsWith('W') ? 'warning' : 'error', code, span, message: code, fix: null })
    const [, name = '', sign, path = ''] = /^(\w+)([=>]?)(.*)$/.exec(word[0]) ?? []
    const need = { path, timeDeclared: false, span: { start: span.start + name.length + 1, end: span.end } }
    const opened = catalog.dataset(need)
    const plan = { op: 'scan' as const, dataset: opened?.key ?? '', schema }
    const bind = (meaning: 'broken' | 'stream') => {
      const stream = { plan, label: name, present: new Set<string>(), sorted: null, files: [], optional: [] }
      const bound: Bound = {
        meaning: meaning === 'broken' ? { kind: 'broken' } : { kind: 'stream', stream },
        type: 'events',
        cell,
        history: [word[0]],
        uses: [...after].flatMap(([used, bound]) => (path === `of:${used}` ? [{ name: used, bound }] : [])),
      }
      after.set(name, bound)
      return bound
    }
    if (sign === '=') {
      const bound = bind(opened === undefined ? 'broken' : 'stream')
      if (path === '') mistake('S001')
      else if (opened === undefined) needs.push(need)
      else statements.push({ kind: 'definition', name, type: 'events', bound, span })
      if (path.startsWith('odd')) mistake('W001')
      continue
    }
    const meaning = after.get(name)?.meaning
    if (meaning?.kind !== 'stream') {
      mistake(meaning === undefined ? 'S101' : 'S129')
      continue
    }
    const found = meaning.stream.plan
    const query =
      sign === '>' ? { kind: 'save' as const, plan: found, path, text: '' } : { kind: 'table' as const, plan: found }
    statements.push({ kind: 'query', query, span })
  }
  return { statements, names: after, diagnostics, needs }
}

class MemoryBackend implements Backend {
  readonly name = 'memory'
  readonly opened: string[] = []
  readonly ran: string[] = []

  async open({ path }: { readonly path: string }): Promise<Dataset> {
    this.opened.push(path)
    if (path.startsWith('missing')) throw new RuntimeError('D001', `no file ${path}`, { fix: 'give another path' })
    return {
      key: `key of ${path}`,
      path,
      schema,
      files: [],
      events: [],
      goodTime: { spans: [], approximate: false },
      history: { query: null, parents: [] },
    }
  }

  async run(query: BackendQuery, { datasets, progress, signal, limit }: RunRequest): Promise<Result> {
    if (query.kind !== 'table' || query.plan.op !== 'scan') throw new Error('only whole tables')
    const path = datasets.get(query.plan.dataset)?.path ?? 'not open'
    this.ran.push(path)
    progress({ rows: 1, totalRows: 2, bytes: 3 })
    if (path.startsWith('broken')) throw new RuntimeError('D002', `${path} is damaged`)
    if (path.startsWith('bug')) throw new TypeError('a bug')
    if (path.startsWith('slow')) await aborted(signal)
    return table([], { rows: limit })
  }

  // oxlint-disable-next-line require-yield
  async *rows(): AsyncGenerator<never> {
    throw new Error('not asked for')
  }

  async [Symbol.asyncDispose](): Promise<void> {}
}

function aborted(signal: AbortSignal): Promise<never> {
  return new Promise((_, reject) => signal.addEventListener('abort', () => reject(signal.reason as Error)))
}

function notebook() {
  const backend = new MemoryBackend()
  const saved: string[] = []
  let ms = 0
  const session = new Session({
    backend,
    compile,
    folder: '/data',
    now: () => ms++,
    configure: () => Promise.resolve(),
    save: async ({ path }) => {
      saved.push(path)
      return 7
    },
  })
  let number = 0
  const run = async (text: string, signal = new AbortController().signal) => {
    const outputs: CellOutput[] = []
    const failure = await session.run(
      { text, number: ++number },
      { signal, limit: 20, emit: (output) => outputs.push(output) },
    )
    return { outputs, failure, kinds: outputs.map(({ kind }) => kind) }
  }
  const check = (text: string) => session.check({ text, number: ++number }, new AbortController().signal)
  return { backend, session, saved, run, check }
}

describe('a cell', () => {
  test('opens what it names, then shows its statements in their order', async () => {
    const { run, backend } = notebook()
    const { kinds, failure } = await run('a=one b=two a b')
    expect(kinds).toEqual([
      'definition',
      'definition',
      'progress',
      'finished',
      'result',
      'progress',
      'finished',
      'result',
      'timing',
    ])
    expect(failure).toBeNull()
    expect(backend.opened.toSorted()).toEqual(['one', 'two'])
    expect(backend.ran).toEqual(['one', 'two'])
  })

  test('opens a path once, and a later cell opens it again, since its files may have changed', async () => {
    const { run, backend } = notebook()
    await run('a=one b=one')
    expect(backend.opened).toEqual(['one'])
    await run('c=one')
    expect(backend.opened).toEqual(['one', 'one'])
    await run('a')
    expect(backend.opened).toEqual(['one', 'one'])
  })

  test('asks for as many rows as are to be shown', async () => {
    const { outputs } = await notebook().run('a=one a')
    expect(outputs.find(({ kind }) => kind === 'result')).toMatchObject({
      result: { rows: 20 },
      span: { start: 6, end: 7 },
    })
  })

  test('saves to the path of its statement and tells the rows', async () => {
    const { run, saved } = notebook()
    const { outputs } = await run('a=one a>out')
    expect(saved).toEqual(['out'])
    expect(outputs).toContainEqual({ kind: 'saved', path: 'out', rows: 7, span: { start: 6, end: 11 } })
  })

  test('shows its warnings before its results', async () => {
    expect((await notebook().run('a=odd a')).kinds).toEqual([
      'problem',
      'definition',
      'progress',
      'finished',
      'result',
      'timing',
    ])
  })

  test('leaves what it has counted for help at the cursor', async () => {
    const { run, session } = notebook()
    const plan = { op: 'scan', dataset: 'key of one', schema } as const
    await run('a=one a')
    expect(session.facts.counted(plan)).toBe(20)
    await run('a>out')
    expect(session.facts.counted(plan)).toBe(7)
    // A plan of files alone has the rows that they state.
    expect((await run('b=one')).outputs[0]).toMatchObject({ kind: 'definition', name: 'b', rows: 0 })
    expect(session.facts.dataset('key of one')).toMatchObject({ path: 'one', rows: 0 })
  })

  test('tells how long it took', async () => {
    const { outputs } = await notebook().run('a=one')
    expect(outputs.at(-1)).toEqual({ kind: 'timing', ms: 1 })
  })
})

describe('a cell with a mistake', () => {
  test('runs nothing, and shows the first mistake alone', async () => {
    const { run, backend } = notebook()
    const { outputs, failure } = await run('a=one a x b=')
    expect(failure).toMatchObject({ code: 'S101', span: { start: 8, end: 9 } })
    expect(outputs.map(({ kind }) => kind)).toEqual(['problem', 'timing'])
    expect(backend.ran).toEqual([])
  })

  test('leaves the names of earlier cells as they were', async () => {
    const { run, backend } = notebook()
    await run('a=one')
    await run('a=two x')
    await run('a')
    expect(backend.ran).toEqual(['one'])
  })

  test('leaves its own names known but without meaning', async () => {
    const { run } = notebook()
    await run('a=one b=')
    expect((await run('a')).failure?.code).toBe('S129')
    expect((await run('b')).failure?.code).toBe('S129')
  })

  test('is told of a missing file at the path in its text', async () => {
    const { failure } = await notebook().run('a=one b=missing')
    expect(failure).toMatchObject({
      code: 'D001',
      message: 'no file missing',
      fix: 'give another path',
      span: { start: 8, end: 15 },
    })
  })

  test('is told of what stands first, a missing file or a mistake', async () => {
    const { run } = notebook()
    expect((await run('x b=missing')).failure?.code).toBe('S101')
    expect((await run('b=missing x')).failure?.code).toBe('D001')
  })

  test('tries a file again that could not be opened before', async () => {
    const { run, backend } = notebook()
    await run('a=missing')
    await run('a=missing')
    expect(backend.opened).toEqual(['missing', 'missing'])
  })
})

describe('a statement that fails', () => {
  test('ends the cell, is placed at the statement, and leaves the names of the cell bound', async () => {
    const { run, backend } = notebook()
    const { failure, kinds } = await run('a=broken b=two a b')
    expect(failure).toMatchObject({ code: 'D002', span: { start: 15, end: 16 } })
    expect(kinds).toEqual(['definition', 'definition', 'progress', 'finished', 'problem', 'timing'])
    await run('b')
    expect(backend.ran).toEqual(['broken', 'two'])
  })

  test('by a bug rejects', async () => {
    await expect(notebook().run('a=bug a')).rejects.toThrow('a bug')
  })
})

describe('an interrupt', () => {
  test('ends the running statement with R001, without a place', async () => {
    const { run, backend } = notebook()
    const controller = new AbortController()
    const running = run('a=slow b=two a b', controller.signal)
    await expect.poll(() => backend.ran).toEqual(['slow'])
    controller.abort()
    expect((await running).failure).toMatchObject({ code: 'R001', span: null })
    expect(backend.ran).toEqual(['slow'])
  })

  test('before a statement keeps it from starting', async () => {
    const { run, backend } = notebook()
    await run('a=one')
    expect((await run('a', AbortSignal.abort())).failure?.code).toBe('R001')
    expect(backend.ran).toEqual([])
  })
})

describe('check', () => {
  test('gives every problem by place and runs nothing', async () => {
    const { check, backend } = notebook()
    const problems = await check('a=one x b=missing a b= y')
    expect(problems.map(({ code, span }) => [code, span?.start])).toEqual([
      ['S101', 6],
      ['D001', 10],
      ['S001', 20],
      ['S101', 23],
    ])
    expect(backend.ran).toEqual([])
  })

  test('binds the names of the cell for later ones', async () => {
    const { check } = notebook()
    await check('a=one x')
    expect(await check('a')).toEqual([])
  })
})

describe('a name that is given another meaning', () => {
  test('has the names told that still stand on the one before, at the end of the cell', async () => {
    const { run } = notebook()
    await run('a=one')
    await run('b=of:a')
    const { outputs } = await run('a=two')
    expect(outputs.map(({ kind }) => kind)).toEqual(['definition', 'stale', 'timing'])
    expect(outputs[1]).toEqual({ kind: 'stale', name: 'b', madeIn: 2, older: ['a'] })
  })

  test('is told when a statement behind it fails, since it is bound', async () => {
    const { run } = notebook()
    await run('a=one')
    await run('b=of:a')
    expect((await run('a=broken a')).kinds).toEqual([
      'definition',
      'progress',
      'finished',
      'stale',
      'problem',
      'timing',
    ])
  })

  test('is not told when the cell does not check', async () => {
    const { run } = notebook()
    await run('a=one')
    await run('b=of:a')
    expect((await run('a=two x')).kinds).toEqual(['problem', 'timing'])
  })
})
