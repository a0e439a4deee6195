import type { Span } from '../dsl/ir/span.ts'
import type { CellOutput } from './cell-output.ts'
import type { MimeBundle, Publisher } from './interpreter.ts'
import { notesBundle, outputBundle } from './output-bundle.ts'
import type { Painter } from './painter.ts'
import { ProgressDisplay } from './progress-display.ts'
import { type ProblemPlace } from './render/problem.ts'
import { staleHtml, type StaleName, staleText } from './render/stale.ts'
import { notesId, slotId } from './slot.ts'

export interface DisplayOptions {
  readonly place: ProblemPlace
  readonly painter: Painter
  /** A display identifier that no other display of this kernel has. */
  readonly nextId: () => string
}

type Shown = Exclude<CellOutput, { kind: 'progress' | 'finished' }>

/** Shows what a cell has, in its order; pictures are drawn on the way. */
export class CellDisplay {
  readonly #publisher: Publisher
  readonly #options: DisplayOptions
  readonly #progress: ProgressDisplay
  /** Told together, with one button. */
  readonly #stale: StaleName[] = []
  #last: Promise<void> = Promise.resolve()
  #waiting = 0

  constructor(publisher: Publisher, options: DisplayOptions) {
    this.#publisher = publisher
    this.#options = options
    // Behind the picture of the statement before, which may still be drawn.
    this.#progress = new ProgressDisplay(publisher, { nextId: options.nextId, isNext: () => this.#waiting === 0 })
  }

  emit(output: CellOutput): void {
    if (output.kind === 'progress') this.#progress.tell(output.progress, output.elapsedMs)
    else if (output.kind === 'finished') this.#progress.end(output.progress, output.elapsedMs)
    else if (output.kind !== 'stale' || this.#stale.push(output) === 1) this.#queue(output)
  }

  #queue(output: Shown): void {
    this.#waiting++
    this.#last = this.#last.then(() => this.#show(output)).finally(() => void this.#waiting--)
  }

  /** Resolves when everything is shown. */
  shown(): Promise<void> {
    return this.#last
  }

  async #show(output: Shown): Promise<void> {
    const bundle = await this.#bundleOf(output)
    if (bundle === null) return
    const slot = 'slot' in output ? output.slot : undefined
    if (output.kind === 'definition' && output.slider !== undefined)
      this.#publisher.slider({ name: output.name, slider: output.slider }, bundle)
    // JupyterLab updates a display, never the result of a cell.
    else if (slot !== undefined) this.#publisher.display(bundle, { id: slotId(slot) })
    else if (output.kind === 'result' && isLast(output.span, this.#options.place)) this.#publisher.result(bundle)
    else this.#publisher.display(bundle)
    const notes = notesBundle(output, { always: slot !== undefined })
    if (notes !== null) this.#publisher.display(notes, slot === undefined ? {} : { id: notesId(slot) })
  }

  async #bundleOf(output: Shown): Promise<MimeBundle | null> {
    switch (output.kind) {
      case 'result':
      case 'definition':
      case 'saved':
        return outputBundle(output, this.#options)
      case 'stale': {
        const names = this.#stale.splice(0)
        return { 'text/plain': names.map(staleText).join('\n'), 'text/html': staleHtml(names) }
      }
      case 'problem':
        // The error that ends a cell is told by the protocol.
        return output.problem.severity === 'error' ? null : outputBundle(output, this.#options)
      case 'timing':
        return null
    }
  }
}

/** Whether a statement is the last one of its cell: what it gives is the result of the cell. */
function isLast({ end }: Span, { text }: ProblemPlace): boolean {
  return /^(?:\s|#[^\n]*)*$/.test(text.slice(end))
}
