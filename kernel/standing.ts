import type { Bound, NameUse } from '../dsl/check/bound.ts'
import { isMoved } from '../dsl/check/uses.ts'
import type { Compiled } from '../dsl/compile.ts'
import type { Span } from '../dsl/ir/span.ts'
import type { Cell } from './cell.ts'

/** What a cell shows that a slider can change: a definition or the answer to a query, where it is shown. */
export interface Standing {
  readonly cell: Cell
  readonly statement: Span
  /** Which of the queries of its statement it is; null for a definition. */
  readonly query: number | null
  /** What the statement stands on; of a definition, the name itself. */
  readonly uses: readonly NameUse[]
  /** Its number among what sliders can change: the same output is shown again under it. */
  readonly slot: number
}

/** What a notebook shows at present that sliders can change, in the order of its runs. */
export class StandingOutputs {
  #shown: readonly Standing[] = []
  #next = 0

  get all(): readonly Standing[] {
    return this.#shown
  }

  /** A cell runs: what it showed is gone. The front end's identifier tells cells apart, else their text. */
  forget(cell: Pick<Cell, 'id' | 'text'>): void {
    const gone = keyOf(cell)
    this.#shown = this.#shown.filter((each) => keyOf(each.cell) !== gone)
  }

  /** The slots of the statements of a cell; none for what no slider can change. */
  slotsOf(statements: readonly Compiled[]): ReadonlyMap<Compiled, number> {
    const moved = statements.filter((statement) => usesOf(statement).some(({ bound }) => isMoved(bound)))
    return new Map(moved.map((statement) => [statement, this.#next++]))
  }

  /** A statement has shown what it has. */
  keep(
    statement: Compiled,
    { cell, slot, among }: { readonly cell: Cell; readonly slot: number; readonly among: readonly Compiled[] },
  ): void {
    const { span } = statement
    const same = among.filter((each) => each.span.start === span.start)
    const query = statement.kind === 'query' ? same.indexOf(statement) : null
    this.#shown = [...this.#shown, { cell, statement: span, query, uses: usesOf(statement), slot }]
  }

  /** What is shown stands on other meanings now. */
  replace(uses: (uses: readonly NameUse[]) => readonly NameUse[]): void {
    this.#shown = this.#shown.map((each) => ({ ...each, uses: uses(each.uses) }))
  }
}

/** What a slider draws itself is no output that another one changes. */
function usesOf(statement: Compiled): readonly NameUse[] {
  if (statement.kind === 'query') return statement.uses ?? []
  const { name, bound } = statement
  return bound === undefined || hasSlider(bound) ? [] : [{ name, bound }]
}

function hasSlider({ slider }: Bound): boolean {
  return slider !== undefined
}

function keyOf({ id, text }: Pick<Cell, 'id' | 'text'>): string {
  return id === undefined ? `text ${text}` : `id ${id}`
}

/** The text of a cell with all but one statement blank, so that places in it stay what they are. */
export function aloneIn(text: string, { start, end }: Span): string {
  const blank = (part: string): string => part.replaceAll(/[^\n]/g, ' ')
  return blank(text.slice(0, start)) + text.slice(start, end) + blank(text.slice(end))
}
