import type { Bundle } from './bundle.ts'
import { escapeHtml, htmlNote, htmlPre } from './html.ts'

/** What is known of a word: a title such as `E : float32 [MeV]`, and paragraphs; one that is set in is code. */
export function hoverBundle({ title, text }: { readonly title: string; readonly text: string }): Bundle {
  const heading = `<p style="margin:0.3em 0"><b><code>${escapeHtml(title)}</code></b></p>`
  return {
    'text/plain': [title, text].filter((part) => part !== '').join('\n\n'),
    'text/markdown': `**\`${title.replaceAll('`', "'")}\`**\n\n${text}`,
    'text/html': heading + text.split('\n\n').map(paragraphHtml).join(''),
  }
}

function paragraphHtml(paragraph: string): string {
  if (paragraph === '') return ''
  return paragraph.startsWith('    ') ? htmlPre(paragraph.replaceAll(/^ {4}/gm, '')) : htmlNote(paragraph)
}
