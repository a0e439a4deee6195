import { type Frame, framesOf, type Term } from './term.ts'

/** The conditions that concern one row alone, and the others. */
export function parted(
  terms: readonly Term[],
  frame: Frame,
): { readonly alone: readonly Term[]; readonly joint: readonly Term[] } {
  const isAlone = (term: Term): boolean => [...framesOf(term)].every((each) => each === frame)
  return { alone: terms.filter(isAlone), joint: terms.filter((term) => !isAlone(term)) }
}
