import type { Branch, Leaf, Tree } from './root-tree.ts'
import { elementBytes, type FlatLayout, type Layout, layoutOf } from './root-types.ts'

/** A leaf as a column, or as a field of the lists of records `group`. */
export interface RootLeaf {
  readonly name: string
  readonly group: string | undefined
  readonly branch: Branch
  readonly layout: Layout
}

/** A leaf whose values count the elements of others. */
export interface Counter {
  readonly branch: Branch
  readonly layout: FlatLayout
}

export interface RootLeaves {
  readonly leaves: readonly RootLeaf[]
  readonly counters: ReadonlyMap<string, Counter>
}

/** The leaves of a tree under their column names, unique, those that belong together in groups. */
export function leavesOf(tree: Tree): RootLeaves {
  const found = tree.branches.flatMap((branch) => below(branch, undefined, tree.entries))
  return { leaves: groupByCounter(unique(found)), counters: countersOf(tree.branches) }
}

function below(branch: Branch, group: string | undefined, entries: number): RootLeaf[] {
  if (branch.kind === 'collection')
    return branch.branches.flatMap((child) => below(child, group ?? plainName(branch.name), entries))
  if (branch.kind === 'class') return branch.branches.flatMap((child) => below(child, group, entries))
  const name = fieldName(branch, group)
  const reason = hindrance(branch, entries)
  if (reason !== undefined) return [{ name, group, branch, layout: { kind: 'unsupported', reason } }]
  const layouts = layoutsOf(branch)
  return branch.leaves.map((leaf, index) => ({
    name: branch.leaves.length === 1 ? name : `${name}.${plainName(leaf.name)}`,
    group,
    branch,
    layout: layouts[index]!,
  }))
}

function hindrance(branch: Branch, entries: number): string | undefined {
  if (branch.leaves.length === 0) return 'it holds nothing'
  if (branch.otherFile !== '') return `it lies in another file, \`${branch.otherFile}\``
  if (branch.entries !== entries) return `it has ${branch.entries} entries, the tree ${entries}`
  return undefined
}

/** Several leaves of one branch lie side by side, entry by entry, without gaps. */
function layoutsOf(branch: Branch): Layout[] {
  const alone = branch.leaves.map((leaf) => layoutOf(branch, leaf))
  const stride = alone.reduce((sum, layout) => sum + (layout.kind === 'flat' ? layout.stride : 0), 0)
  if (alone.length === 1) return alone
  if (alone.some((layout) => layout.kind !== 'flat'))
    return alone.map(() => ({ kind: 'unsupported', reason: 'its branch has leaves that vary in size' }))
  let offset = 0
  return alone.map((layout) => {
    if (layout.kind !== 'flat') return layout
    const placed = { ...layout, offset, stride }
    offset += layout.stride
    return placed
  })
}

function plainName(name: string): string {
  return name.replace(/\[.*$/, '').replace(/\.$/, '')
}

function fieldName(branch: Branch, group: string | undefined): string {
  const name = plainName(branch.name)
  return group !== undefined && name.startsWith(`${group}.`) ? name.slice(group.length + 1) : name
}

/** Members of two objects may share a name: they get those of the branches above before it. */
function unique(leaves: readonly RootLeaf[]): RootLeaf[] {
  const counts = new Map<string, number>()
  for (const leaf of leaves) counts.set(keyOf(leaf), (counts.get(keyOf(leaf)) ?? 0) + 1)
  return leaves.map((leaf) => (counts.get(keyOf(leaf)) === 1 ? leaf : { ...leaf, name: longName(leaf) }))
}

function keyOf({ group, name }: RootLeaf): string {
  return `${group ?? ''}\n${name}`
}

function longName({ branch, name }: RootLeaf): string {
  return [...branch.path.slice(0, -1), name].join('.')
}

/** Arrays counted by `nhits` and named `hits_…` are the fields of `hits`, unless something else has that name. */
function groupByCounter(leaves: readonly RootLeaf[]): RootLeaf[] {
  const taken = new Set(leaves.filter((leaf) => leaf.group === undefined).map((leaf) => leaf.name))
  return leaves.map((leaf) => {
    const counter = leaf.layout.kind === 'jagged' ? leaf.layout.counter : undefined
    if (leaf.group !== undefined || counter === undefined || !counter.startsWith('n')) return leaf
    const group = counter.slice(1)
    if (group === '' || taken.has(group) || !leaf.name.startsWith(`${group}_`) || leaf.name.length === group.length + 1)
      return leaf
    return { ...leaf, group, name: leaf.name.slice(group.length + 1) }
  })
}

function countersOf(branches: readonly Branch[]): Map<string, Counter> {
  const counters = new Map<string, Counter>()
  for (const branch of branches) {
    for (const leaf of branch.leaves) addCounter(counters, branch, leaf)
    for (const [name, counter] of countersOf(branch.branches)) counters.set(name, counter)
  }
  return counters
}

function addCounter(counters: Map<string, Counter>, branch: Branch, leaf: Leaf): void {
  if (branch.leaves.length !== 1) return
  const layout = branch.kind === 'collection' ? sizeOfCollection : layoutOf(branch, leaf)
  if (layout.kind === 'flat' && !layout.fixed) counters.set(leaf.name, { branch, layout })
}

const int32 = { kind: 'number', name: 'int32' } as const
const sizeOfCollection: FlatLayout = {
  kind: 'flat',
  element: int32,
  length: 1,
  fixed: false,
  offset: 0,
  stride: elementBytes(int32),
}
