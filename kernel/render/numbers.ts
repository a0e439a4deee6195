import type { Unit } from '../../dsl/ir/types.ts'

/** Significant digits of a number in a table. */
const digits = 6

/** A count with its thousands apart: `2,000,000`. */
export function formatCount(count: number | bigint): string {
  return count.toString().replace(/\B(?=(\d{3})+(?!\d))/g, ',')
}

/** `1 row`, `2,000 rows`. */
export function plural(count: number, noun: string): string {
  return `${formatCount(count)} ${noun}${count === 1 ? '' : 's'}`
}

/** A number to six significant digits; whole numbers in full. */
export function formatNumber(value: number): string {
  if (Number.isNaN(value)) return 'NaN'
  if (!Number.isFinite(value)) return value > 0 ? 'inf' : '-inf'
  if (Number.isSafeInteger(value)) return value.toString()
  const magnitude = Math.abs(value)
  if (magnitude < 1e-4 || magnitude >= 1e15) return shortest(value.toExponential(digits - 1))
  const decimals = Math.max(0, digits - 1 - Math.floor(Math.log10(magnitude)))
  return shortest(value.toFixed(decimals))
}

/** Drops zeros behind the last digit that says something: `2.500` → `2.5`, `1.00e+3` → `1e3`. */
function shortest(text: string): string {
  const [mantissa = '', exponent] = text.split('e')
  const short = mantissa.includes('.') ? mantissa.replace(/\.?0+$/, '') : mantissa
  return exponent === undefined ? short : `${short}e${exponent.replace('+', '')}`
}

const nsPerMs = 1_000_000n

/** UTC with its nanoseconds: `2025-09-01T12:00:00.123456789Z`. */
export function formatInstant(ns: bigint): string {
  const part = ((ns % nsPerMs) + nsPerMs) % nsPerMs
  const ms = new Date(Number((ns - part) / nsPerMs)).toISOString().slice(0, -1)
  return `${ms}${part.toString().padStart(6, '0')}Z`
}

/** Whole nanoseconds as seconds without loss: `43012.345000001`. */
export function formatSeconds(ns: bigint): string {
  const sign = ns < 0n ? '-' : ''
  const magnitude = ns < 0n ? -ns : ns
  const fraction = (magnitude % 1_000_000_000n).toString().padStart(9, '0').replace(/0+$/, '')
  return `${sign}${magnitude / 1_000_000_000n}${fraction === '' ? '' : `.${fraction}`}`
}

/** The units of time that people read, longest first, ns each. */
const timeSteps = [
  { name: 'd', ns: 86_400e9, from: 172_800e9 },
  { name: 'h', ns: 3600e9, from: 7200e9 },
  { name: 'min', ns: 60e9, from: 120e9 },
  { name: 's', ns: 1e9, from: 1e9 },
  { name: 'ms', ns: 1e6, from: 1e6 },
  { name: 'us', ns: 1e3, from: 1e3 },
] as const

/** A duration in the unit that suits it, to four or so digits: `11.948 h`. */
export function formatDuration(ns: number): string {
  const step = timeSteps.find(({ from }) => Math.abs(ns) >= from)
  if (step === undefined) return `${formatNumber(ns)} ns`
  const value = ns / step.ns
  return `${shortest(value.toFixed(Math.abs(value) >= 100 ? 1 : 3))} ${step.name}`
}

/** How long a run took: `0.42 s`, `3 min 5 s`. */
export function formatElapsed(ms: number): string {
  if (ms < 60_000) return `${(ms / 1000).toFixed(ms < 10_000 ? 2 : 1)} s`
  const seconds = Math.round(ms / 1000)
  return `${Math.floor(seconds / 60)} min ${seconds % 60} s`
}

/** Bytes in the decimal unit that suits them: `96 MB`. */
export function formatBytes(bytes: number): string {
  const step = (
    [
      ['GB', 1e9],
      ['MB', 1e6],
      ['kB', 1e3],
    ] as const
  ).find(([, size]) => bytes >= size)
  return step === undefined ? `${bytes} B` : `${shortest((bytes / step[1]).toPrecision(3))} ${step[0]}`
}

/** A quantity in its unit, and in parentheses as people say it. */
export function formatQuantity(value: number | bigint, unit: Unit | null, unitText: string | null): string {
  const plain = `${typeof value === 'bigint' ? value.toString() : formatNumber(value)}${unitText === null ? '' : ` ${unitText}`}`
  const x = Number(value)
  if (!Number.isFinite(x) || x === 0) return plain
  if (isPower(unit, 'ns', 1)) return formatTime(value)
  if (isPower(unit, 'ns', -1)) return `${plain} (${formatRate(x)})`
  if (isPower(unit, 'mm', 1) && Math.abs(x) >= 1000) return `${plain} (${formatNumber(x / 1000)} m)`
  return plain
}

/** From a second on in seconds with every nanosecond, and in parentheses in the unit that suits it. */
function formatTime(value: number | bigint): string {
  const ns = Number(value)
  if (Math.abs(ns) < 1e9) return formatDuration(ns)
  const whole = typeof value === 'bigint' || Number.isSafeInteger(value)
  const seconds = `${whole ? formatSeconds(BigInt(value)) : formatNumber(ns / 1e9)} s`
  return Math.abs(ns) < 120e9 ? seconds : `${seconds} (${formatDuration(ns)})`
}

function formatRate(perNs: number): string {
  const hertz = perNs * 1e9
  return Math.abs(hertz) >= 1 ? `${formatNumber(hertz)} Hz` : `${formatNumber(hertz * 86_400)} per day`
}

function isPower(unit: Unit | null, name: Unit[number]['name'], power: number): boolean {
  const [factor] = unit ?? []
  return unit?.length === 1 && factor?.name === name && factor.power === power
}
