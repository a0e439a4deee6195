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
