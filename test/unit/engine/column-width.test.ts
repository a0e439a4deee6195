import { expect, test } from 'vitest'
import type { Column, Scalar } from '../../../dsl/ir/types.ts'
import { rowWidth } from '../../../runtime/engine/column-width.ts'

const float32: Scalar = { kind: 'number', repr: 'float32', unit: [] }
const int64: Scalar = { kind: 'number', repr: 'int64', unit: [] }
const fields = [
  { name: 'time', type: float32, missing: false },
  { name: 'n', type: int64, missing: false },
]
const columns: readonly Column[] = [
  { name: 't', type: { kind: 'instant' }, missing: false },
  { name: 'E', type: float32, missing: false },
  { name: 'hits', type: { kind: 'list', element: { kind: 'record', fields } }, missing: false },
]

test('a row takes what the named columns take, a list 1 kB where its length is not known', () => {
  expect(rowWidth(columns, new Set(['t', 'E']), undefined)).toBe(12)
  expect(rowWidth(columns, new Set(['hits']), { lists: [] })).toBe(1024)
})

test('a list takes what its mean number of elements takes, and where it begins', () => {
  expect(rowWidth(columns, new Set(['t', 'hits']), { lists: [{ name: 'hits', mean: 2.5 }] })).toBe(8 + 4 + 30)
})
