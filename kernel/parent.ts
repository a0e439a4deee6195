const pollMs = 1000

/** Calls `gone` when the process that started this one has ended: Jupyter's own way to leave no kernel behind. */
export function watchParent(gone: () => void): void {
  if (process.env['JPY_PARENT_PID'] === undefined) return
  const parent = process.ppid
  const timer = setInterval(() => {
    if (process.ppid === parent) return
    clearInterval(timer)
    gone()
  }, pollMs)
  timer.unref()
}
