/** A cell of an HTML table: text, aligned as its column. */
export interface HtmlColumn {
  readonly header: readonly string[]
  readonly cells: readonly string[]
  readonly align: 'left' | 'right'
}

export function escapeHtml(text: string): string {
  return text
    .replaceAll('&', '&amp;')
    .replaceAll('<', '&lt;')
    .replaceAll('>', '&gt;')
    .replaceAll('"', '&quot;')
    .replaceAll("'", '&#39;')
}

export function htmlNote(text: string): string {
  return `<p style="margin:0.3em 0">${inlineHtml(text)}</p>`
}

/** A line as it is, backquotes and all. */
export function htmlLine(text: string): string {
  return `<p style="margin:0.3em 0">${escapeHtml(text)}</p>`
}

/**
 * A line that stands back: what was defined, how much was read.
 *
 * @param before HTML to begin with
 */
export function htmlQuiet(text: string, before = ''): string {
  return `<p style="margin:0.3em 0;opacity:0.7">${before}${inlineHtml(text)}</p>`
}

/** What stands in backquotes is code. */
function inlineHtml(text: string): string {
  return escapeHtml(text).replaceAll(/`([^`\n]+)`/g, '<code>$1</code>')
}

export function htmlPre(text: string): string {
  return `<pre style="line-height:1.2;margin:0.3em 0;padding:0">${escapeHtml(text)}</pre>`
}

/** A table in a box that scrolls; everything in it is escaped. Of a header the first line stands out. */
export function htmlTable(columns: readonly HtmlColumn[]): string {
  const lines = headerLines(columns)
  const rows = Math.max(0, ...columns.map(({ cells }) => cells.length))
  const cell = (tag: 'th' | 'td', { align }: HtmlColumn, content: string) =>
    `<${tag} style="text-align:${align};white-space:nowrap">${content}</${tag}>`
  const head = columns.map((column) => cell('th', column, headerHtml(column, lines))).join('')
  const body = Array.from({ length: rows }, (_, at) => {
    return `<tr>${columns.map((column) => cell('td', column, escapeHtml(column.cells[at] ?? ''))).join('')}</tr>`
  }).join('')
  return `<div style="max-height:32em;overflow:auto"><table><thead><tr>${head}</tr></thead><tbody>${body}</tbody></table></div>`
}

/** Those in which any column says something. */
function headerLines(columns: readonly HtmlColumn[]): readonly number[] {
  const most = Math.max(0, ...columns.map(({ header }) => header.length))
  return Array.from({ length: most }, (_, line) => line).filter((line) => {
    return columns.some(({ header }) => (header[line] ?? '') !== '')
  })
}

function headerHtml({ header }: HtmlColumn, lines: readonly number[]): string {
  const [first = '', ...others] = lines.map((line) => escapeHtml(header[line] ?? ''))
  const small = others.map((text) => `<br><span style="font-weight:normal;opacity:0.7">${text || '&nbsp;'}</span>`)
  return first + small.join('')
}
