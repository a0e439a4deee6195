import type { Plan } from '../../dsl/ir/plan.ts'
import type { Dataset } from '../ports/dataset.ts'
import type { UnionPlan } from './plan-parts.ts'

type Datasets = ReadonlyMap<string, Dataset>

/** The file numbers that events of two inputs of a union may have; null for any. */
export function sharedFiles({ inputs }: UnionPlan, datasets: Datasets): readonly number[] | null {
  const numbers = inputs.map((input) => fileNumbers(input, datasets))
  const counts = new Map<number, number>()
  for (const own of numbers) {
    if (own === null) return null
    for (const file of own) counts.set(file, (counts.get(file) ?? 0) + 1)
  }
  return [...counts].filter(([, count]) => count > 1).map(([file]) => file)
}

/** The file numbers that events of a plan may have; null where that is not known. */
function fileNumbers(plan: Plan, datasets: Datasets): ReadonlySet<number> | null {
  switch (plan.op) {
    case 'scan': {
      const files = datasets.get(plan.dataset)?.events ?? []
      return files.length === 0 ? null : new Set(files.keys())
    }
    case 'renumber': {
      const own = fileNumbers(plan.input, datasets)
      return own === null ? null : new Set([...own].map((file) => plan.files[file] ?? file))
    }
    case 'union': {
      const numbers = plan.inputs.map((input) => fileNumbers(input, datasets))
      const known = numbers.filter((own) => own !== null)
      return known.length < numbers.length ? null : new Set(known.flatMap((own) => [...own]))
    }
    case 'filter':
    case 'define':
    case 'veto':
    case 'during':
    case 'complete':
    case 'shift':
    case 'sample':
    case 'burst':
    case 'join':
    case 'take':
      return fileNumbers(plan.input, datasets)
    case 'select':
    case 'match':
    case 'group':
    case 'sort':
      return isRenamed(plan) ? null : fileNumbers(plan.input, datasets)
  }
}

/** Whether `file` may be another column than that of the input. */
function isRenamed(plan: Extract<Plan, { op: 'select' | 'match' | 'group' | 'sort' }>): boolean {
  if (plan.op !== 'select') return true
  const file = plan.columns.find(({ name }) => name === 'file')?.value
  return file?.kind !== 'column' || file.name !== 'file'
}

/** The paths of the files that events of a stream are in, by their numbers, as far as they are known. */
export function eventPaths(plan: Plan, datasets: Datasets): ReadonlyMap<number, string> {
  switch (plan.op) {
    case 'scan':
      return new Map(datasets.get(plan.dataset)?.events.map(({ path }, file) => [file, path]))
    case 'renumber':
      return new Map([...eventPaths(plan.input, datasets)].map(([file, path]) => [plan.files[file] ?? file, path]))
    case 'union':
      return new Map(plan.inputs.toReversed().flatMap((input) => [...eventPaths(input, datasets)]))
    case 'filter':
    case 'define':
    case 'select':
    case 'veto':
    case 'match':
    case 'group':
    case 'sort':
    case 'take':
    case 'shift':
    case 'sample':
    case 'burst':
    case 'join':
    case 'complete':
    case 'during':
      return eventPaths(plan.input, datasets)
  }
}
