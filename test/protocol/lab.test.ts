import { execFileSync } from 'node:child_process'
import { mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, statSync } from 'node:fs'
import { tmpdir } from 'node:os'
import path from 'node:path'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { runLab } from '../../kernel/lab/lab.ts'

/** JupyterLab as `npm start` runs it, asked over its own interface. */

const root = path.resolve(import.meta.dirname, '../..')
const environment = path.join(root, '.venv')
const folder = mkdtempSync(path.join(tmpdir(), 'sift-lab-'))
const stopped = new AbortController()
const printed: string[] = []
let lab: Promise<number>

beforeAll(async () => {
  mkdirSync(path.join(folder, 'notebooks'))
  const { promise, resolve } = Promise.withResolvers<void>()
  const out = async (text: string): Promise<void> => {
    printed.push(text)
    resolve()
  }
  const output = { interactive: false, err: () => {}, out }
  lab = runLab({ root: folder, environment, output, signal: stopped.signal })
  await Promise.race([promise, lab])
})

afterAll(() => rmSync(folder, { recursive: true, force: true }))

/** The programs that run in, or for, the folder. */
function processes(): readonly string[] {
  const program = 'import psutil\nfor p in psutil.process_iter(["cmdline"]): print(*(p.info["cmdline"] or []))'
  const all = execFileSync(path.join(environment, 'bin', 'python'), ['-c', program], { encoding: 'utf8' }).split('\n')
  return all.filter((args) => args.includes(folder))
}

async function api(method: string, what: string, body?: object): Promise<unknown> {
  const [, base = '', token = ''] = /(http:\S*?)lab\/tree\/\S*token=(\w+)/.exec(printed.join('')) ?? []
  const headers = { authorization: `token ${token}` }
  const init = body === undefined ? { method, headers } : { method, headers, body: JSON.stringify(body) }
  return (await fetch(`${base}api/${what}`, init)).json()
}

test('the address is of the first notebook, on this machine alone, and has the token', () => {
  expect(printed.join('')).toMatch(
    /^── notebooks\n\nJupyterLab: http:\/\/(localhost|127\.0\.0\.1):\d+\/lab\/tree\/notebooks\/01-first-selection\.ipynb\?token=\w{48}\nCtrl-C stops it\.\n$/,
  )
})

test('the kernel is there, and its files lie below .sift/jupyter, those with keys for the user alone', async () => {
  const { kernelspecs } = (await api('GET', 'kernelspecs')) as {
    readonly kernelspecs: Readonly<Record<string, { readonly spec: { readonly display_name: string } }>>
  }
  expect(kernelspecs['sift']?.spec.display_name).toBe('JUNO Sift')
  expect(readdirSync(folder).toSorted()).toEqual(['.sift', 'notebooks'])
  expect(statSync(path.join(folder, '.sift', 'jupyter', 'runtime')).mode & 0o077).toBe(0)
})

test('the sockets of its kernels are encrypted', async () => {
  const { id } = (await api('POST', 'kernels', { name: 'sift', path: 'notebooks' })) as { readonly id: string }
  const file = path.join(folder, '.sift', 'jupyter', 'runtime', `kernel-${id}.json`)
  expect(JSON.parse(readFileSync(file, 'utf8'))).toHaveProperty('curve_publickey')
})

test('stopped, it ends with status 0 and leaves no server and no kernel', async () => {
  await expect.poll(() => processes().filter((args) => args.includes('main.ts')).length, { timeout: 30_000 }).toBe(1)
  stopped.abort()
  expect(await lab).toBe(0)
  await expect.poll(processes, { timeout: 10_000 }).toEqual([])
})
