import { expect, test } from 'vitest'
import { CellDisplay } from '../../../kernel/cell-display.ts'
import type { CellOutput } from '../../../kernel/cell-output.ts'
import type { MimeBundle, Publisher } from '../../../kernel/interpreter.ts'
import type { Painter } from '../../../kernel/painter.ts'
import type { HistResult } from '../../../runtime/ports/backend.ts'

/** What a cell shows of its outputs, as text, with how it is shown. */
async function shown(...outputs: readonly CellOutput[]) {
  const seen: string[] = []
  const told =
    (how: string) =>
    ({ 'text/plain': text }: MimeBundle): void =>
      void seen.push(`${how}: ${typeof text === 'string' ? text : ''}`)
  const publisher: Publisher = { stream: () => {}, display: told('display'), result: told('result'), slider: () => {} }
  const painter = { paint: () => Promise.resolve({}) } as unknown as Painter
  const place = { label: 'cell 1', text: 'a b', start: 0 }
  const display = new CellDisplay(publisher, { place, painter, nextId: () => 'id' })
  for (const output of outputs) display.emit(output)
  await display.shown()
  return seen
}

const span = { start: 0, end: 1 }

test('a definition is one line with its type, and its rows where they are known', async () => {
  const type = 'match(prompt, delayed) of events, 2 roles'
  expect(
    await shown(
      { kind: 'definition', name: 'ibd', type, span },
      { kind: 'definition', name: 'ibd', type, rows: 3185, span },
    ),
  ).toEqual([
    'display: ibd : match(prompt, delayed) of events, 2 roles',
    'display: ibd : match(prompt, delayed) of events, 2 roles, 3,185 rows',
  ])
})

test('names that are stale are told together', async () => {
  const stale = (name: string) => ({ kind: 'stale', name, madeIn: 2, older: ['a'] }) as const
  const told = await shown(stale('b'), stale('c'))
  expect(told).toHaveLength(1)
  expect(told[0]?.split('\n')).toHaveLength(2)
})

test('the notes of a histogram follow it, since a picture has no room for them', async () => {
  const hist: HistResult & { readonly notes: readonly { kind: 'nan'; where: string; rows: number }[] } = {
    kind: 'hist',
    axes: [{ label: 'E', unit: 'MeV', edges: [0, 1] }],
    counts: [3],
    ...{ underflow: 0, overflow: 0, outside: 0, nan: 0, sumw2: null },
    notes: [{ kind: 'nan', where: 'fv', rows: 5 }],
  }
  const told = await shown({ kind: 'result', result: hist, span: { start: 2, end: 3 } })
  expect(told.map((line) => line.split(':')[0])).toEqual(['result', 'display'])
  expect(told[1]).toBe('display: `where fv` met NaN in 5 rows')
  expect(told[0]).not.toContain('met NaN')
})
