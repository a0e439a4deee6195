import type { Output } from './output.ts'
import { OutputClosed } from './output.ts'

/** The output of this process: results on stdout, notes on stderr. */
export function processOutput(): Output {
  const { stdout, stderr } = process
  // A reader that goes away shows in the callback of the write; without a listener the event would end the process.
  stdout.on('error', () => {})
  stderr.on('error', () => {})
  return {
    interactive: stderr.isTTY,
    out: (text) =>
      new Promise((resolve, reject) => {
        stdout.write(text, (error) => {
          if (error) reject(closedBy(error))
          else resolve()
        })
      }),
    err: (text) => void stderr.write(text),
  }
}

function closedBy(error: NodeJS.ErrnoException): Error {
  return error.code === 'EPIPE' ? new OutputClosed('the reader of the results has gone away', { cause: error }) : error
}
