/**
 * Whether an event is in the share `fraction` (0 to 1) of all events: its number, a hash of its identity, is below
 * `fraction`. So 10 % is part of 30 %, and the same events are drawn wherever and however often one asks.
 *
 * @param file the UUID of its event-data file, or the file's path where it has none
 */
export function isSampled(file: string, entry: number, fraction: number): boolean {
  return numberOf(seedOf(file), entry) < fraction
}

/**
 * The hash of a file's identity: FNV-1a, 32 bits, over its UTF-16 units, low byte first, with the two offsets that
 * make 64 bits of it.
 */
export function seedOf(file: string): readonly [number, number] {
  return [fnv1a(file, 0x811c9dc5), fnv1a(file, 0x01000193)]
}

/**
 * The number in [0, 1) of an entry of a file, a multiple of 2^-53: each half of the seed is mixed with the low and the
 * high 32 bits of the entry by the finalizer of MurmurHash3; 27 bits of one half and 26 of the other make 53.
 *
 * @param entry a whole number of at most 2^53
 */
export function numberOf([first, second]: readonly [number, number], entry: number): number {
  const [low, high] = [entry | 0, Math.floor(entry / 2 ** 32) | 0]
  const a = mixed(mixed(first ^ low) ^ high)
  const b = mixed(mixed(second ^ a ^ low) + high)
  return ((a >>> 5) * 2 ** 26 + (b >>> 6)) / 2 ** 53
}

function fnv1a(text: string, offset: number): number {
  let hash = offset
  for (let at = 0; at < text.length; at++) {
    const unit = text.charCodeAt(at)
    hash = Math.imul(hash ^ (unit & 0xff), 0x01000193)
    hash = Math.imul(hash ^ (unit >>> 8), 0x01000193)
  }
  return hash
}

/** The 32-bit finalizer of MurmurHash3: a bijection in which every bit of the input changes half of the output. */
function mixed(value: number): number {
  let bits = value
  bits = Math.imul(bits ^ (bits >>> 16), 0x85ebca6b)
  bits = Math.imul(bits ^ (bits >>> 13), 0xc2b2ae35)
  return bits ^ (bits >>> 16)
}
