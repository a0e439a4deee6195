import fc from 'fast-check'
import { expect, test } from 'vitest'
import { codePointsTo, offsetOf } from '../../../kernel/cursor.ts'

test('a letter beyond the basic plane is one code point and two units', () => {
  expect(offsetOf('𝒳 = 1', 1)).toBe(2)
  expect(codePointsTo('𝒳 = 1', 3)).toBe(2)
})

test('a position beyond the end is the end', () => {
  expect(offsetOf('ab', 9)).toBe(2)
  expect(codePointsTo('ab', 9)).toBe(2)
})

test('code points to offset and back is where it was', () => {
  fc.assert(
    fc.property(fc.string({ unit: 'binary' }), fc.nat(40), (text, position) => {
      const within = Math.min(position, [...text].length)
      expect(codePointsTo(text, offsetOf(text, within))).toBe(within)
    }),
  )
})
