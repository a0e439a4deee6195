import type { Slider } from '../dsl/check/slider.ts'
import type { Span } from '../dsl/ir/span.ts'
import type { Progress, Result } from '../runtime/ports/backend.ts'
import type { Problem } from './problem.ts'
import type { StaleName } from './render/stale.ts'

/**
 * What a cell has to show, in the order in which it comes about.
 *
 * `slot`: of what stands on a parameter with a slider, a number of its own; it is shown again under it when the slider moves.
 */
export type CellOutput =
  | { readonly kind: 'result'; readonly result: Result; readonly span: Span; readonly slot?: number }
  /** `rows`: of a stream, where they are known without counting. `slider`: of a parameter with a range. */
  | {
      readonly kind: 'definition'
      readonly name: string
      readonly type: string
      readonly rows?: number
      readonly slider?: Slider
      readonly span: Span
      readonly slot?: number
    }
  /** `path` as written in the statement. */
  | {
      readonly kind: 'saved'
      readonly path: string
      readonly rows: number
      readonly span: Span
      readonly slot?: number
    }
  | { readonly kind: 'problem'; readonly problem: Problem }
  /** The cell has given names another meaning, and `name`, made in cell `madeIn`, still stands on the one before. */
  | ({ readonly kind: 'stale' } & StaleName)
  /** A statement runs. */
  | { readonly kind: 'progress'; readonly progress: Progress; readonly elapsedMs: number }
  /** A statement that read rows has ended, well or not. */
  | { readonly kind: 'finished'; readonly progress: Progress; readonly elapsedMs: number }
  | { readonly kind: 'timing'; readonly ms: number }
