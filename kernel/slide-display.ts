import type { CellOutput } from './cell-output.ts'
import type { MimeBundle, Publisher } from './interpreter.ts'
import { lines, notesBundle, outputBundle } from './output-bundle.ts'
import type { Painter } from './painter.ts'
import { ProgressDisplay } from './progress-display.ts'
import type { Renewed } from './renewal.ts'
import { staleText } from './render/stale.ts'
import { notesId, slotId } from './slot.ts'

/** Shows outputs in the place of those before them, pictures drawn on the way. */
export class SlideDisplay {
  readonly #publisher: Publisher
  readonly #painter: Painter
  #working: { readonly slot: number; readonly progress: ProgressDisplay } | null = null
  #last: Promise<void> = Promise.resolve()

  constructor(publisher: Publisher, painter: Painter) {
    this.#publisher = publisher
    this.#painter = painter
  }

  renew(renewed: Renewed): void {
    const { slot, output } = renewed
    if (output.kind === 'progress') this.#progressOf(slot).tell(output.progress, output.elapsedMs)
    else if (output.kind === 'finished') this.#working?.progress.stop()
    else this.#last = this.#last.then(() => this.#show(renewed))
  }

  /** Resolves when everything is shown. */
  shown(): Promise<void> {
    return this.#last
  }

  /** What is at work shows its progress in the place of the output that is out of date. */
  #progressOf(slot: number): ProgressDisplay {
    if (this.#working?.slot === slot) return this.#working.progress
    this.#working?.progress.stop()
    const update = (data: MimeBundle): void => this.#publisher.display(data, { id: slotId(slot), update: true })
    const progress = new ProgressDisplay({ display: update }, { nextId: () => slotId(slot), isNext: () => true })
    this.#working = { slot, progress }
    return progress
  }

  async #show({ slot, cell, output }: Renewed): Promise<void> {
    const place = { label: `cell ${cell.number}`, text: cell.text, start: 0 }
    const bundle = await bundleOf(output, { place, painter: this.#painter })
    if (bundle === null) return
    this.#publisher.display(bundle, { id: slotId(slot), update: true })
    const notes = notesBundle(output, { always: true })
    if (notes !== null) this.#publisher.display(notes, { id: notesId(slot), update: true })
  }
}

type BundleOptions = Parameters<typeof outputBundle>[1]

async function bundleOf(output: CellOutput, options: BundleOptions): Promise<MimeBundle | null> {
  switch (output.kind) {
    case 'stale':
      return lines([staleText(output)])
    case 'result':
    case 'definition':
    case 'saved':
    case 'problem':
      return outputBundle(output, options)
    case 'progress':
    case 'finished':
    case 'timing':
      return null
  }
}
