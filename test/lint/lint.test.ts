import { spawnSync } from 'node:child_process'
import { cpSync, globSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import path from 'node:path'
import { afterAll, describe, expect, test } from 'vitest'

// `fixtures/` is a small project of files that break the rules. A line that must be reported says so itself, as in
// `import 'zeromq' // breaks eslint(no-restricted-imports)`; nothing else may be reported.

const root = path.resolve(import.meta.dirname, '../..')
const fixtures = path.join(import.meta.dirname, 'fixtures')
const files = globSync('**/*.{ts,mjs}', { cwd: fixtures }).toSorted()

interface Finding {
  readonly file: string
  readonly line: number
  readonly rule: string
  readonly reason: string
}

interface ImportPattern {
  readonly message: string
}

interface Block {
  readonly files: readonly string[]
  readonly rules: Readonly<Record<string, unknown>>
}

const config = readConfig()
const tree = mkdtempSync(path.join(tmpdir(), 'sift-lint-'))
afterAll(() => rmSync(tree, { recursive: true, force: true }))
const findings = lint()

test.each(files)('%s is reported on the lines that say so, by the rules they name', (file) => {
  const reported = findings.filter((finding) => finding.file === file).map(({ line, rule }) => `${line} ${rule}`)
  expect(reported.toSorted()).toEqual(expected(file).toSorted())
})

describe('a fixture stands for', () => {
  const rules = Object.entries(config.rules).filter(([, setting]) => setting !== 'off')
  test.each(rules)('the rule %s', (rule) => {
    const name = rule.split('/').at(-1) ?? rule
    expect(findings.some((finding) => finding.rule.endsWith(`(${name})`))).toBe(true)
  })

  const layers = config.overrides.filter((block) => 'no-restricted-imports' in block.rules)
  const reasons = layers.flatMap((block) =>
    patternsOf(block).map(({ message }) => [block.files.join(' '), message, block] as const),
  )
  test.each(reasons)('imports in %s: %s', (_, message, block) => {
    const stated = findings.filter(({ file, reason }) => governing(layers, file) === block && reason === message)
    expect(stated).not.toEqual([])
  })
})

test('every reason for a refused import is a sentence', () => {
  const messages = config.overrides.flatMap(patternsOf).map(({ message }) => message)
  expect(messages.filter((message) => !message.endsWith('.'))).toEqual([])
})

function lint(): readonly Finding[] {
  cpSync(fixtures, tree, { recursive: true })
  cpSync(path.join(root, '.oxlintrc.json'), path.join(tree, '.oxlintrc.json'))
  const { compilerOptions } = JSON.parse(readFileSync(path.join(root, 'tsconfig.json'), 'utf8'))
  const include = ['dsl', 'runtime', 'kernel', 'test', '*.config.ts']
  writeFileSync(
    path.join(tree, 'tsconfig.json'),
    JSON.stringify({ compilerOptions: { ...compilerOptions, types: [] }, include }),
  )
  const tsgolint = path.join(root, 'node_modules/.bin/tsgolint')
  const { stdout } = spawnSync(
    process.execPath,
    [path.join(root, 'node_modules/oxlint/bin/oxlint'), '--format=json', '.'],
    {
      cwd: tree,
      env: { ...process.env, OXLINT_TSGOLINT_PATH: tsgolint },
      encoding: 'utf8',
    },
  )
  const { diagnostics } = JSON.parse(stdout) as { readonly diagnostics: readonly Diagnostic[] }
  return diagnostics.map(({ filename, code, help, message, labels }) => ({
    file: filename,
    line: labels[0]?.span.line ?? 0,
    rule: code ?? 'unused-directive',
    reason: help ?? message,
  }))
}

interface Diagnostic {
  readonly filename: string
  readonly code?: string
  readonly message: string
  readonly help?: string
  readonly labels: readonly { readonly span: { readonly line: number } }[]
}

function expected(file: string): readonly string[] {
  const lines = readFileSync(path.join(fixtures, file), 'utf8').split('\n')
  return lines.flatMap((text, index) => {
    const rules = /(?:\/\/|--) breaks (.*)$/.exec(text)?.[1]?.split(', ') ?? []
    return rules.map((rule) => `${index + 1} ${rule}`)
  })
}

/** The block that counts for a file: of those that name it, oxlint takes the last. */
function governing(blocks: readonly Block[], file: string): Block | undefined {
  return blocks.findLast((block) => block.files.some((glob) => path.matchesGlob(file, glob)))
}

function patternsOf(block: Block): readonly ImportPattern[] {
  const rule = block.rules['no-restricted-imports'] as
    | readonly [string, { patterns: readonly ImportPattern[] }]
    | undefined
  return rule?.[1].patterns ?? []
}

function readConfig() {
  const text = readFileSync(path.join(root, '.oxlintrc.json'), 'utf8')
  const withoutComments = text.replaceAll(/^\s*\/\/.*$/gm, '')
  return JSON.parse(withoutComments) as { readonly rules: object; readonly overrides: readonly Block[] }
}
