import type { Bound, Names, NameUse } from './check/bound.ts'
import { movedText } from './check/slider.ts'
import type { Compilation } from './compile.ts'
import type { Diagnostic } from './ir/diagnostic.ts'

/** A parameter and its new value, in the unit of its slider. */
export interface Move {
  readonly name: string
  readonly value: number
}

/** A mistake that a new value makes of a definition. */
export interface Broken {
  readonly name: string
  readonly cell: number | null
  /** The definition, which the diagnostic's span counts in. */
  readonly text: string
  readonly diagnostic: Diagnostic
}

/** What a notebook means once a parameter has another value. */
export interface Rebinding {
  readonly names: Names
  /** Names as they were, with the new value; the same object where nothing stands on it. */
  readonly uses: (uses: readonly NameUse[]) => readonly NameUse[]
  /** Why a name has no meaning with the new value; undefined where it has one. */
  readonly broken: (use: NameUse) => Broken | undefined
}

/** Checks a statement among names. */
export type CheckAmong = (text: string, among: { readonly cell: number | null; readonly names: Names }) => Compilation

/**
 * Gives a parameter another value, and with it everything that stands on it: each definition is checked again among the names
 * that it stood on, as they were when it was made. The parameter's statement is what it would be, had the value been written.
 *
 * @returns undefined when the name has no slider, or its value cannot be that
 */
export function rebind(names: Names, { name, value }: Move, check: CheckAmong): Rebinding | undefined {
  const parameter = names.get(name)
  const slider = parameter?.slider
  if (parameter === undefined || slider === undefined || !(slider.low <= value && value <= slider.high))
    return undefined
  const moved = checkedAgain({ name, bound: parameter }, movedText(slider, value), { uses: parameter.uses, check })
  if (moved.broken !== undefined) return undefined
  const known = new Map<Bound, Checked>()
  const again = (use: NameUse): Checked => {
    const found = known.get(use.bound)
    if (found !== undefined) return found
    const result = rebound(use)
    known.set(use.bound, result)
    return result
  }
  const rebound = (use: NameUse): Checked => {
    if (use.bound.slider !== undefined) return use.name === name ? moved : { bound: use.bound }
    const uses = usesAgain(use.bound.uses)
    const text = use.bound.history.at(-1)
    if (uses === use.bound.uses || text === undefined) return { bound: use.bound }
    return checkedAgain(use, text, { uses, check, older: use.bound.uses.map(again) })
  }
  const usesAgain = (uses: readonly NameUse[]): readonly NameUse[] => {
    const after = uses.map((use) => ({ name: use.name, bound: again(use).bound }))
    return after.every(({ bound }, at) => bound === uses[at]?.bound) ? uses : after
  }
  return {
    names: new Map([...names].map(([each, bound]) => [each, again({ name: each, bound }).bound])),
    uses: usesAgain,
    broken: (use) => again(use).broken,
  }
}

interface Checked {
  readonly bound: Bound
  readonly broken?: Broken | undefined
}

interface Surroundings {
  readonly uses: readonly NameUse[]
  readonly check: CheckAmong
  /** What the names among `uses` have become, for why one of them has no meaning. */
  readonly older?: readonly Checked[]
}

/** A definition that has lost its meaning keeps its text and its names, so that another value can give it one. */
function checkedAgain({ name, bound }: NameUse, text: string, { uses, check, older = [] }: Surroundings): Checked {
  const { names, diagnostics } = check(text, { cell: bound.cell, names: namesOf(uses) })
  const found = names.get(name)
  if (found !== undefined && found.meaning.kind !== 'broken') return { bound: found }
  // What uses a definition with a mistake is not to blame.
  const before = older.find((each) => each.broken !== undefined)?.broken
  const diagnostic = diagnostics.find(({ severity }) => severity === 'error')
  const broken = before ?? (diagnostic && { name, cell: bound.cell, text, diagnostic })
  return { bound: { ...bound, meaning: { kind: 'broken' }, uses }, broken }
}

/** The names that a statement sees. Of one that functions brought along too, its own comes first. */
export function namesOf(uses: readonly NameUse[]): Names {
  return new Map(uses.toReversed().map(({ name, bound }) => [name, bound]))
}
