import type { Branch } from './root-tree.ts'

/**
 * Row counts of the spans between entries at which every branch begins a basket: ROOT's clusters, where the writer
 * kept to them. A tree whose baskets never line up is one span.
 */
export function groupsOf(entries: number, branches: readonly Branch[]): number[] {
  if (entries === 0) return []
  const [first, ...others] = branches.map((branch) => new Set(branch.baskets.map((basket) => basket.start)))
  const starts = [...(first ?? [])].filter((start) => start < entries && others.every((set) => set.has(start)))
  const bounds = [0, ...starts.filter((start) => start > 0).toSorted((left, right) => left - right), entries]
  return bounds.slice(1).map((end, index) => end - bounds[index]!)
}
