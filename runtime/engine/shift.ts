import { typeOf } from '../../dsl/ir/schema.ts'
import type { Plan } from '../../dsl/ir/plan.ts'
import { RuntimeError } from '../errors.ts'
import { columnExpr, type Frame } from './frame.ts'
import { besides, selectedRows } from './lazy-rows.ts'
import { numbers, numbersOf } from './vector.ts'

const tooFar = 'a stream is shifted by 104 days or more: spans to the others are not exact'

/** The frame with its times moved: a column of the base again, which windows can run through. */
export function shiftFrame({ by }: Extract<Plan, { op: 'shift' }>, frame: Frame): Frame {
  const time = frame.columns.get('t')
  if (time === undefined) return frame
  if (time.kind !== 'column') throw new Error('the time of a row is a column')
  const name = `\0shifted${frame.base.columns.size}`
  const moved = selectedRows(
    frame.base,
    null,
    new Map([
      [
        name,
        (positions: Uint32Array | null) => {
          const { values } = numbersOf(frame.base, time.name)
          const target = new Float64Array(positions?.length ?? values.length)
          for (let i = 0; i < target.length; i++) target[i] = values[positions === null ? i : positions[i]!]! + by
          if (!target.every(Number.isSafeInteger)) throw new RuntimeError('R004', tooFar)
          return numbers(target)
        },
      ],
    ]),
  )
  return {
    ...frame,
    base: besides(frame.base, moved),
    columns: new Map([...frame.columns, ['t', columnExpr(name, typeOf(time))]]),
  }
}
