import { deflateSync, inflateSync } from 'node:zlib'
import type { Span } from '../ports/dataset.ts'

/** The good time of one run: so many spans, their starts and stops packed as text. */
export interface RunEdges {
  readonly run: number
  readonly spans: number
  readonly edges: string
}

/**
 * Packs spans, run by run in their order: start, stop, start, stop, … as int64, each less the one before it; then the lowest
 * bytes of all, the second lowest of all, and so on, deflated, as base64. Of millions of vetoes a span takes some 5 bytes.
 */
export function packedSpans(spans: readonly Span[]): readonly RunEdges[] {
  return [...Map.groupBy(spans, ({ run }) => run)].map(([run, own]) => {
    const steps = new BigInt64Array(2 * own.length)
    let last = 0n
    for (const [at, { start, stop }] of own.entries()) {
      const [from, to] = [BigInt(start), BigInt(stop)]
      steps[2 * at] = from - last
      steps[2 * at + 1] = to - from
      last = to
    }
    const planes = transposed(new Uint8Array(steps.buffer), steps.length, 8)
    return { run, spans: own.length, edges: deflateSync(planes, { level: 1 }).toString('base64') }
  })
}

/** The spans again; null where the text does not hold that many. */
export function unpackedSpans({ run, spans, edges }: RunEdges): readonly Span[] | null {
  const planes = inflated(edges, 16 * spans)
  if (planes === null) return null
  const steps = new BigInt64Array(transposed(planes, 8, 2 * spans).buffer)
  const found: Span[] = []
  let edge = 0n
  for (let at = 0; at < steps.length; at += 2) {
    const start = edge + (steps[at] ?? 0n)
    edge = start + (steps[at + 1] ?? 0n)
    if (edge < start) return null
    found.push({ run, start: String(start), stop: String(edge) })
  }
  return found
}

function inflated(edges: string, bytes: number): Uint8Array | null {
  try {
    const found = inflateSync(Buffer.from(edges, 'base64'), { maxOutputLength: Math.max(1, bytes) })
    return found.length === bytes ? found : null
  } catch {
    return null
  }
}

/** A table of bytes, columns for rows. */
function transposed(bytes: Uint8Array, rows: number, columns: number): Uint8Array<ArrayBuffer> {
  const turned = new Uint8Array(bytes.length)
  for (let row = 0; row < rows; row++) {
    for (let column = 0; column < columns; column++) turned[column * rows + row] = bytes[row * columns + column] ?? 0
  }
  return turned
}
