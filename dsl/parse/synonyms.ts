import type { Word } from './tokens.ts'

/** Words of other languages for ours. */
export const synonyms: Readonly<Record<string, Word>> = {
  filter: 'where',
  having: 'where',
  let: 'define',
  limit: 'take',
  head: 'take',
  plot: 'hist',
  histogram: 'hist',
  histo: 'hist',
  order: 'sort',
  print: 'show',
  display: 'show',
  def: 'fn',
  function: 'fn',
  nbins: 'bins',
}
