import { readFileSync } from 'node:fs'
import { fileURLToPath } from 'node:url'
import { describe, expect, test } from 'vitest'
import { verbs } from '../../../dsl/stages/index.ts'
import { check, told } from '../check/catalog.ts'
import { renewed } from './reference.ts'

const path = fileURLToPath(new URL('../../../docs/language.md', import.meta.url))

test('the page of the language says what its tables say: `vitest run test/unit/docs --update` writes it anew', async () => {
  await expect(renewed(readFileSync(path, 'utf8'))).toMatchFileSnapshot(path)
})

/** The names that the examples of the stages use. */
const names = `events = from "ev"
ibd = from "ev" match prompt with delayed within 1 ms
singles = from "ev"
quiet = from "ev"
rec = from "ev"
`

describe('the example of a stage', () => {
  test.each(verbs.map(({ name, example }) => [name, example] as const))(
    '%s compiles, or is not run yet',
    (_, example) => {
      const errors = check(names + example).diagnostics.filter(
        ({ severity, code }) => severity === 'error' && code !== 'S190',
      )
      expect(errors).toEqual([])
    },
  )
})

test('the first example of the page compiles', () => {
  const [, example = ''] = /```\n([\s\S]*?)```/.exec(readFileSync(path, 'utf8')) ?? []
  expect(example).toContain('match prompt')
  expect(() => told(example)).toThrow('0 diagnostics')
})
