import type { Column, ListType, Type } from '../../dsl/ir/types.ts'
import type { Dataset } from '../ports/dataset.ts'

/** What a list takes where the files do not state its length: 128 hits with a time and a charge. */
const listBytes = 1024

/** Bytes of the named columns of a row in memory, of lists by the mean length that the files state. */
export function rowWidth(
  columns: readonly Column[],
  names: { has(name: string): boolean },
  dataset: Pick<Dataset, 'lists'> | undefined,
): number {
  return columns.reduce((sum, { name, type }) => {
    if (!names.has(name)) return sum
    if (type.kind !== 'list') return sum + widthOf(type)
    const mean = dataset?.lists?.find((list) => list.name === name)?.mean
    return sum + (mean === undefined ? listBytes : offsetBytes + Math.ceil(mean * elementWidth(type)))
  }, 0)
}

/** Where a list begins. */
const offsetBytes = 4

function elementWidth({ element }: ListType): number {
  if (element.kind !== 'record') return widthOf(element)
  return element.fields.reduce((sum, { type }) => sum + widthOf(type), 0)
}

/** Bytes of a value in memory. */
function widthOf(type: Type): number {
  switch (type.kind) {
    case 'bool':
      return 1
    case 'text':
      return 4
    case 'instant':
      return 8
    case 'list':
      return listBytes
    case 'number':
      return Number(/\d+/.exec(type.repr)?.[0] ?? 64) / 8
  }
}
