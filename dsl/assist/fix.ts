import type { Edit } from '../ir/diagnostic.ts'
import type { AssistContext } from './context.ts'

/** A fix at the cursor: what to write in place of the words that are wrong. */
export interface FixHere extends Edit {
  /** `S103: write \`0.7 MeV\``. */
  readonly detail: string
}

/** The fix of the first mistake that the cursor is in, or right behind, where one edit there is all of it. */
export function fixAt(text: string, offset: number, context: AssistContext): FixHere | undefined {
  for (const { code, fix } of context.mistakesIn(text)) {
    const [edit, ...others] = fix?.edits ?? []
    if (fix === null || edit === undefined || others.length > 0) continue
    const { start, end } = edit.span
    if (start < end && start <= offset && offset <= end) return { ...edit, detail: `${code}: ${fix.text}` }
  }
  return undefined
}
