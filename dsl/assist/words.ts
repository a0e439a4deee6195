import { verbs } from '../stages/index.ts'

/** A word of the language in a sentence, with an example. */
export interface WordDoc {
  readonly doc: string
  readonly example: string
}

const statements: Readonly<Record<string, WordDoc>> = {
  from: {
    doc: 'Opens a pipeline on a stream: files, a name, or a pipeline in brackets.',
    example: 'from "run_*.idx.parquet"',
  },
  fn: {
    doc: 'Defines a function of values or streams, expanded where it is used.',
    example: 'fn near(a, b, d = 1.5 m) = dist(a, b) < d',
  },
  param: {
    doc: 'Defines a constant of plans, and the range that it keeps to.',
    example: 'param dt_max = 1 ms in 0.1 .. 2 ms',
  },
  use: { doc: 'Chooses what runs the queries.', example: 'use spark(executors: 40)' },
  save: { doc: 'Writes the rows of a stream to a file, or hands them on.', example: 'save ibd to "ibd.idx.parquet"' },
  show: { doc: 'Shows the values of expressions.', example: 'show count(ibd), livetime(ibd)' },
  cutflow: {
    doc: 'Counts for each cut: passed in sequence, alone, and all but this one.',
    example: 'cutflow ibd by run',
  },
  describe: { doc: 'Shows the columns, units and good time of a stream.', example: 'describe events' },
  explain: { doc: 'Shows the plan of a stream and the laws that were applied to it.', example: 'explain ibd' },
}

const clauses: Readonly<Record<string, WordDoc>> = {
  with: {
    doc: 'A further event of the match, one row for each candidate unless a quantifier chooses.',
    example: 'with delayed within 1 ms after prompt',
  },
  without: {
    doc: 'Demands that no event meets a condition in a window.',
    example: 'without other in events between prompt and delayed',
  },
  within: { doc: 'A window in time with closed ends.', example: 'within 20 us .. 1.5 ms after mu' },
  between: {
    doc: 'A window from one event of the row to another.',
    example: 'between prompt - 1 ms and delayed + 1 ms',
  },
  during: {
    doc: 'The time spans of a file, or the good time of a stream.',
    example: 'keep good: during "good_runs.csv"',
  },
  after: { doc: 'The window follows the reference.', example: 'within 5 ms after muons' },
  before: { doc: 'The window precedes the reference.', example: 'within 1 s before this' },
  of: {
    doc: 'The window is on both sides of the reference; in an aggregate, the stream of the value.',
    example: 'sum(charge of hits)',
  },
  in: {
    doc: 'Lies in a range with closed ends, or among the values of a list; or names the stream of a role.',
    example: 'where E in 0.7 .. 12 MeV',
  },
  by: { doc: 'What is grouped, sorted, joined or shifted by.', example: 'sort by E desc' },
  over: { doc: 'The range of an axis, its upper end excluded.', example: 'hist E over 0 .. 12 MeV bins 240' },
  to: { doc: 'Where the rows are saved.', example: 'save ibd to "ibd.root"' },
  and: { doc: 'Both conditions hold.', example: 'E > 2 MeV and r < 17.2 m' },
  or: { doc: 'At least one of the conditions holds.', example: 'det == "CD" or det == "WP"' },
  not: { doc: 'The condition does not hold; true for NaN in a comparison.', example: 'not (abs(z) > 15.5 m)' },
  exists: { doc: 'The value is there; only what may be missing is asked.', example: 'psd exists and psd.score > 0.8' },
  optional: {
    doc: 'Keeps rows without a partner; the joined columns may then be missing.',
    example: 'join optional psd in psd by event',
  },
  this: { doc: 'The row itself.', example: 'count(muons within 2 ms before this)' },
  true: { doc: 'The truth value true.', example: 'where is_good == true' },
  false: { doc: 'The truth value false.', example: 'where is_good == false' },
}

const slots: Readonly<Record<string, WordDoc>> = {
  each: {
    doc: 'One row for each candidate; so it is without a quantifier too.',
    example: 'with each n in events within 1 ms after mu',
  },
  first: { doc: 'The earliest candidate.', example: 'with first po within 3 us .. 1 ms after bi' },
  last: { doc: 'The latest candidate.', example: 'with last mu in muons within 1 s before p' },
  nearest: {
    doc: 'The candidate nearest in time, the earlier of two as near.',
    example: 'with nearest mu in muons within 1 s of p',
  },
  at: { doc: 'Part of `burst of at least`.', example: 'burst of at least 10 within 1 s' },
  least: { doc: 'Part of `burst of at least`.', example: 'burst of at least 10 within 1 s' },
  bins: { doc: 'The number of bins of an axis, or a list of its edges.', example: 'hist E over 0 .. 12 MeV bins 240' },
  step: { doc: 'The width of the bins of an axis.', example: 'hist z over -17.7 .. 17.7 m step 0.5 m' },
  weight: { doc: 'What each row adds to its bin.', example: 'hist E bins 100 weight 1 / eff(r)' },
  desc: { doc: 'The largest first.', example: 'sort by E desc' },
}

/** One entry may stand for two verbs, `veto, keep`. */
const stages = Object.fromEntries(
  verbs.flatMap(({ name, doc, example }) =>
    name.split(', ').map((verb): [string, WordDoc] => [verb, { doc, example }]),
  ),
)

/** Every word of the language. */
export const words: Readonly<Record<string, WordDoc>> = {
  ...statements,
  ...stages,
  keep: {
    doc: 'Keeps the rows in the windows about the rows of a stream, or in the spans of a file, and the good time with them.',
    example: 'from events keep good: during "good_runs.csv"',
  },
  ...clauses,
  ...slots,
}

const aggregates: Readonly<Record<string, WordDoc>> = {
  count: { doc: 'How many rows.', example: 'count(events where E > 2 MeV within 1 ms after this)' },
  sum: { doc: 'Sum, correctly rounded; of whole numbers exact.', example: 'sum(charge of hits)' },
  mean: { doc: 'Mean; missing over nothing.', example: 'mean(prompt.E)' },
  min: { doc: 'Smallest value; missing over nothing.', example: 'min(t)' },
  max: { doc: 'Largest value; missing over nothing.', example: 'max(t) - min(t)' },
  std: { doc: 'Standard deviation, divided by n.', example: 'std(E)' },
  median: { doc: 'Middle value, or the mean of the middle two.', example: 'median(E)' },
  first: {
    doc: 'Value of the earliest row; missing over nothing.',
    example: 'first(t of muons within 1 s after this)',
  },
  last: { doc: 'Value of the latest row; missing over nothing.', example: 'last(t of muons within 1 s before this)' },
  any: { doc: 'Whether a condition holds for at least one row.', example: 'any(hits where charge > 3 pe)' },
  all: { doc: 'Whether a condition holds for every row.', example: 'all(charge > 0 pe)' },
}

const others: Readonly<Record<string, WordDoc>> = {
  livetime: { doc: 'Live time of the selection: its good time without its vetoes.', example: 'livetime(ibd)' },
  union: { doc: 'Merges streams by time; columns are matched by name.', example: 'from union(cd, wp)' },
  dist: { doc: 'Distance of two rows or vectors, from their x, y, z.', example: 'dist(prompt, delayed) < 1.5 m' },
  vec: { doc: 'A vector of three lengths.', example: 'vec(x, y, z)' },
  dot: { doc: 'Scalar product.', example: 'dot(a, b)' },
  cross: { doc: 'Vector product.', example: 'cross(a, b)' },
  norm: { doc: 'Length of a vector.', example: 'norm(vec(x, y, z))' },
  cross_norm: { doc: 'Length of the vector product.', example: 'cross_norm(vec(x, y, z), vec(0 m, 0 m, 1 m))' },
}

/** Aggregates, and the functions of rows, vectors and streams. */
export const calls: Readonly<Record<string, WordDoc>> = { ...aggregates, ...others }
