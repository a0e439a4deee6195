/** Code points that a terminal draws two columns wide: CJK, Hangul, full-width forms, emoji. */
const wide =
  /[\u1100-\u115f\u2e80-\u303e\u3041-\ua4cf\uac00-\ud7a3\uf900-\ufaff\ufe30-\ufe6f\uff00-\uff60\uffe0-\uffe6\u{1f300}-\u{1faff}\u{20000}-\u{3fffd}]/u
const combining = /\p{Mark}/u

/** How many columns of a terminal the text takes. */
export function displayWidth(text: string): number {
  let width = 0
  for (const point of text) width += combining.test(point) ? 0 : wide.test(point) ? 2 : 1
  return width
}

export function padStart(text: string, width: number): string {
  return ' '.repeat(Math.max(0, width - displayWidth(text))) + text
}

export function padEnd(text: string, width: number): string {
  return text + ' '.repeat(Math.max(0, width - displayWidth(text)))
}

/** The text, cut to `width` columns with `…` at its end. */
export function shorten(text: string, width: number): string {
  if (displayWidth(text) <= width) return text
  let cut = ''
  let used = 1
  for (const point of text) {
    used += displayWidth(point)
    if (used > width) break
    cut += point
  }
  return `${cut}…`
}
