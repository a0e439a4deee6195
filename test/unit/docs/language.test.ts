import { readFileSync } from 'node:fs'
import { fileURLToPath } from 'node:url'
import { describe, expect, test } from 'vitest'
import { verbs } from '../../../dsl/stages/index.ts'
import { compile } from '../../../dsl/compile.ts'
import { told } from '../check/catalog.ts'
import { library } from '../check/library.ts'
import { renewed } from './reference.ts'

const path = fileURLToPath(new URL('../../../docs/language.md', import.meta.url))

test('the page of the language says what its tables say: `vitest run test/unit/docs --update` writes it anew', async () => {
  await expect(renewed(readFileSync(path, 'utf8'))).toMatchFileSnapshot(path)
})

/** The names that the examples of the stages use. */
const names = `events = from "ev"
ibd = from "ev" match prompt with delayed within 1 ms
singles = from "ev"
muons = from "ev"
quiet = from "ev"
rec = from "RUN.*.esd.root"
`

describe('the example of a stage', () => {
  test.each(verbs.map(({ name, example }) => [name, example] as const))('%s compiles', (_, example) => {
    const { diagnostics } = compile(names + example, { cell: 1, names: new Map(), catalog: library })
    expect(diagnostics.filter(({ severity }) => severity === 'error')).toEqual([])
  })
})

test('the first example of the page compiles', () => {
  const [, example = ''] = /```\n([\s\S]*?)```/.exec(readFileSync(path, 'utf8')) ?? []
  expect(example).toContain('match prompt')
  expect(() => told(example)).toThrow('0 diagnostics')
})
