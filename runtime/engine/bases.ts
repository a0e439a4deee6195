import type { Expr, Plan } from '../../dsl/ir/plan.ts'
import type { DataFile } from '../ports/dataset.ts'

/** What a plan's rows come from, by how many ns they are moved from there, and what is asked of them there. */
export interface Base {
  readonly scan: Extract<Plan, { op: 'scan' }>
  readonly by: number
  readonly tests: readonly NumberTest[]
}

/** A column of whole numbers must lie in [min, max]. */
interface NumberTest {
  readonly name: string
  readonly min: number
  readonly max: number
}

export function basesOf(plan: Plan, by = 0, tests: readonly NumberTest[] = []): readonly Base[] {
  switch (plan.op) {
    case 'scan':
      return [{ scan: plan, by, tests }]
    case 'union':
      return plan.inputs.flatMap((input) => basesOf(input, by, tests))
    case 'shift':
      return basesOf(plan.input, by + plan.by, tests)
    case 'filter':
      return basesOf(plan.input, by, [...tests, ...testsOf(plan.where)])
    case 'match':
      return basesOf(plan.input, by, within(`${plan.anchor}.`, tests))
    case 'select':
      return basesOf(plan.input, by, renamed(plan.columns, tests))
    case 'define': {
      const made = new Set(plan.columns.map(({ name }) => name))
      return basesOf(
        plan.input,
        by,
        tests.filter(({ name }) => !made.has(name)),
      )
    }
    case 'renumber':
      return basesOf(
        plan.input,
        by,
        tests.filter(({ name }) => !plan.columns.includes(name)),
      )
    case 'veto':
    case 'sample':
    case 'complete':
    case 'during':
    case 'burst':
    case 'join':
      return basesOf(plan.input, by, tests)
    case 'group':
    case 'sort':
    case 'take':
      return basesOf(plan.input, by)
  }
}

/** Whether a file can hold rows that pass: a file that does not state what its columns hold can. */
export function canHold({ ranges = [] }: DataFile, tests: readonly NumberTest[]): boolean {
  return tests.every(({ name, min, max }) => {
    const range = ranges.find((known) => known.name === name)
    // In float64, as the comparison itself is.
    return range === undefined || (Number(range.min) <= max && Number(range.max) >= min)
  })
}

function within(prefix: string, tests: readonly NumberTest[]): readonly NumberTest[] {
  return tests.flatMap((test) =>
    test.name.startsWith(prefix) ? [{ ...test, name: test.name.slice(prefix.length) }] : [],
  )
}

function renamed(
  columns: Extract<Plan, { op: 'select' }>['columns'],
  tests: readonly NumberTest[],
): readonly NumberTest[] {
  return tests.flatMap((test) => {
    const value = columns.find(({ name }) => name === test.name)?.value
    return value?.kind === 'column' && value.row === 'row' ? [{ ...test, name: value.name }] : []
  })
}

/** What a condition asks of columns of whole numbers, as far as it compares them with numbers that are written down. */
function testsOf(where: Expr): readonly NumberTest[] {
  if (where.kind !== 'call') return []
  const { fn, args } = where
  if (fn === 'and') return args.flatMap(testsOf)
  const [column, ...values] = args[0]?.kind === 'number' ? args.toReversed() : args
  const isTurned = args[0]?.kind === 'number'
  if (column?.kind !== 'column' || column.row !== 'row' || !isWhole(column)) return []
  const numbers = values.flatMap((value) => (value.kind === 'number' ? [value.value] : []))
  if (numbers.length !== values.length || numbers.length === 0) return []
  const bounds = boundsOf(isTurned ? turned[fn] : fn, numbers)
  return bounds === undefined ? [] : [{ name: column.name, ...bounds }]
}

const turned: Readonly<Record<string, string>> = {
  less: 'greater',
  lessEqual: 'greaterEqual',
  greater: 'less',
  greaterEqual: 'lessEqual',
  equal: 'equal',
}

function isWhole({ type }: Extract<Expr, { kind: 'column' }>): boolean {
  return type.kind === 'number' && !type.repr.startsWith('float')
}

function boundsOf(
  fn: string | undefined,
  numbers: readonly number[],
): { readonly min: number; readonly max: number } | undefined {
  const [first = NaN, last = first] = numbers
  if (fn === 'less' || fn === 'lessEqual') return { min: -Infinity, max: first }
  if (fn === 'greater' || fn === 'greaterEqual') return { min: first, max: Infinity }
  if (fn === 'inRange' || fn === 'inRangeOpen') return { min: first, max: last }
  return fn === 'equal' || fn === 'oneOf' ? { min: Math.min(...numbers), max: Math.max(...numbers) } : undefined
}
