import type { RowFunction, Signature, Value } from './function.ts'

const n = (value: Value): number => Number(value)

const ofNumber: Signature = { operands: [1, 1], takes: 'alike', gives: 'unit' }
const ofPure: Signature = { operands: [1, 1], takes: 'pure', gives: 'pure' }
const ofAngle: Signature = { operands: [1, 1], takes: 'angle', gives: 'pure' }
const toAngle: Signature = { operands: [1, 1], takes: 'pure', gives: 'angle' }

function math(name: string, doc: string, signature: Signature, reference: (x: number) => number): RowFunction {
  return { name, doc, signature, reference: (x) => reference(n(x)), code: (x) => `Math.${name}(${x})` }
}

/** Square root of the sum of squares, left to right: `Math.hypot` gives other bits. */
function rootOfSquares(values: readonly number[]): number {
  let sum = 0
  values.forEach((value, at) => (sum = at === 0 ? value * value : sum + value * value))
  return Math.sqrt(sum)
}

/** Half away from zero, as C++ `std::round`; `Math.round` rounds -0.5 to -0 and 0.49999999999999994 to 0. */
function roundAway(x: number): number {
  const magnitude = Math.abs(x)
  const floor = Math.floor(magnitude)
  return Math.sign(x) * (magnitude - floor >= 0.5 ? floor + 1 : floor)
}

/** Integer powers up to 8 are products, left to right; the others are `Math.pow`. */
function powerOf(x: number, exponent: number): number {
  const count = Math.abs(exponent)
  if (!Number.isInteger(exponent) || count > 8) return exponent === 0.5 ? Math.sqrt(x) : Math.pow(x, exponent)
  let product = 1
  for (let i = 0; i < count; i++) product = i === 0 ? x : product * x
  return exponent < 0 ? 1 / product : product
}

function powerCode(x: string, exponent: string): string {
  const value = Number(exponent.replace(/[()]/g, ''))
  const count = Math.abs(value)
  if (!Number.isInteger(value) || count > 8) return value === 0.5 ? `Math.sqrt(${x})` : `Math.pow(${x}, ${exponent})`
  const product = count === 0 ? '1' : Array.from({ length: count }, () => x).join(' * ')
  return value < 0 ? `(1 / (${product}))` : `(${product})`
}

/** Functions by name. Angles are in rad. `power` has a literal as its second operand. */
export const scalarFunctions: readonly RowFunction[] = [
  math('abs', 'Absolute value.', { ...ofNumber, keepsWhole: true }, Math.abs),
  math('sqrt', 'Square root; halves the powers of the unit.', { ...ofNumber, gives: 'root' }, Math.sqrt),
  math('exp', 'Exponential.', ofPure, Math.exp),
  math('log', 'Natural logarithm.', ofPure, Math.log),
  math('log10', 'Decimal logarithm.', ofPure, Math.log10),
  math('sin', 'Sine of an angle.', ofAngle, Math.sin),
  math('cos', 'Cosine of an angle.', ofAngle, Math.cos),
  math('tan', 'Tangent of an angle.', ofAngle, Math.tan),
  math('asin', 'Arc sine, rad.', toAngle, Math.asin),
  math('acos', 'Arc cosine, rad.', toAngle, Math.acos),
  math('atan', 'Arc tangent, rad.', toAngle, Math.atan),
  {
    name: 'atan2',
    doc: 'Angle of (x, y) from the x axis, rad.',
    signature: { operands: [2, 2], takes: 'alike', gives: 'angle' },
    reference: (y, x) => Math.atan2(n(y), n(x)),
    code: (y, x) => `Math.atan2(${y}, ${x})`,
  },
  math(
    'floor',
    'Largest whole number not above, in the unit of its operand.',
    { ...ofNumber, keepsWhole: true },
    Math.floor,
  ),
  math(
    'ceil',
    'Smallest whole number not below, in the unit of its operand.',
    { ...ofNumber, keepsWhole: true },
    Math.ceil,
  ),
  {
    name: 'round',
    doc: 'Nearest whole number, half away from zero.',
    signature: { ...ofNumber, keepsWhole: true },
    reference: (x) => roundAway(n(x)),
    code: (x) =>
      `(Math.sign(${x}) * (Math.floor(Math.abs(${x})) + ((Math.abs(${x}) - Math.floor(Math.abs(${x})) >= 0.5) | 0)))`,
  },
  {
    name: 'finite',
    doc: 'Neither NaN nor infinite.',
    signature: { ...ofNumber, gives: 'bool' },
    reference: (x) => Number.isFinite(n(x)),
    code: (x) => `((${x} - ${x} === 0) | 0)`,
  },
  {
    name: 'power',
    doc: 'Power with a constant exponent.',
    reference: (x, exponent) => powerOf(n(x), n(exponent)),
    code: powerCode,
  },
  {
    name: 'hypot',
    doc: 'Square root of the sum of squares.',
    signature: { operands: [1, 64], takes: 'alike', gives: 'unit' },
    reference: (...values) => rootOfSquares(values.map(n)),
    code: (...values) => `Math.sqrt(${values.map((value) => `${value} * ${value}`).join(' + ')})`,
  },
  {
    name: 'dist',
    doc: 'Distance of two points; operands are x, y, z of one, then of the other, in one unit.',
    reference: (ax, ay, az, bx, by, bz) => rootOfSquares([n(ax) - n(bx), n(ay) - n(by), n(az) - n(bz)]),
    code: (ax, ay, az, bx, by, bz) =>
      `Math.sqrt((${ax} - ${bx}) * (${ax} - ${bx}) + (${ay} - ${by}) * (${ay} - ${by}) + (${az} - ${bz}) * (${az} - ${bz}))`,
  },
  {
    name: 'bin',
    doc: "Lower edge of the value's bin, edges at multiples of the width.",
    signature: { operands: [2, 2], takes: 'alike', gives: 'unit', keepsWhole: true },
    reference: (x, width) => Math.floor(n(x) / n(width)) * n(width),
    code: (x, width) => `(Math.floor(${x} / ${width}) * ${width})`,
  },
]
