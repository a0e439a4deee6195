/** Half-open range of UTF-16 offsets in the text of one cell. */
export interface Span {
  readonly start: number
  readonly end: number
}

/** The smallest span that covers both. */
export function cover(left: Span, right: Span): Span {
  return { start: Math.min(left.start, right.start), end: Math.max(left.end, right.end) }
}

/** Line and column of an offset, both from 1, columns in code points. */
export function position(text: string, offset: number): { readonly line: number; readonly column: number } {
  const lineStart = text.lastIndexOf('\n', offset - 1) + 1
  let line = 1
  for (let at = text.indexOf('\n'); at >= 0 && at < lineStart; at = text.indexOf('\n', at + 1)) line++
  return { line, column: [...text.slice(lineStart, offset)].length + 1 }
}
