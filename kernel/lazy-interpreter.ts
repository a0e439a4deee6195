import type { Interpreter, LanguageInfo } from './interpreter.ts'

/**
 * An interpreter that is loaded by the first who needs it: a client learns at once that the kernel is there, and a kernel that
 * nobody uses takes up half the memory.
 */
export function lazyInterpreter(info: LanguageInfo, load: () => Promise<Interpreter>): Interpreter {
  let loaded: Interpreter | null = null
  let loading: Promise<Interpreter> | null = null
  const begin = (): Promise<Interpreter> => (loading ??= load().then((interpreter) => (loaded = interpreter)))
  return {
    info,
    prepare: async () => (await begin()).prepare(),
    execute: async (cell, publisher, signal) => (await begin()).execute(cell, publisher, signal),
    slide: async (move, publisher, signal) => (await begin()).slide(move, publisher, signal),
    evaluate: async (expression, signal) => (await begin()).evaluate(expression, signal),
    complete: (code, offset) => loaded?.complete(code, offset) ?? { start: offset, end: offset, items: [] },
    inspect: (code, offset) => loaded?.inspect(code, offset) ?? null,
    isComplete: (code) => loaded?.isComplete(code) ?? { status: 'unknown' },
    close: async () => (await loading)?.close(),
  }
}
