import type { Names } from '../check/bound.ts'
import type { Type } from '../ir/types.ts'
import { isA } from '../parse/lex.ts'
import * as t from '../parse/tokens.ts'
import type { Completion } from './context.ts'
import type { Cursor } from './cursor.ts'
import { binnings, notebookValues } from './offers.ts'
import { alikeFirst } from './wanted.ts'
import type { Rows } from './rows.ts'

const time: Type = { kind: 'number', repr: 'int64', unit: [{ name: 'ns', power: 1 }] }

/**
 * What can stand where a stage takes a constant and no column: the bounds of a window, `shift by`, `burst of at least …
 * within`, `take` and `sample`. Undefined elsewhere.
 *
 * @param rules those that are open around a value at the cursor, innermost first
 */
export function constantsAt(
  rules: readonly string[],
  { cursor, rows, names }: { readonly cursor: Cursor; readonly rows: Rows; readonly names: Names },
): readonly Completion[] | undefined {
  const times = (text: string) => [literal(text, 'a time'), ...alikeFirst(notebookValues(names), time, { rows, names })]
  const numbers = (text: string, detail: string) => [literal(text, detail), ...binnings(names)]
  const slot = rules.find((rule) => slots.has(rule)) ?? ''
  switch (slot) {
    case 'within':
      return times('1 ms')
    case 'shift':
      return times('1 s')
    case 'burst':
      return isA(cursor.tokens.at(-1), t.word('least')) ? numbers('10', 'number of events') : times('1 s')
    case 'take':
      return numbers('20', 'number of rows')
    case 'sample':
      return numbers('1 %', 'share of the rows')
    default:
      return undefined
  }
}

/** An expression or argument inside of such a slot may be anything. */
const slots: ReadonlySet<string> = new Set(['within', 'shift', 'burst', 'take', 'sample', 'expr', 'args', 'items'])

function literal(text: string, detail: string): Completion {
  return { text, kind: 'literal', detail }
}
