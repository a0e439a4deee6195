const limbSize = 2 ** 32

/**
 * The float64 nearest to Σ limbs[k]·2^(32 k + exponent), ties to even: at least 96 bits from the highest one on are looked
 * at, and of the rest only whether anything is there.
 *
 * @param limbs of a magnitude, each a whole number in [0, 2^32)
 * @param exponent no smaller than −1088 where the sum is a whole number of 2^-1074
 */
export function roundLimbs(limbs: Float64Array, length: number, exponent: number): number {
  let top = length - 1
  while (top >= 0 && limbs[top] === 0) top--
  if (top < 0) return 0
  const second = top > 0 ? limbs[top - 1]! : 0
  let third = top > 1 ? limbs[top - 2]! : 0
  for (let at = top - 3; at >= 0; at--) {
    // The lowest bit of the third limb is at least eleven below the last that counts: set, it says that there is more.
    if (limbs[at] !== 0 && third % 2 === 0) third++
  }
  // The upper part has 53 bits at most, the lower one 43: their sum is rounded once.
  const low = second % 2048
  const upper = limbs[top]! * limbSize + (second - low)
  return scaled(upper * limbSize + (low * limbSize + third), exponent + 32 * (top - 2))
}

/** m·2^e without an intermediate that rounds or overflows when the result does not. */
function scaled(value: number, exponent: number): number {
  if (exponent > 900) return value * 2 ** 900 * 2 ** (exponent - 900)
  if (exponent < -900) return value * 2 ** (exponent + 200) * 2 ** -200
  return value * 2 ** exponent
}

/** Negates a number of limbs in two's complement: [0, 2^32) each. */
export function negateLimbs(limbs: Float64Array, length: number): void {
  let borrow = 0
  for (let at = 0; at < length; at++) {
    const value = -limbs[at]! - borrow
    borrow = value < 0 ? 1 : 0
    limbs[at] = value + borrow * limbSize
  }
}
