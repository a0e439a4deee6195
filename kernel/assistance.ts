import { complete, contextOf, fixAt, type FixHere, hover, isComplete } from '../dsl/assist/index.ts'
import { compile } from '../dsl/compile.ts'
import { completePath } from './complete-path.ts'
import type { Completion } from './interpreter.ts'
import type { Assistance } from './notebook.ts'
import { hoverBundle } from './render/hover.ts'
import { shorten } from './render/width.ts'

/** Help at the cursor from the language's own assistance, and paths from the folder that the kernel runs in. */
export const assistance: Assistance = {
  complete: (code, offset, session) => {
    const context = contextOf(compile, session.knowledge, session.facts)
    const { span, items, path } = complete(code, offset, context)
    if (path !== null) return pathCompletion(path, offset)
    const offered = items.map(({ text, kind, detail }) => ({ text, type: typeLabel(detail === '' ? kind : detail) }))
    return fixOr({ ...span, items: offered }, fixAt(code, offset, context))
  },
  inspect: (code, offset, session) => {
    const found = hover(code, offset, contextOf(compile, session.knowledge, session.facts))
    return found === undefined ? null : hoverBundle(found)
  },
  isComplete,
}

/** Columns of the list of completions that a type may take. */
const typeWidth = 52

/** In one line: JupyterLab would break it at blanks and hyphens, and lay the lines of one item over the next. */
function typeLabel(detail: string): string {
  return shorten(detail, typeWidth).replaceAll(' ', '\u00a0').replaceAll('-', '\u2011')
}

/**
 * The fix alone, in place of the words that are wrong. While a word can still become one of those that are offered it is
 * no mistake.
 */
function fixOr(offered: Completion, fix: FixHere | undefined): Completion {
  const isBegun = offered.start < offered.end && offered.items.length > 0
  if (fix === undefined || isBegun) return offered
  return { ...fix.span, items: [{ text: fix.text, type: typeLabel(fix.detail) }] }
}

function pathCompletion(path: string, offset: number): Completion {
  const { from, items } = completePath(path, process.cwd())
  return { start: offset - (path.length - from), end: offset, items }
}
