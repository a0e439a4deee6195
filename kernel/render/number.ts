import type { Result } from '../../runtime/ports/backend.ts'
import { htmlLine } from './html.ts'
import { formatCount, formatInstant, formatQuantity } from './numbers.ts'
import { unitOfType } from './value.ts'

export type NumberResult = Extract<Result, { kind: 'number' }>

/** `count(ibd) = 4,711`, `livetime(ibd) = 43012.345 s (11.948 h)`; `≈` where the good time is known only roughly. */
export function numberText({ text, type, value, approximate }: NumberResult): string {
  const shown = valueText(type, value)
  return approximate === true
    ? `${text} ≈ ${shown}; good time is known only from the first and last event of each run`
    : `${text} = ${shown}`
}

export function numberHtml(result: NumberResult): string {
  return htmlLine(numberText(result))
}

function valueText(type: NumberResult['type'], value: NumberResult['value']): string {
  if (value === null) return 'missing'
  switch (type.kind) {
    case 'bool':
    case 'text':
      return String(value)
    case 'instant':
      return formatInstant(BigInt(value))
    case 'number':
      return isCount(type, value as number | bigint)
        ? formatCount(value as number | bigint)
        : formatQuantity(value as number | bigint, type.unit, unitOfType(type))
  }
}

function isCount(type: Extract<NumberResult['type'], { kind: 'number' }>, value: number | bigint): boolean {
  const whole = typeof value === 'bigint' || Number.isSafeInteger(value)
  return whole && type.unit?.length === 0 && type.repr.includes('int')
}
