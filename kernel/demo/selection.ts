/** A record as the index has it: t in ns from a common zero, energy in MeV, place in mm (NaN where there is no vertex). */
export interface Record {
  readonly key: number
  readonly t: number
  readonly energy: number
  readonly x: number
  readonly y: number
  readonly z: number
}

/** What lies around the pairs. Times in ns from the same zero, ascending. */
export interface Surroundings {
  readonly muons: Float64Array
  /** Spallation neutrons, ascending in time. */
  readonly neutrons: readonly Record[]
  /** Records of 2 to 12 MeV. */
  readonly others: { readonly t: Float64Array; readonly key: Float64Array }
}

export interface Pair {
  readonly prompt: Record
  readonly delayed: Record
}

const us = 1e3
const ms = 1e6
const metre = 1e3

/** Mean life of a neutron until its capture, and the window that the selection has for it, ns. */
export const capture = { lifetime: 216 * us, from: 5 * us, to: 1 * ms }

type Cut = readonly [reason: string, fails: (pair: Pair, around: Surroundings) => boolean]

/** The cuts of `notebooks/ibd.sift` written out once more, pair by pair: what the query language is compared with. */
const cuts: readonly Cut[] = [
  ['no vertex', ({ prompt, delayed }) => Number.isNaN(prompt.x + delayed.x)],
  ['after a muon', (pair, { muons }) => both(pair).some(({ t }) => anyWithin(muons, t - 5 * ms, t))],
  ['near a spallation neutron', (pair, { neutrons }) => both(pair).some((record) => nearNeutron(record, neutrons))],
  ['prompt energy', ({ prompt }) => !(prompt.energy >= 0.7 && prompt.energy <= 12)],
  ['prompt outside the fiducial volume', ({ prompt }) => !isFiducial(prompt)],
  ['delayed energy', ({ delayed }) => !(delayed.energy >= 2 && delayed.energy <= 2.5)],
  ['time between them', ({ prompt, delayed }) => !isWithin(delayed.t - prompt.t, capture.from, capture.to)],
  ['distance between them', ({ prompt, delayed }) => !(distance(prompt, delayed) < 1.5 * metre)],
  ['a third record', hasOther],
]

/** The first cut that takes the pair away; null when it passes them all. */
export function rejection(pair: Pair, around: Surroundings): string | null {
  return cuts.find(([, fails]) => fails(pair, around))?.[0] ?? null
}

function both({ prompt, delayed }: Pair): readonly Record[] {
  return [prompt, delayed]
}

function isFiducial({ x, y, z }: Record): boolean {
  return Math.hypot(x, y, z) < 16.5 * metre && !(Math.abs(z) > 15.5 * metre && Math.hypot(x, y) < 2 * metre)
}

function nearNeutron(record: Record, neutrons: readonly Record[]): boolean {
  const first = lowerBound(neutrons.length, (at) => (neutrons[at]?.t ?? 0) >= record.t - 1200 * ms)
  for (let at = first; at < neutrons.length; at++) {
    const neutron = neutrons[at]
    if (neutron === undefined || neutron.t > record.t - 20 * us) return false
    if (distance(record, neutron) < 4 * metre) return true
  }
  return false
}

function hasOther({ prompt, delayed }: Pair, { others }: Surroundings): boolean {
  const first = lowerBound(others.t.length, (at) => (others.t[at] ?? 0) >= prompt.t - ms)
  for (let at = first; at < others.t.length && (others.t[at] ?? 0) <= delayed.t + ms; at++) {
    if (others.key[at] !== prompt.key && others.key[at] !== delayed.key) return true
  }
  return false
}

function anyWithin(times: Float64Array, from: number, to: number): boolean {
  const first = lowerBound(times.length, (at) => (times[at] ?? 0) >= from)
  return (times[first] ?? Infinity) <= to
}

function isWithin(value: number, from: number, to: number): boolean {
  return value >= from && value <= to
}

function distance(left: Record, right: Record): number {
  return Math.hypot(left.x - right.x, left.y - right.y, left.z - right.z)
}

/** The first position of which `isReached` holds; it holds for all that follow. */
function lowerBound(length: number, isReached: (at: number) => boolean): number {
  let [low, high] = [0, length]
  while (low < high) {
    const middle = (low + high) >> 1
    if (isReached(middle)) high = middle
    else low = middle + 1
  }
  return low
}
