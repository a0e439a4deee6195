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
    return withFix({ ...span, items: offered }, fixAt(code, offset, context), code)
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

/** The fix first, in place of the words that are wrong; what else can stand there is offered with what it begins behind. */
function withFix(offered: Completion, fix: FixHere | undefined, code: string): Completion {
  if (fix === undefined) return offered
  const { start, end } = fix.span
  const isBehind = end === offered.end && start <= offered.start
  const begun = isBehind ? code.slice(start, offered.start) : ''
  const gap = /\d$/.test(begun) ? ' ' : ''
  const others = isBehind ? offered.items.map((item) => ({ ...item, text: begun + gap + item.text })) : []
  // A word that is still being typed is not told to be a mistake.
  if (begun === '' && others.some(({ text }) => text === fix.text)) return offered
  const more = others.filter(({ text }) => text !== fix.text)
  return { start, end, items: [{ text: fix.text, type: fix.detail }, ...more] }
}

function pathCompletion(path: string, offset: number): Completion {
  const { from, items } = completePath(path, process.cwd())
  return { start: offset - (path.length - from), end: offset, items }
}
