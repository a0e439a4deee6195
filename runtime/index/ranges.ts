import type { ColumnRange } from '../ports/dataset.ts'
import type { GroupRange, Source } from '../ports/format.ts'
import { fieldNameOf, type Layout } from './layout.ts'

/** Smallest and largest value of each column for which the file states them; of file numbers, which are the file's own, not. */
export function rangesOf(source: Source, { schema }: Layout): readonly ColumnRange[] {
  const fields = new Set(source.schema.fields.map(({ name }) => name))
  const fileNumbers = new Set(schema.references.map((prefix) => `${prefix}file`))
  return schema.columns.flatMap(({ name, type }) => {
    const field = fieldNameOf(name, fields)
    const isNumeric = type.kind === 'number' || type.kind === 'instant'
    if (!isNumeric || fileNumbers.has(name) || !fields.has(field)) return []
    const groups = source.statistics(field)?.filter((_, group) => source.groups[group] !== 0) ?? []
    return enclosing(name, groups)
  })
}

/** The ranges of all files with rows, for columns of which each states one. */
export function unitedRanges(
  files: readonly { readonly rows: number; readonly ranges: readonly ColumnRange[] }[],
): readonly ColumnRange[] {
  const [first, ...others] = files.filter(({ rows }) => rows > 0)
  return (first?.ranges ?? []).flatMap((range) => {
    const all = others.map(({ ranges }) => ranges.find(({ name }) => name === range.name))
    const values = [range, ...all].map((each) => each && { min: valueOf(each.min), max: valueOf(each.max) })
    return enclosing(range.name, values)
  })
}

function enclosing(name: string, ranges: readonly (GroupRange | undefined)[]): readonly ColumnRange[] {
  const [first, ...others] = ranges
  let { min, max } = first ?? { min: NaN, max: NaN }
  for (const next of others) {
    if (next === undefined) return []
    if (next.min < min) min = next.min
    if (next.max > max) max = next.max
  }
  const isKnown = [min, max].every((value) => typeof value === 'bigint' || Number.isFinite(value))
  return isKnown ? [{ name, min: plain(min), max: plain(max) }] : []
}

function plain(value: number | bigint): number | string {
  return typeof value === 'bigint' ? value.toString() : value
}

function valueOf(value: number | string): number | bigint {
  return typeof value === 'string' ? BigInt(value) : value
}
