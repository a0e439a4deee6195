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
  return `<p style="margin:0.3em 0">${escapeHtml(text)}</p>`
}

export function htmlPre(text: string): string {
  return `<pre style="line-height:1.2">${escapeHtml(text)}</pre>`
}

/** A table in a box that scrolls; everything in it is escaped. */
export function htmlTable(columns: readonly HtmlColumn[]): string {
  const headerLines = Math.max(0, ...columns.map(({ header }) => header.length))
  const rows = Math.max(0, ...columns.map(({ cells }) => cells.length))
  const row = (tag: 'th' | 'td', text: (column: HtmlColumn) => string) =>
    `<tr>${columns.map((column) => `<${tag} style="text-align:${column.align}">${escapeHtml(text(column))}</${tag}>`).join('')}</tr>`
  const head = Array.from({ length: headerLines }, (_, at) => row('th', ({ header }) => header[at] ?? '')).join('')
  const body = Array.from({ length: rows }, (_, at) => row('td', ({ cells }) => cells[at] ?? '')).join('')
  return `<div style="max-height:32em;overflow:auto"><table style="white-space:nowrap"><thead>${head}</thead><tbody>${body}</tbody></table></div>`
}
