import { RuntimeError } from '../runtime/errors.ts'
import { ColumnsMistake } from './cli/index-columns.ts'
import { checkedText, runIndex } from './cli/index-command.ts'
import { type IndexInvocation, IndexMisuse, parseIndexArguments } from './cli/index-options.ts'
import { type IndexProgress, reportBundle, reportJson } from './cli/index-report.ts'
import { faultOutcome } from './fault.ts'
import type { Outcome, Publisher } from './interpreter.ts'
import { ProgressDisplay } from './progress-display.ts'
import { htmlQuiet } from './render/html.ts'

const most = 'In a cell `%sift` takes `index build`, `index verify` and `index info`, as the command line does'

interface Surroundings {
  readonly publisher: Publisher
  readonly signal: AbortSignal
  readonly nextId: () => string
}

/** Runs the lines of a cell, each a command, one after the other. */
export async function runIndexCell(lines: readonly string[], surroundings: Surroundings): Promise<Outcome> {
  try {
    // A mistake anywhere in the cell is told before any of it runs.
    for (const invocation of lines.map(invocationOf)) await runLine(invocation, surroundings)
    return { status: 'ok' }
  } catch (error) {
    if (error instanceof IndexMisuse) return failed('Usage', `${error.message}.`, null)
    if (error instanceof ColumnsMistake) return failed('Columns', error.message, null)
    if (error instanceof RuntimeError) return failed(error.code, error.message, error.fix)
    return faultOutcome(error)
  }
}

async function runLine(invocation: IndexInvocation, surroundings: Surroundings): Promise<void> {
  const { publisher, signal, nextId } = surroundings
  const display = new ProgressDisplay(publisher, { nextId, isNext: () => true })
  try {
    const report = await runIndex(invocation, progressOn(display, surroundings), signal)
    publisher.display(invocation.json ? { 'text/plain': reportJson(report).trimEnd() } : reportBundle(report))
  } finally {
    display.stop()
  }
}

/** How often at most a display is updated. */
const betweenMs = 100

function progressOn(display: ProgressDisplay, { publisher, nextId }: Surroundings): IndexProgress {
  const id = nextId()
  let shownMs: number | null = null
  return {
    show: (progress, elapsedMs) => display.tell(progress, elapsedMs),
    finish: (progress, elapsedMs) => display.end(progress, elapsedMs),
    checked: (done, of) => {
      const now = performance.now()
      if (done < of && shownMs !== null && now - shownMs < betweenMs) return
      const text = checkedText(done, of)
      publisher.display({ 'text/plain': text, 'text/html': htmlQuiet(text) }, { id, update: shownMs !== null })
      shownMs = now
    },
    note: (text) => publisher.stream('stderr', `${text}\n`),
  }
}

/** @throws IndexMisuse */
function invocationOf(line: string): IndexInvocation {
  const [name, command, ...args] = wordsOf(line)
  if (name !== '%sift') throw new IndexMisuse(`Every line of such a cell begins with \`%sift\`, not \`${line}\``)
  if (command !== 'index') throw new IndexMisuse(most)
  return parseIndexArguments(args)
}

/** Words between blanks; in quotes a blank is part of the word, and nothing stands for anything else. */
function wordsOf(text: string): readonly string[] {
  const words: string[] = []
  let rest = text.trimStart()
  while (rest !== '') {
    const [word = ''] = /^(?:"[^"]*"|'[^']*'|[^\s"'])+/.exec(rest) ?? []
    const next = rest.slice(word.length)
    if (word === '' || /^["']/.test(next)) throw new IndexMisuse(`A quote is not closed: ${rest}`)
    words.push(word.replaceAll(/"([^"]*)"|'([^']*)'/g, '$1$2'))
    rest = next.trimStart()
  }
  return words
}

function failed(name: string, value: string, fix: string | null): Outcome {
  const way = fix === null ? [] : [`  Way out: ${fix}`]
  return { status: 'error', name, value, traceback: [`error ${name}`, `  ${value}`, ...way] }
}
