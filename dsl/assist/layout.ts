import type { Cell } from '../ir/ast.ts'

/** Where the constructs of a cell begin, by offset: what the formatter needs to know beyond the tokens. */
export interface Layout {
  readonly stages: ReadonlySet<number>
  readonly roles: ReadonlySet<number>
  /** Signs that belong to what follows. */
  readonly signs: ReadonlySet<number>
  /** Names that are followed by their arguments. */
  readonly calls: ReadonlySet<number>
  /** Ends of values that are followed by an index. */
  readonly indexed: ReadonlySet<number>
  /** Spans of `hits.time: pe/MeV`, whose unit is written without blanks. */
  readonly units: readonly { readonly start: number; readonly end: number }[]
}

/** Finds them in the syntax tree; without recursion, since a chain of operators may be long. */
export function layoutOf(cell: Cell): Layout {
  const found = { stages: new Set<number>(), roles: new Set<number>(), signs: new Set<number>() }
  const glued = {
    calls: new Set<number>(),
    indexed: new Set<number>(),
    units: new Array<{ start: number; end: number }>(),
  }
  const open: unknown[] = [cell]
  for (let node = open.pop(); node !== undefined; node = open.pop()) {
    if (isNode(node)) {
      note(node, { ...found, ...glued })
      for (const child of Object.values(node)) if (typeof child === 'object' && child !== null) open.push(child)
    }
  }
  return { ...found, ...glued }
}

interface Node {
  readonly [key: string]: unknown
}

interface Found {
  readonly stages: Set<number>
  readonly roles: Set<number>
  readonly signs: Set<number>
  readonly calls: Set<number>
  readonly indexed: Set<number>
  readonly units: { start: number; end: number }[]
}

function isNode(value: unknown): value is Node {
  return typeof value === 'object' && value !== null
}

function note(node: Node, found: Found): void {
  for (const stage of listOf(node['stages'])) found.stages.add(spanOf(stage).start)
  for (const role of listOf(node['roles'])) found.roles.add(spanOf(role).start)
  if (node['kind'] === 'negate') found.signs.add(spanOf(node).start)
  if (node['kind'] === 'index' && isNode(node['object'])) found.indexed.add(spanOf(node['object']).end)
  if (isNode(node['name']) && (Array.isArray(node['args']) || node['kind'] === 'fn'))
    found.calls.add(spanOf(node['name']).start)
  if (node['kind'] === 'units') found.units.push(...listOf(node['units']).map(spanOf))
}

function listOf(value: unknown): readonly Node[] {
  return Array.isArray(value) ? value.filter(isNode) : []
}

function spanOf(node: Node): { start: number; end: number } {
  const span = node['span']
  if (!isNode(span) || typeof span['start'] !== 'number' || typeof span['end'] !== 'number')
    throw new Error('a node without span')
  return { start: span['start'], end: span['end'] }
}
