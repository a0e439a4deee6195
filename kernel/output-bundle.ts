import type { CellOutput } from './cell-output.ts'
import type { MimeBundle } from './interpreter.ts'
import { drawnBundle, type Painter } from './painter.ts'
import { htmlNote, htmlQuiet } from './render/html.ts'
import { noteLines } from './render/notes.ts'
import { plural } from './render/numbers.ts'
import { problemHtml, type ProblemPlace, problemText } from './render/problem.ts'

export interface BundleOptions {
  readonly place: ProblemPlace
  readonly painter: Painter
}

type Bundled = Exclude<CellOutput, { kind: 'progress' | 'finished' | 'timing' | 'stale' }>

/** What a notebook shows of an output. */
export async function outputBundle(output: Bundled, { place, painter }: BundleOptions): Promise<MimeBundle> {
  switch (output.kind) {
    case 'result':
      return drawnBundle(output.result, painter)
    case 'definition':
      return quiet(definitionText(output))
    case 'saved':
      return lines([`${output.path}: ${plural(output.rows, 'row')} saved`])
    case 'problem':
      return { 'text/plain': problemText(output.problem, place), 'text/html': problemHtml(output.problem, place) }
  }
}

/**
 * The notes that go below a picture as a display of their own; null where there are none.
 *
 * @param always whether a picture without notes has an empty display of them, which can be filled later
 */
export function notesBundle(output: CellOutput, { always }: { readonly always: boolean }): MimeBundle | null {
  if (output.kind !== 'result' || output.result.kind !== 'hist') return null
  const notes = noteLines(output.result)
  return notes.length === 0 && !always ? null : lines(notes)
}

/** `ibd : match(prompt, delayed) of events, 2 roles`. */
function definitionText({ name, type, rows }: Extract<CellOutput, { kind: 'definition' }>): string {
  return `${name} : ${type}${rows === undefined ? '' : `, ${plural(rows, 'row')}`}`
}

/** A line that stands back behind results. */
function quiet(text: string): MimeBundle {
  return { 'text/plain': text, 'text/html': htmlQuiet(text) }
}

export function lines(notes: readonly string[]): MimeBundle {
  return { 'text/plain': notes.join('\n'), 'text/html': notes.map(htmlNote).join('') }
}
