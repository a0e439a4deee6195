import type { Type } from '../../dsl/ir/types.ts'

/** What a list of hits takes, for want of its length. */
const listBytes = 1024

/** Bytes of a value in memory. */
export function widthOf(type: Type): number {
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
