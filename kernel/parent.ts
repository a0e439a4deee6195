const pollMs = 1000

/** Calls `gone` when the process that started this one has ended: Jupyter's own way to leave no kernel behind. */
export function watchParent(gone: () => void): void {
  const jupyter = process.env['JPY_PARENT_PID']
  if (jupyter === undefined) return
  const parent = process.ppid
  // It may have ended before we looked; in a container Jupyter itself can be process 1.
  const isOrphan = parent === 1 && jupyter !== '1'
  const timer = setInterval(() => {
    if (process.ppid === parent && !isOrphan) return
    clearInterval(timer)
    gone()
  }, pollMs)
  timer.unref()
}
