/** The display identifier of an output that a slider can change. */
export function slotId(slot: number): string {
  return `sift-${process.pid}-slot-${slot}`
}

/** That of the notes below it, which may come and go. */
export function notesId(slot: number): string {
  return `${slotId(slot)}-notes`
}
