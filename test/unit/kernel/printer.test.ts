import { describe, expect, test } from 'vitest'
import type { NotebookCell } from '../../../kernel/cli/notebook.ts'
import { createPrinter } from '../../../kernel/cli/printer.ts'
import { progressLine } from '../../../kernel/cli/progress.ts'
import { type Output, OutputClosed } from '../../../kernel/output.ts'

const progress = { rows: 50, totalRows: 100, bytes: 0 }
const cell: NotebookCell = { text: 'x', number: 2, title: 'second', origin: { file: 'a.sift', text: 'x', start: 0 } }
const span = { start: 0, end: 1 }
const definition = { kind: 'definition', name: 'a', type: 'events', span } as const
const problem = { severity: 'error', code: 'S101', message: 'wrong', span, fix: null, edits: [] } as const

function memoryOutput(interactive: boolean, closesAfter = Infinity) {
  const written: { out: string[]; err: string[] } = { out: [], err: [] }
  const output: Output = {
    interactive,
    out: async (text) => {
      if (written.out.length >= closesAfter) throw new OutputClosed('gone')
      written.out.push(text)
    },
    err: (text) => void written.err.push(text),
  }
  return { output, written }
}

describe('the line of progress', () => {
  test('appears after 0.3 s, is drawn again every 0.1 s, and leaves one quiet line', () => {
    const { output, written } = memoryOutput(true)
    const line = progressLine(output)
    for (const ms of [100, 299, 300, 350, 399, 400]) line.show(progress, ms)
    expect(written.err).toHaveLength(2)
    expect(written.err[0]).toBe('\r\u001b[K50 of 100 rows (50 %), 167 rows/s, 0.30 s left')
    line.finish({ ...progress, rows: 100 }, 500)
    expect(written.err[2]).toBe('\r\u001b[K100 of 100 rows in 0.50 s (200 rows/s)\n')
  })

  test('of a short statement is not there at all', () => {
    const { output, written } = memoryOutput(true)
    const line = progressLine(output)
    line.show(progress, 200)
    line.finish(progress, 250)
    expect(written.err).toEqual([])
  })

  test('is not there where nobody sees it', () => {
    const { output, written } = memoryOutput(false)
    const line = progressLine(output)
    line.show(progress, 5000)
    line.finish(progress, 6000)
    expect(written.err).toEqual([])
  })
})

describe('the printer', () => {
  test('writes titles and results to stdout, problems and times to stderr', async () => {
    const { output, written } = memoryOutput(false)
    const printer = createPrinter(output, { json: false, time: true, onClosed: () => {} })
    printer.begin(cell)
    printer.emit(definition, cell)
    printer.emit({ kind: 'saved', path: 'a.csv', rows: 1234, span }, cell)
    printer.emit({ kind: 'problem', problem }, cell)
    printer.emit({ kind: 'timing', ms: 1500 }, cell)
    await printer.flushed()
    expect(written.out.join('')).toBe('#%% second\na : events\na.csv: 1,234 rows saved\n')
    expect(written.err.join('')).toBe(
      'error S101 in a.sift, line 1, column 1\n  1 | x\n    | ^\n  wrong\n\ncell 2: 1.50 s\n',
    )
  })

  test('of JSON writes everything to stdout, and no titles', async () => {
    const { output, written } = memoryOutput(false)
    const printer = createPrinter(output, { json: true, time: false, onClosed: () => {} })
    printer.begin(cell)
    printer.emit({ kind: 'problem', problem }, cell)
    printer.emit({ kind: 'timing', ms: 1500 }, cell)
    await printer.flushed()
    expect(written.out.map((line) => (JSON.parse(line) as { kind: string }).kind)).toEqual(['error'])
    expect(written.err).toEqual([])
  })

  test('says once that its reader has gone, and is silent from then on', async () => {
    const { output, written } = memoryOutput(false, 1)
    let closed = 0
    const printer = createPrinter(output, { json: false, time: true, onClosed: () => closed++ })
    for (let i = 0; i < 3; i++) printer.emit(definition, cell)
    await expect(printer.flushed()).rejects.toThrow(OutputClosed)
    printer.emit({ kind: 'problem', problem }, cell)
    printer.emit(definition, cell)
    await expect(printer.flushed()).rejects.toThrow(OutputClosed)
    expect({ closed, ...written }).toEqual({ closed: 1, out: ['a : events\n'], err: [] })
  })
})

test('a name that has become stale is a note for people, with every name that it stands on', async () => {
  const { output, written } = memoryOutput(false)
  const printer = createPrinter(output, { json: false, time: false, onClosed: () => undefined })
  printer.emit({ kind: 'stale', name: 'quiet', madeIn: 8, older: ['events'] }, cell)
  printer.emit({ kind: 'stale', name: 'ibd', madeIn: 9, older: ['events', 'muons', 'r_max'] }, cell)
  await printer.flushed()
  expect(written).toEqual({
    out: [],
    err: [
      'stale: `quiet` (cell 8) was made with an older `events`; run that cell again\n',
      'stale: `ibd` (cell 9) was made with an older `events`, `muons` and `r_max`; run that cell again\n',
    ],
  })
})
