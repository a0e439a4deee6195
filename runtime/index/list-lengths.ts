import type { ListLength } from '../ports/dataset.ts'
import type { Source } from '../ports/format.ts'
import { fieldNameOf, type Layout } from './layout.ts'

/** The elements that a list column has in all rows of a file. */
export interface ListElements {
  readonly name: string
  readonly elements: number
}

export function elementsOf(source: Source, { schema }: Layout): readonly ListElements[] {
  const fields = new Set(source.schema.fields.map(({ name }) => name))
  return schema.columns.flatMap(({ name, type }) => {
    const elements = type.kind === 'list' ? source.elements?.(fieldNameOf(name, fields)) : undefined
    return elements === undefined ? [] : [{ name, elements }]
  })
}

/** Mean lengths over all files, for columns of which each states how many elements it has. */
export function listLengths(
  files: readonly { readonly rows: number; readonly elements: readonly ListElements[] }[],
): readonly ListLength[] {
  const rows = files.reduce((sum, file) => sum + file.rows, 0)
  const names = rows === 0 ? [] : (files[0]?.elements.map(({ name }) => name) ?? [])
  return names.flatMap((name) => {
    const counts = files.map(({ elements }) => elements.find((each) => each.name === name)?.elements)
    const total = counts.reduce<number>((sum, count) => sum + (count ?? Number.NaN), 0)
    return Number.isNaN(total) ? [] : [{ name, mean: total / rows }]
  })
}
