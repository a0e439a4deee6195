import type { Problem } from '../problem.ts'
import { escapeHtml } from './html.ts'
import { displayWidth } from './width.ts'

/** The text that a problem's span counts in, and what to call it. */
export interface ProblemPlace {
  /** `sa.sift`, `cell 3`. */
  readonly label: string
  readonly text: string
  /** Where the cell begins in the text. */
  readonly start: number
  /** Whether help at the cursor offers fixes. */
  readonly hasCompletion?: boolean
}

/** A problem as `error S102 in cell 1, line 2, column 9`, the line with a caret, the reason, and the way out. */
export function problemText(problem: Problem, place: ProblemPlace): string {
  return [...problemLines(problem, place), ...fixLines(problem, place)].join('\n')
}

/** The same for a notebook. */
export function problemHtml(problem: Problem, place: ProblemPlace): string {
  const [head = '', ...rest] = problemLines(problem, place)
  const color = problem.severity === 'error' ? '#b00020' : '#8a6d00'
  const body = [...rest, ...fixLines(problem, place)].map(escapeHtml).join('\n')
  return `<pre style="line-height:1.3;margin:0.3em 0;padding:0"><b style="color:${color}">${escapeHtml(head)}</b>\n${body}</pre>`
}

function problemLines(
  { severity, code, message, span }: Problem,
  { label, text, start }: ProblemPlace,
): readonly string[] {
  if (span === null) return [`${severity} ${code} in ${label}`, ...indented(message)]
  const at = start + span.start
  const lineStart = text.lastIndexOf('\n', at - 1) + 1
  const lineBreak = text.indexOf('\n', lineStart)
  const line = text.slice(lineStart, lineBreak < 0 ? undefined : lineBreak).replace(/\r$/, '')
  const number = text.slice(0, lineStart).split('\n').length
  const column = [...text.slice(lineStart, at)].length + 1
  const gutter = ' '.repeat(String(number).length)
  return [
    `${severity} ${code} in ${label}, line ${number}, column ${column}`,
    `  ${number} | ${visible(line)}`,
    `  ${gutter} | ${caret(line, at - lineStart, span.end - span.start)}`,
    ...indented(message),
  ]
}

/** Underlines what of the span lies on the line; at least one column, for a span at the line's end. */
function caret(line: string, from: number, length: number): string {
  const to = Math.min(line.length, from + length)
  return (
    ' '.repeat(displayWidth(visible(line.slice(0, from)))) +
    '^'.repeat(Math.max(1, displayWidth(visible(line.slice(from, to)))))
  )
}

function visible(line: string): string {
  return line.replaceAll('\t', '  ')
}

function indented(message: string): readonly string[] {
  return message.split('\n').map((line) => `  ${line}`)
}

function fixLines({ fix, edits }: Problem, { text, start, hasCompletion }: ProblemPlace): readonly string[] {
  if (fix === null) return []
  const [edit, ...others] = edits
  const words = edit === undefined ? '' : text.slice(start + edit.span.start, start + edit.span.end)
  const isOffered = hasCompletion === true && others.length === 0 && words !== '' && !words.includes('\n')
  return indented(`Way out: ${fix}${isOffered ? `; Tab behind \`${words}\` offers it` : ''}`)
}
