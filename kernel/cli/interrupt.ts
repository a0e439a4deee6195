/**
 * Ctrl-C, and the signals that ask a process to end, abort what runs; a second one ends the process at once.
 *
 * @returns a function that stops listening
 */
export function abortOnSignal(controller: AbortController): () => void {
  const signals = ['SIGINT', 'SIGTERM', 'SIGHUP'] as const
  const abort = (signal: NodeJS.Signals): void => {
    if (!controller.signal.aborted) return controller.abort()
    stop()
    process.kill(process.pid, signal)
  }
  const stop = (): void => signals.forEach((signal) => process.off(signal, abort))
  for (const signal of signals) process.on(signal, abort)
  return stop
}
