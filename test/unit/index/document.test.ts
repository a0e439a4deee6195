import { execFileSync } from 'node:child_process'
import path from 'node:path'
import { describe, expect, test } from 'vitest'
import { formatDocument, parseDocument } from '../../../runtime/index/document.ts'

const least = { version: 1, files: [] }
const parse = (document: unknown) =>
  parseDocument(typeof document === 'string' ? document : JSON.stringify(document), '/d/a.arrow')

test('version and files are all that must be there', () => {
  expect(parse(least)).toEqual({
    files: [],
    goodTime: null,
    approximate: false,
    units: {},
    parents: [],
    query: null,
    stream: null,
    roles: [],
  })
})

test('instants may be integers, and lose none of their digits', () => {
  const text =
    '{"version":1,"files":[],"goodTime":[{"run":1,"start":1756684800000000001,"stop":"1756684800000000003"}]}'
  expect(parse(text).goodTime).toEqual([{ run: 1, start: '1756684800000000001', stop: '1756684800000000003' }])
})

test('digits in a text stay text', () => {
  expect(parse({ ...least, query: 'where id == 1756684800000000001 "x"' }).query).toBe(
    'where id == 1756684800000000001 "x"',
  )
})

test('keys that it does not know are left alone', () => {
  expect(parse({ ...least, mood: 'good', files: [{ id: 1, path: 'a', colour: 'red' }] }).files).toEqual([
    { id: 1, path: 'a', uuid: null, bytes: null, entries: null },
  ])
})

test('UUIDs are compared in lower case', () => {
  expect(parse({ ...least, files: [{ id: 0, path: 'a', uuid: '6F-AB' }] }).files[0]?.uuid).toBe('6f-ab')
})

test('what is written reads as what it was', () => {
  const document = {
    files: [{ id: 3, path: '/esd/a.root', uuid: 'aaaa', bytes: 12, entries: 4 }],
    goodTime: [{ run: 101, start: '1756684800000000001', stop: '1756684800000000003' }],
    approximate: true,
    units: { E: 'MeV', 'hits.time': 'ns' },
    parents: ['run_1.arrow'],
    query: 'from "run_1.arrow"',
    stream: 'match',
    roles: ['prompt', 'delayed'],
  } as const
  expect(parse(formatDocument(document, { version: '1.2' }))).toEqual(document)
})

describe('a document that cannot be used is an error that says why', () => {
  test.each([
    ['{"version": 1,', 'it is no JSON'],
    ['[]', 'it is [], not an object'],
    [{ files: [] }, 'it is of version absent'],
    [{ version: 2, files: [] }, 'it is of version 2, and this Sift knows version 1'],
    [{ version: 1 }, '`files` is absent, not a list'],
    [{ version: 1, files: [{ path: 'a' }] }, '`files[0].id` is absent, not a whole number'],
    [{ version: 1, files: [{ id: 1 }] }, '`files[0].path` is absent, not a text'],
    [
      {
        version: 1,
        files: [
          { id: 1, path: 'a' },
          { id: 1, path: 'b' },
        ],
      },
      'its file table has the number 1 twice',
    ],
    [{ ...least, goodTime: [{ run: 1, start: '5', stop: '4' }] }, 'goodTime[0] stops before it starts'],
    [{ ...least, goodTime: [{ run: 1, start: '5' }] }, '`goodTime[0].stop` is absent, not an instant in ns since 1970'],
    [{ ...least, goodTime: [{ run: 1, start: 1e18, stop: 2e300 }] }, '`goodTime[0].stop` is 2e+300'],
    [{ ...least, units: { E: 7 } }, '`units.E` is 7, not a text'],
    [{ ...least, stream: 'tabel' }, '`stream` is "tabel", not "events", "match" or "table"'],
  ])('%j', (document, why) => {
    expect(() => parse(document)).toThrow(
      expect.objectContaining({ code: 'D008', message: expect.stringContaining(why) }),
    )
    expect(() => parse(document)).toThrow('/d/a.arrow')
  })
})

describe('the good time of very many spans', () => {
  const start = 1_756_684_800_000_000_000n
  const spans = Array.from({ length: 12_000 }, (_, at) => {
    const from = start + BigInt(at) * 5_000_001n
    return { run: at % 3 === 0 ? 7 : 8, start: String(from), stop: String(from + BigInt(at % 1000)) }
  })
  const byRun = [7, 8].flatMap((run) => spans.filter((span) => span.run === run))
  const text = formatDocument({ ...parse(least), goodTime: spans }, {})

  test('is packed, and read as what it was', () => {
    expect(text.length).toBeLessThan(8 * spans.length)
    expect(parse(text).goodTime).toEqual(byRun)
  })

  test('is unpacked by numpy in a line', () => {
    const program = `
import sys, json, base64, zlib, numpy as np
def spans(text): return np.frombuffer(zlib.decompress(base64.b64decode(text)), "u1").reshape(8, -1).T.copy().view("<i8").cumsum().reshape(-1, 2)
packed = json.load(sys.stdin)["goodTimeEdges"]
print(json.dumps([[row["run"], row["spans"], [[str(a), str(b)] for a, b in spans(row["edges"])]] for row in packed]))`
    const python = path.resolve(import.meta.dirname, '../../../.venv/bin/python')
    const found: unknown = JSON.parse(
      execFileSync(python, ['-c', program], { input: text, encoding: 'utf8', maxBuffer: 1 << 26 }),
    )
    const expected = [7, 8].map((run) => {
      const own = spans.filter((span) => span.run === run)
      return [run, own.length, own.map((span) => [span.start, span.stop])]
    })
    expect(found).toEqual(expected)
  })

  test.each([
    ['cut', (edges: string) => edges.slice(0, 40)],
    ['no base64 of anything deflated', () => 'x'],
  ])('is an error that names it where it is %s', (_, damage) => {
    const document = JSON.parse(text) as { goodTimeEdges: { edges: string }[] }
    const [first] = document.goodTimeEdges
    const damaged = { ...document, goodTimeEdges: [{ ...first, edges: damage(first?.edges ?? '') }] }
    expect(() => parse(damaged)).toThrow('goodTimeEdges[0] does not hold 4000 spans')
  })
})
