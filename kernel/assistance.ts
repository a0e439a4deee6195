import { complete, contextOf, fixAt, type FixHere, hover, isComplete } from '../dsl/assist/index.ts'
import { compile } from '../dsl/compile.ts'
import { completePath } from './complete-path.ts'
import type { Completion } from './interpreter.ts'
import type { Assistance } from './notebook.ts'
import { htmlPre } from './render/html.ts'

/** Help at the cursor from the language's own assistance, and paths from the folder that the kernel runs in. */
export const assistance: Assistance = {
  complete: (code, offset, session) => {
    const context = contextOf(compile, session.knowledge, session.facts)
    const { span, items, path } = complete(code, offset, context)
    if (path !== null) return pathCompletion(path, offset)
    const offered = items.map(({ text, kind, detail }) => ({ text, type: detail === '' ? kind : detail }))
    return fixOr({ ...span, items: offered }, fixAt(code, offset, context))
  },
  inspect: (code, offset, session) => {
    const found = hover(code, offset, contextOf(compile, session.knowledge, session.facts))
    if (found === undefined) return null
    const plain = [found.title, found.text].filter((part) => part !== '').join('\n\n')
    return {
      'text/plain': plain,
      'text/markdown': `**\`${found.title.replaceAll('`', "'")}\`**\n\n${found.text}`,
      'text/html': htmlPre(plain),
    }
  },
  isComplete,
}

/**
 * The fix alone, in place of the words that are wrong. While a word can still become one of those that are offered it is
 * no mistake.
 */
function fixOr(offered: Completion, fix: FixHere | undefined): Completion {
  const isBegun = offered.start < offered.end && offered.items.length > 0
  if (fix === undefined || isBegun) return offered
  return { ...fix.span, items: [{ text: fix.text, type: fix.detail }] }
}

function pathCompletion(path: string, offset: number): Completion {
  const { from, items } = completePath(path, process.cwd())
  return { start: offset - (path.length - from), end: offset, items }
}
