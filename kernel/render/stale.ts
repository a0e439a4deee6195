import { htmlNote } from './html.ts'

/** A name that still stands on what other names meant before. */
export interface StaleName {
  readonly name: string
  /** The cell that made it. */
  readonly madeIn: number
  readonly older: readonly string[]
}

/** What is stale, and what to do about it. */
export function staleText({ name, madeIn, older }: StaleName): string {
  const names = older.map((each) => `\`${each}\``)
  const listed = names.length < 2 ? names.join('') : `${names.slice(0, -1).join(', ')} and ${names.at(-1)}`
  return `stale: \`${name}\` (cell ${madeIn}) was made with an older ${listed}; run that cell again`
}

/**
 * The same for a notebook, with a button that runs this cell and all below it: those that depend on it, in their order.
 * The button is JupyterLab's own (it names a command of it, there is no script) and is hidden wherever else the page is read.
 */
export function staleHtml(names: readonly StaleName[]): string {
  const style = '.sift-rerun{display:none}.jp-NotebookPanel .sift-rerun{display:inline-block}'
  const command = 'data-commandlinker-command="notebook:run-all-below" data-commandlinker-args="{}"'
  const button = `<button class="sift-rerun" ${command}>Run this cell and all below</button>`
  return `${names.map((name) => htmlNote(staleText(name))).join('')}<style>${style}</style>${button}`
}
