/** So many values in a row are joined from the left, as they are written. */
const few = 32

/**
 * One value of many by an operation that may be grouped in any way, such as `and`. Thousands of them, as a program may write,
 * become a tree that is not deep. Undefined for none.
 */
export function joined<Value>(values: readonly Value[], join: (left: Value, right: Value) => Value): Value | undefined {
  const middle = Math.ceil(values.length / 2)
  if (middle * 2 <= few) return leftToRight(values, join)
  const [left, right] = [joined(values.slice(0, middle), join), joined(values.slice(middle), join)]
  return left === undefined || right === undefined ? (left ?? right) : join(left, right)
}

function leftToRight<Value>(
  [first, ...others]: readonly Value[],
  join: (left: Value, right: Value) => Value,
): Value | undefined {
  return first === undefined ? undefined : others.reduce(join, first)
}
