import { complete, contextOf, hover, isComplete } from '../dsl/assist/index.ts'
import { compile } from '../dsl/compile.ts'
import { completePath } from './complete-path.ts'
import type { Completion } from './interpreter.ts'
import type { Assistance } from './notebook.ts'
import { htmlPre } from './render/html.ts'

/** Help at the cursor from the language's own assistance, and paths from the folder that the kernel runs in. */
export const assistance: Assistance = {
  complete: (code, offset, session) => {
    const { span, items, path } = complete(code, offset, contextOf(compile, session.knowledge, session.facts))
    if (path !== null) return pathCompletion(path, offset)
    return { ...span, items: items.map(({ text, kind, detail }) => ({ text, type: detail === '' ? kind : detail })) }
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

function pathCompletion(path: string, offset: number): Completion {
  const { from, items } = completePath(path, process.cwd())
  return { start: offset - (path.length - from), end: offset, items }
}
