import type { DataType, Field } from 'apache-arrow'
import { bool, fieldOf, fixedListType, listType, numberType, structType, textType } from './column.ts'
import type { LocalFile } from './file.ts'
import { FlatReader } from './root-flat.ts'
import { type JaggedLeaf, JaggedReader, RecordsReader } from './root-jagged.ts'
import type { Counter, RootLeaf, RootLeaves } from './root-leaves.ts'
import { RefsReader } from './root-refs.ts'
import { TextReader } from './root-text.ts'
import type { Branch } from './root-tree.ts'
import type { Element, JaggedLayout } from './root-types.ts'
import type { ColumnReader } from './source.ts'

export interface RootColumn {
  readonly field: Field
  readonly branches: readonly Branch[]
  /** @param fields those that are read of a list of records; all when absent */
  reader(fields?: readonly string[]): ColumnReader
}

export interface RootColumns {
  readonly columns: ReadonlyMap<string, RootColumn>
  readonly skipped: ReadonlyMap<string, string>
}

/** A column a leaf; the leaves of a group are one column, a list of records. */
export function columnsOf(file: LocalFile, { leaves, counters }: RootLeaves): RootColumns {
  const columns = new Map<string, RootColumn>()
  const skipped = new Map<string, string>()
  for (const leaf of leaves) {
    const name = leaf.group ?? leaf.name
    if (leaf.layout.kind === 'unsupported') skipped.set(fullName(leaf), leaf.layout.reason)
    else if (leaf.group === undefined) add(columns, skipped, singleColumn(file, leaf, counters))
    else if (!columns.has(name))
      add(columns, skipped, recordsColumn(file, name, membersOf(leaves, name), counters, skipped))
  }
  return { columns, skipped }
}

function add(columns: Map<string, RootColumn>, skipped: Map<string, string>, column: RootColumn | undefined): void {
  if (column === undefined) return
  const { name } = column.field
  if (columns.has(name)) skipped.set(column.branches[0]?.path.join('/') ?? name, 'another branch has this name')
  else columns.set(name, column)
}

function fullName({ group, name }: RootLeaf): string {
  return group === undefined ? name : `${group}.${name}`
}

function membersOf(leaves: readonly RootLeaf[], group: string): RootLeaf[] {
  return leaves.filter((leaf) => leaf.group === group && leaf.layout.kind !== 'unsupported')
}

function singleColumn(
  file: LocalFile,
  { name, branch, layout }: RootLeaf,
  counters: ReadonlyMap<string, Counter>,
): RootColumn | undefined {
  const column = (type: DataType, reader: () => ColumnReader): RootColumn => ({
    field: fieldOf(name, type, false),
    branches: [branch],
    reader,
  })
  switch (layout.kind) {
    case 'flat': {
      const element = typeOf(layout.element)
      const type = layout.fixed ? fixedListType(layout.length, fieldOf('item', element, false)) : element
      return column(type, () => new FlatReader(file, branch, layout, type))
    }
    case 'jagged': {
      const type = listType(fieldOf('item', typeOf(layout.element), false))
      const leaf = jaggedLeaf(branch, layout, counters)
      return column(type, () => new JaggedReader(file, leaf, type))
    }
    case 'text': {
      const type = layout.length === 'count' ? listType(fieldOf('item', textType(), false)) : textType()
      return column(type, () => new TextReader(file, branch, layout, type))
    }
    case 'refs': {
      const type = listType(fieldOf('item', numberType('int64'), false))
      return column(type, () => new RefsReader(file, branch, type))
    }
    case 'unsupported':
      return undefined
  }
}

/** Members that are not lists of numbers go to `skipped`, which is changed in place. */
function recordsColumn(
  file: LocalFile,
  name: string,
  members: readonly RootLeaf[],
  counters: ReadonlyMap<string, Counter>,
  skipped: Map<string, string>,
): RootColumn | undefined {
  const fields: Field[] = []
  const leaves: JaggedLeaf[] = []
  for (const member of members) {
    const { layout } = member
    if (layout.kind !== 'jagged') skipped.set(fullName(member), 'it is no list like its neighbours')
    else {
      fields.push(fieldOf(member.name, typeOf(layout.element), false))
      leaves.push(jaggedLeaf(member.branch, layout, counters))
    }
  }
  if (fields.length === 0) return undefined
  const typeOfSome = (some: readonly Field[]): DataType => listType(fieldOf('item', structType(some), false))
  return {
    field: fieldOf(name, typeOfSome(fields), false),
    branches: leaves.map((leaf) => leaf.branch),
    reader: (wanted) => {
      const chosen = chosenFields(fields, wanted)
      const type = typeOfSome(chosen)
      return new RecordsReader(
        file,
        leaves.filter((_, at) => chosen.includes(fields[at]!)),
        type,
      )
    },
  }
}

/** One at least: it tells how long the lists are. */
function chosenFields(fields: readonly Field[], wanted: readonly string[] | undefined): readonly Field[] {
  const chosen = fields.filter(({ name }) => wanted?.includes(name) ?? true)
  return chosen.length === 0 ? fields.slice(0, 1) : chosen
}

function jaggedLeaf(branch: Branch, layout: JaggedLayout, counters: ReadonlyMap<string, Counter>): JaggedLeaf {
  return { branch, layout, counter: layout.counter === undefined ? undefined : counters.get(layout.counter) }
}

function typeOf(element: Element): DataType {
  return element.kind === 'bool' ? bool : numberType(element.name)
}
