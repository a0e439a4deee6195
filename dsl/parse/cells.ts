/** One cell of a file, with the offset of its text in the file. */
export interface FileCell {
  readonly title: string
  readonly text: string
  readonly start: number
}

/** The cells of a file: each begins after a line `#%% title`; text before the first such line is a cell if not blank. */
export function splitCells(fileText: string): readonly FileCell[] {
  const cells: FileCell[] = []
  let title = ''
  let start = 0
  for (const marker of fileText.matchAll(/^#%%(.*)(?:\r?\n|$)/gm)) {
    const text = fileText.slice(start, marker.index)
    if (cells.length > 0 || start > 0 || text.trim() !== '') cells.push({ title, text, start })
    title = (marker[1] ?? '').trim()
    start = marker.index + marker[0].length
  }
  cells.push({ title, text: fileText.slice(start), start })
  return cells
}
