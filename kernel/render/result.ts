import type { Result } from '../../runtime/ports/backend.ts'
import { cutflowText } from './cutflow.ts'
import { describeText } from './describe.ts'
import { histogramText } from './histogram.ts'
import { noteLines } from './notes.ts'
import { numberText } from './number.ts'
import { tableText } from './table.ts'

/** A result as people read it on a terminal: lines without a break at the end. */
export function resultText(result: Result): string {
  return [answerText(result), ...noteLines(result)].join('\n')
}

function answerText(result: Result): string {
  switch (result.kind) {
    case 'table':
      return tableText(result)
    case 'number':
      return numberText(result)
    case 'hist':
      return histogramText(result)
    case 'cutflow':
      return cutflowText(result)
    case 'describe':
      return describeText(result)
    case 'explain':
      return `explain ${result.name}\n${result.text}`
  }
}
