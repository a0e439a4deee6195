import type { Interpreter, LanguageInfo } from './interpreter.ts'

/**
 * An interpreter that is loaded behind the sockets' back: a client learns that the kernel is there while the language and
 * the engine are still on their way. Cells wait for them; help at the cursor is empty until then.
 */
export function lazyInterpreter(info: LanguageInfo, load: () => Promise<Interpreter>): Interpreter {
  let loaded: Interpreter | null = null
  const loading = load().then((interpreter) => (loaded = interpreter))
  // Who waits for it gets the failure; nobody may be waiting yet.
  loading.catch(() => {})
  return {
    info,
    execute: async (cell, publisher, signal) => (await loading).execute(cell, publisher, signal),
    evaluate: async (expression, signal) => (await loading).evaluate(expression, signal),
    complete: (code, offset) => loaded?.complete(code, offset) ?? { start: offset, end: offset, items: [] },
    inspect: (code, offset) => loaded?.inspect(code, offset) ?? null,
    isComplete: (code) => loaded?.isComplete(code) ?? { status: 'unknown' },
    close: async () => (await loading).close(),
  }
}
