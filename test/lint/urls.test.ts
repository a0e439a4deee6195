import { globSync, readFileSync } from 'node:fs'
import path from 'node:path'
import { expect, test } from 'vitest'

const root = path.resolve(import.meta.dirname, '../..')

// The linter sees imports only: a worker started by its URL would pass between the layers unseen.
test('a source file is reached by URL from its own folder alone', () => {
  const files = globSync('{dsl,runtime,kernel}/**/*.{ts,mjs}', { cwd: root })
  const reaching = files.filter((file) => /new URL\(\s*['"`]\.\.\//.test(readFileSync(path.join(root, file), 'utf8')))
  expect(reaching).toEqual([])
})
