import { describe, expect, test } from 'vitest'
import { History } from '../../../kernel/history.ts'

function filled(): History {
  const history = new History()
  for (const [at, source] of ['show 1', 'show 2', 'x = 1', 'show 1'].entries()) history.add(at + 1, source)
  return history
}

const found = (request: object): unknown => filled().reply({ ...request })['history']

describe('history', () => {
  test('tail is the last n', () => {
    expect(found({ hist_access_type: 'tail', n: 2 })).toEqual([
      [0, 3, 'x = 1'],
      [0, 4, 'show 1'],
    ])
  })

  test('range is half open, and of this session alone', () => {
    expect(found({ hist_access_type: 'range', session: 0, start: 2, stop: 3 })).toEqual([[0, 2, 'show 2']])
    expect(found({ hist_access_type: 'range', session: -1, start: 0, stop: 9 })).toEqual([])
  })

  test('with output it is pairs', () => {
    expect(found({ hist_access_type: 'tail', n: 1, output: true })).toEqual([[0, 4, ['show 1', null]]])
  })

  test.each([
    ['*', 4],
    ['show*', 3],
    ['*1', 3],
    ['show ?', 3],
    ['*=*', 1],
    ['show', 0],
    ['s*w*1*', 2],
    ['', 0],
    ['.*', 0],
  ])('search %s finds %i', (pattern, count) => {
    expect(found({ hist_access_type: 'search', pattern })).toHaveLength(count)
  })

  test('search for what is unique keeps the last of each', () => {
    expect(found({ hist_access_type: 'search', pattern: 'show*', unique: true })).toEqual([
      [0, 2, 'show 2'],
      [0, 4, 'show 1'],
    ])
  })

  test('a request of the wrong types finds nothing', () => {
    expect(found({ hist_access_type: 3, n: 'many' })).toEqual([])
  })
})
