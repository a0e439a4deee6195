import { describe, expect, test } from 'vitest'
import { makeTextMemory, releaseTexts, SharedTexts } from '../../../runtime/local/texts.ts'

describe('texts that threads share', () => {
  test('have the same number in each, whoever met them first', () => {
    const memory = makeTextMemory({ bytes: 100, texts: 10 })
    const [a, b] = [new SharedTexts(memory, 1), new SharedTexts(memory, 2)]
    expect([a.idOf('CD'), b.idOf('WP'), b.idOf('CD'), a.idOf('WP'), a.idOf('')]).toEqual([0, 1, 0, 1, 2])
    expect([0, 1, 2].map((id) => b.textOf(id))).toEqual(['CD', 'WP', ''])
  })

  test('may be of any script', () => {
    const memory = makeTextMemory({ bytes: 100, texts: 10 })
    new SharedTexts(memory, 1).idOf('中微子 ν̄ₑ')
    expect(new SharedTexts(memory, 2).textOf(0)).toBe('中微子 ν̄ₑ')
  })

  test.each([
    ['bytes', { bytes: 5, texts: 10 }],
    ['texts', { bytes: 100, texts: 2 }],
  ])('that exceed the %s are an error, and those before stay', (_, limits) => {
    const texts = new SharedTexts(makeTextMemory(limits), 1)
    const ids = [texts.idOf('ab'), texts.idOf('cd')]
    expect(() => texts.idOf('ef')).toThrow(expect.objectContaining({ code: 'R002' }))
    expect(ids.map((id) => texts.textOf(id))).toEqual(['ab', 'cd'])
  })

  test('are open again when the thread that had locked them is gone, and only then', () => {
    const memory = makeTextMemory({ bytes: 100, texts: 10 })
    memory.head[0] = 7
    releaseTexts(memory, 6)
    expect(memory.head[0]).toBe(7)
    releaseTexts(memory, 7)
    expect(new SharedTexts(memory, 1).idOf('x')).toBe(0)
  })
})
