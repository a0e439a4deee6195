import type { Plan } from '../ir/plan.ts'

/** What is known of files and of earlier runs. Nothing is opened, read or counted for an answer. */
export interface Facts {
  /** Of the dataset that a plan's `scan` names so; undefined where it is not open. */
  readonly dataset: (key: string) => DatasetFacts | undefined
  /** Rows of a plan as the last run of it has counted them. */
  readonly counted: (plan: Plan) => number | undefined
}

export interface DatasetFacts {
  /** As it is written in a cell. */
  readonly path: string
  readonly files: number
  readonly rows: number
  /** Where the files state them, by name of the column. */
  readonly ranges: ReadonlyMap<string, FileRange>
}

/** Smallest and largest value in all files; whole numbers of 64 bits and instants as decimal strings. */
export interface FileRange {
  readonly min: number | string
  readonly max: number | string
}

export const noFacts: Facts = { dataset: () => undefined, counted: () => undefined }

/** Rows of a plan as far as the files state them, or a run has counted them. */
export function rowsOfPlan(plan: Plan, facts: Facts): number | undefined {
  const inputRows = (input: Plan) => rowsOfPlan(input, facts)
  switch (plan.op) {
    case 'scan':
      return facts.dataset(plan.dataset)?.rows
    case 'define':
    case 'select':
    case 'sort':
    case 'shift':
    case 'renumber':
      return inputRows(plan.input)
    case 'union': {
      const rows = plan.inputs.map(inputRows)
      return rows.reduce((sum, each) => (sum === undefined || each === undefined ? undefined : sum + each), 0)
    }
    case 'take': {
      const rows = inputRows(plan.input)
      return rows === undefined ? undefined : Math.min(rows, plan.count)
    }
    case 'filter':
    case 'veto':
    case 'during':
    case 'sample':
    case 'complete':
    case 'burst':
    case 'join':
    case 'match':
    case 'group':
      return facts.counted(plan)
  }
}
