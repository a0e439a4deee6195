/** Offset in UTF-16 units, as JavaScript counts, of a position in code points, as Jupyter counts (protocol 5.2 and later). */
export function offsetOf(text: string, codePoints: number): number {
  let offset = 0
  for (let left = codePoints; left > 0 && offset < text.length; left--) offset += widthAt(text, offset)
  return offset
}

/** Position in code points of an offset in UTF-16 units. */
export function codePointsTo(text: string, offset: number): number {
  let count = 0
  for (let at = 0; at < offset && at < text.length; at += widthAt(text, at)) count++
  return count
}

function widthAt(text: string, offset: number): number {
  return (text.codePointAt(offset) ?? 0) > 0xff_ff ? 2 : 1
}
