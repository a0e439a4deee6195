import { execFileSync } from 'node:child_process'
import { cpSync, mkdirSync, mkdtempSync, readFileSync, renameSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import path from 'node:path'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { runLab } from '../../kernel/lab/lab.ts'
import { Chromium, findChromium } from './chromium.ts'

/** JupyterLab itself in a real browser. */

const root = path.resolve(import.meta.dirname, '../..')
const environment = path.join(root, '.venv')
const program = findChromium()
if (program === null) console.warn('SKIPPED: the browser test needs Chromium, and there is none (CONTRIBUTING.md)')

const stopped = new AbortController()
const picture = 'from events hist E over 0 .. 12 MeV bins 60'
const long = 'show count(from events match a with b in events within 200 s after a)'

let folder: string
let browser: Chromium
let lab: Promise<number>
/** `http://localhost:8888/` and `token=…`. */
let address: { readonly base: string; readonly token: string }

function code(source: string, id: string): object {
  return { cell_type: 'code', id, metadata: {}, source, outputs: [], execution_count: null }
}

function writeNotebook(name: string, notebook: object): void {
  writeFileSync(path.join(folder, 'notebooks', name), JSON.stringify(notebook))
}

function open(name: string): Promise<void> {
  const { base, token } = address
  return browser.open(`${base}lab/tree/notebooks/${name}?reset&${token}`)
}

const outputs = `[...document.querySelectorAll('.jp-Notebook .jp-OutputArea-output')]`
const toolbar = (name: string): string => `[data-jp-item-name="${name}"] jp-button`

describe.skipIf(program === null)('JupyterLab in Chromium', { timeout: 120_000 }, () => {
  beforeAll(async () => {
    folder = mkdtempSync(path.join(tmpdir(), 'sift-lab-'))
    const make = [path.join(root, 'test/data/make.py'), 'unit', '--out', path.join(folder, 'data')]
    execFileSync(path.join(environment, 'bin', 'python'), make)
    renameSync(path.join(folder, 'data', 'unit'), path.join(folder, 'data', 'demo'))
    mkdirSync(path.join(folder, 'notebooks'))
    const [first] = ['01-first-selection.ipynb']
    cpSync(path.join(root, 'notebooks', first), path.join(folder, 'notebooks', first))
    const { metadata } = JSON.parse(readFileSync(path.join(root, 'notebooks', first), 'utf8'))
    const cells = [code('events = from "../data/demo/*.parquet"', 'c0'), code(picture, 'c1'), code(long, 'c2')]
    const stale = ['a = 5 mm', 'b = 2 * a', 'a = 6 mm', 'show a < 3'].map((source, at) => code(source, `s${at}`))
    writeNotebook('stale.ipynb', { nbformat: 4, nbformat_minor: 5, metadata, cells: stale })
    const moved = [
      'events = from "../data/demo/*.parquet"\nparam n = 2 in 1 .. 9',
      'some = from events take n',
      'show count(some)',
      'show count(events)',
    ].map((source, at) => code(source, `p${at}`))
    writeNotebook('slider.ipynb', { nbformat: 4, nbformat_minor: 5, metadata, cells: moved })
    writeNotebook('own.ipynb', { nbformat: 4, nbformat_minor: 5, metadata, cells })
    browser = await Chromium.start(program ?? '')
    const { promise, resolve } = Promise.withResolvers<string>()
    const output = { interactive: false, err: () => {}, out: async (text: string) => resolve(text) }
    lab = runLab({ root: folder, environment, output, signal: stopped.signal })
    const [, base = '', token = ''] = /JupyterLab: (http:.*?)lab.*\?(token=\w+)/.exec(await promise) ?? []
    address = { base, token }
  }, 120_000)

  afterAll(async () => {
    await browser?.[Symbol.asyncDispose]()
    stopped.abort()
    await lab
    rmSync(folder, { recursive: true, force: true })
  })

  test('the launcher has a card of the kernel, with its logo', async () => {
    const { base, token } = address
    await browser.open(`${base}lab?reset&${token}`)
    const card = `document.querySelector('.jp-LauncherCard[data-category="Notebook"][title="JUNO Sift"]')`
    await browser.until(card)
    expect(await browser.until(`${card}.querySelector('img')?.naturalWidth > 0`)).toBe(true)
  })

  test('a cell runs and shows its picture', async () => {
    await open('own.ipynb')
    await browser.until(`document.querySelectorAll('.jp-Notebook .jp-CodeCell').length === 3`)
    await browser.click('.jp-Notebook .jp-CodeCell .jp-InputArea-editor')
    // A cell that is run before the kernel is connected is not run.
    await browser.until(`document.body.textContent.includes('JUNO Sift | Idle')`)
    await browser.click(toolbar('run'))
    await browser.until(`${outputs}.some((output) => output.textContent.includes('events : events'))`)
    await browser.click(toolbar('run'))
    expect(await browser.until(`${outputs}.some((output) => output.querySelector('svg, img'))`)).toBe(true)
  })

  test('the interrupt button ends a running cell', async () => {
    await browser.click(toolbar('run'))
    await browser.until(
      `[...document.querySelectorAll('.jp-InputPrompt')].some((prompt) => prompt.textContent === '[*]:')`,
    )
    await browser.click(toolbar('interrupt'))
    expect(await browser.until(`${outputs}.some((output) => output.textContent.includes('R001'))`)).toBe(true)
  })

  test('a notebook that is not trusted still shows its picture', async () => {
    await browser.click(toolbar('save'))
    const file = path.join(folder, 'notebooks', 'own.ipynb')
    await expect.poll(() => /image\/png[^]*R001/.test(readFileSync(file, 'utf8')), { timeout: 30_000 }).toBe(true)
    const saved = JSON.parse(readFileSync(file, 'utf8'))
    saved.cells.unshift({ cell_type: 'markdown', id: 'm0', metadata: {}, source: 'from a colleague' })
    writeNotebook('received.ipynb', saved)
    await open('received.ipynb')
    await browser.until(`${outputs}.some((output) => output.querySelector('img')?.naturalWidth > 0)`)
    const sources = await browser.value(
      `${outputs}.flatMap((o) => [...o.querySelectorAll('img')].map((i) => i.src.slice(0, 15)))`,
    )
    expect(sources).toEqual(['data:image/png;'])
    expect(await browser.value(`${outputs}.some((output) => output.querySelector('svg'))`)).toBe(false)
  })

  test('a click runs again what has become stale', async () => {
    await open('stale.ipynb')
    await browser.until(`document.querySelectorAll('.jp-Notebook .jp-CodeCell').length === 4`)
    await browser.click('.jp-Notebook .jp-CodeCell .jp-InputArea-editor')
    await browser.until(`document.body.textContent.includes('JUNO Sift | Idle')`)
    for (let cell = 0; cell < 4; cell++) await browser.click(toolbar('run'))
    await browser.until(`${outputs}.some((output) => output.textContent.includes('stale: b (cell 2)'))`)
    await browser.click('.sift-rerun')
    const counts = `[...document.querySelectorAll('.jp-InputPrompt')].slice(2, 4).map((prompt) => prompt.textContent)`
    expect(await browser.until(`${counts}.join() === '[5]:,[6]:'`)).toBe(true)
  })

  test('Tab behind a mistake offers its fix', async () => {
    await browser.click('.jp-Notebook .jp-CodeCell:nth-child(4) .cm-line')
    await browser.press('End', 35)
    await browser.press('Tab', 9)
    await browser.until(`document.querySelector('.jp-Completer-item code')?.textContent === '3 mm'`)
    await browser.press('Enter', 13)
    const cell = `document.querySelectorAll('.jp-Notebook .jp-CodeCell')[3].querySelector('.cm-content').textContent`
    expect(await browser.until(`${cell} === 'show a < 3 mm'`)).toBe(true)
  })

  test('a slider of a parameter runs again what stands on it, in its place', async () => {
    await open('slider.ipynb')
    await browser.until(`document.querySelectorAll('.jp-Notebook .jp-CodeCell').length === 4`)
    await browser.click('.jp-Notebook .jp-CodeCell .jp-InputArea-editor')
    await browser.until(`document.body.textContent.includes('JUNO Sift | Idle')`)
    for (let cell = 0; cell < 4; cell++) await browser.click(toolbar('run'))
    await browser.until(`${outputs}.some((output) => output.textContent.includes('count(some) = 2'))`)
    await browser.until(`document.querySelector('.noUi-handle')`)
    const label = `document.querySelector('.jp-Notebook .widget-label')?.textContent`
    expect(await browser.value(label)).toBe('n')
    await browser.value(`document.querySelector('.noUi-handle').focus()`)
    await browser.press('ArrowRight', 39)
    await browser.until(`${outputs}.some((output) => output.textContent.includes('count(some) = 3'))`)
    const counts = `[...document.querySelectorAll('.jp-InputPrompt')].slice(0, 4).map((prompt) => prompt.textContent)`
    expect(await browser.value(`${counts}.join()`)).toBe('[1]:,[2]:,[3]:,[4]:')
    expect(await browser.value(`document.querySelector('.jp-Notebook .widget-readout')?.textContent`)).toBe('3')
  })

  test('a kernel that is started anew begins with the value that is written, and its sliders move', async () => {
    await browser.click(toolbar('restart-and-run'))
    await browser.click('.jp-Dialog .jp-mod-accept')
    await browser.until(`${outputs}.some((output) => output.textContent.includes('count(some) = 2'))`)
    await browser.until(`document.querySelector('.jp-Notebook .widget-readout')?.textContent === '2'`)
    await browser.until(`document.body.textContent.includes('JUNO Sift | Idle')`)
    await browser.value(`document.querySelector('.noUi-handle').focus()`)
    await browser.press('ArrowRight', 39)
    expect(await browser.until(`${outputs}.some((output) => output.textContent.includes('count(some) = 3'))`)).toBe(
      true,
    )
  })

  test('a page that is loaded anew draws the slider, which asks to run its cell again', async () => {
    await browser.click(toolbar('save'))
    const file = path.join(folder, 'notebooks', 'slider.ipynb')
    await expect.poll(() => readFileSync(file, 'utf8').includes('count(some) = 3'), { timeout: 30_000 }).toBe(true)
    await open('slider.ipynb')
    await browser.until(`document.querySelector('.jp-Notebook .widget-readout')?.textContent === '3'`)
    await browser.value(`document.querySelector('.noUi-handle').focus()`)
    await browser.press('ArrowRight', 39)
    const label = `document.querySelector('.jp-Notebook .widget-label')?.textContent`
    expect(await browser.until(`${label}.includes('run this cell again')`)).toBe(true)
    expect(await browser.value(`document.querySelector('.jp-Notebook .widget-readout')?.textContent`)).toBe('3')
  })
})
