import { type Block, BlockBuffers, type BlockPosition, nodeOf, readBlock } from './arrow-body.ts'
import { FlatTable } from './arrow-flatbuffer.ts'
import { type ArrowSchema, schemaOf, type TextForm } from './arrow-schema.ts'
import { type ArrowDictionary, readDictionary } from './arrow-text.ts'
import { Damage, damaged, type LocalFile, truncated } from './file.ts'

export const magic = 'ARROW1'

/** An open Arrow file: its schema, its record batches and its dictionaries. */
export class ArrowFile {
  readonly file: LocalFile
  readonly schema: ArrowSchema
  readonly blocks: readonly Block[]
  /** Shape [blocks + 1]: the rows at which the blocks begin, and the count of all rows. */
  readonly starts: readonly number[]
  readonly #dictionaryBlocks: ReadonlyMap<number, readonly Block[]>
  readonly #dictionaries = new Map<number, ArrowDictionary>()

  /** @throws RuntimeError D002, Damage, Unsupported */
  constructor(file: LocalFile) {
    const footer = readFooter(file)
    const schema = footer.table(1)
    if (schema === undefined) throw new Damage('its Arrow footer has no schema')
    this.file = file
    this.schema = schemaOf(schema)
    this.blocks = positionsIn(footer, 3).map((position) => readBlock(file, position))
    this.starts = startsOf(this.blocks)
    this.#dictionaryBlocks = byDictionary(positionsIn(footer, 2).map((position) => readBlock(file, position)))
  }

  hasNulls(node: number): boolean {
    return this.blocks.some((block) => nodeOf(block, node).nullCount !== 0)
  }

  dictionaryHasNulls(id: number): boolean {
    return this.#blocksOf(id).some((block) => nodeOf(block, 0).nullCount !== 0)
  }

  /** The values of a dictionary. They are read when they are first asked for, and kept. */
  dictionary(id: number, values: TextForm, check: () => void): ArrowDictionary {
    const known = this.#dictionaries.get(id)
    if (known !== undefined) return known
    const parts = this.#blocksOf(id).map((block) => new BlockBuffers(this.file, block, check))
    const dictionary = readDictionary(parts, values, check)
    this.#dictionaries.set(id, dictionary)
    return dictionary
  }

  #blocksOf(id: number): readonly Block[] {
    return this.#dictionaryBlocks.get(id) ?? []
  }
}

function readFooter(file: LocalFile): FlatTable {
  if (file.size < 24) throw truncated(file.path, file.size, 'an Arrow file is longer than that')
  const tail = file.read(file.size - 10, 10)
  if (tail.toString('latin1', 4) !== magic) {
    throw truncated(file.path, file.size, 'the footer of the Arrow file is missing')
  }
  const length = tail.readInt32LE(0)
  if (length <= 0 || length > file.size - 18) throw damaged(file.path, `its footer is said to have ${length} bytes`)
  return FlatTable.root(file.read(file.size - 10 - length, length))
}

function positionsIn(footer: FlatTable, field: number): BlockPosition[] {
  return footer.structs(field, 24, (at) => ({
    offset: footer.longAt(at),
    headerBytes: footer.intAt(at + 8),
    bodyBytes: footer.longAt(at + 16),
  }))
}

function startsOf(blocks: readonly Block[]): number[] {
  const starts = [0]
  for (const block of blocks) starts.push(starts.at(-1)! + block.rows)
  return starts
}

function byDictionary(blocks: readonly Block[]): Map<number, Block[]> {
  const found = new Map<number, Block[]>()
  for (const block of blocks) {
    if (block.dictionary === undefined) throw new Damage('a record batch stands among the dictionaries')
    const { id, delta } = block.dictionary
    const before = found.get(id)
    if (before === undefined) found.set(id, [block])
    else if (delta) before.push(block)
    else throw new Damage(`dictionary ${id} is there twice`)
  }
  return found
}
