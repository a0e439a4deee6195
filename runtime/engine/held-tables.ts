import type { Intervals } from './intervals.ts'
import type { Portable } from './portable.ts'

/** Spans as a table of their `start` and `stop`. */
export function spansTable({ starts, stops }: Intervals): Portable {
  return tableOf({ start: starts.slice(), stop: stops.slice() })
}

/** Columns of instants or of numbers as a table. */
export function tableOf(columns: Readonly<Record<string, BigInt64Array | Float64Array>>): Portable {
  const number = { kind: 'number', repr: 'float64', unit: [] } as const
  const made = Object.entries(columns).map(([name, values]) => {
    const type = values instanceof BigInt64Array ? ({ kind: 'instant' } as const) : number
    return [name, { kind: 'values', type, values, valid: null, texts: null }] as const
  })
  return { rows: made[0]?.[1].values.length ?? 0, columns: new Map(made) }
}
