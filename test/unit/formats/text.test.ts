import fc from 'fast-check'
import { expect, test } from 'vitest'
import { TextDictionary } from '../../../runtime/formats/text.ts'

test('the code of a text is the place of its first use', () => {
  const dictionary = new TextDictionary()
  expect(['b', 'a', 'b', '', 'µ', ''].map((text) => dictionary.codeOfString(text))).toEqual([0, 1, 0, 2, 3, 2])
  expect([...dictionary.vector()]).toEqual(['b', 'a', '', 'µ'])
})

test('any texts get the codes that a Map would give, and come back', () => {
  const texts = fc.array(fc.string({ unit: 'grapheme', maxLength: 12 }), { maxLength: 300 })
  fc.assert(
    fc.property(texts, (words) => {
      const dictionary = new TextDictionary()
      const reference = new Map<string, number>()
      for (const word of words) {
        if (!reference.has(word)) reference.set(word, reference.size)
        expect(dictionary.codeOfString(word)).toBe(reference.get(word))
      }
      expect(dictionary.size).toBe(reference.size)
      expect([...dictionary.vector()]).toEqual([...reference.keys()])
    }),
  )
})

test('a vector taken before the dictionary grew stays as it was', () => {
  const dictionary = new TextDictionary()
  dictionary.codeOfString('first')
  const before = dictionary.vector()
  for (let i = 0; i < 1_000; i++) dictionary.codeOfString(`text ${i}`)
  expect([...before]).toEqual(['first'])
})
