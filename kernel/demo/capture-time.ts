/** Times between positron and neutron capture that a window lets through. All in the same unit. */
export interface CaptureWindow {
  /** Mean life of the neutron until its capture. */
  readonly lifetime: number
  readonly from: number
  readonly to: number
}

/**
 * Mean and standard deviation of an exponential law of mean life τ, cut off to [a, b]. With d = b − a:
 *
 *     mean = a + τ − d / (e^(d/τ) − 1)        variance = τ² − d² e^(d/τ) / (e^(d/τ) − 1)²
 */
export function truncatedExponential({ lifetime, from, to }: CaptureWindow): {
  readonly mean: number
  readonly std: number
} {
  const width = to - from
  const growth = Math.expm1(width / lifetime)
  const mean = from + lifetime - width / growth
  const variance = lifetime ** 2 - (width ** 2 * (growth + 1)) / growth ** 2
  return { mean, std: Math.sqrt(variance) }
}
