import { DataType, Field, Schema } from 'apache-arrow'
import { RuntimeError } from '../errors.ts'
import { openFile } from '../formats/index.ts'
import { type NavigatorPlan, readNavigatorPlan } from '../formats/root-navigator.ts'
import type { Source } from '../ports/format.ts'
import { follow, type Followed, references, type Target } from './event-follow-kernel.ts'

const navigator = 'Meta/navigator'

/**
 * Opens a file of event data. In JUNO's own layout the entries are those of the tree `Meta/navigator`, whichever tree is
 * asked for; an event lacks the values of a tree that its references do not lead to. The navigator itself has the
 * columns of all trees below it: `CdVertexRec.m_energy` for `/Event/CdVertexRec`.
 *
 * @throws RuntimeError D001, D002 when it cannot be read
 */
export async function openEventData(path: string, tree: string | null): Promise<Source> {
  if (tree === null) return openFile(path)
  const plan = await readNavigatorPlan(path)
  const asked = plan === null ? null : askedOf(plan, tree)
  if (plan === null || asked === null) return openFile(path, { tree })
  const source = await openFile(path, { tree: navigator })
  try {
    return navigated(path, source, await targetsOf(path, plan, asked))
  } catch (error) {
    await source[Symbol.asyncDispose]()
    throw error
  }
}

/** The navigator, or the path of a tree that it leads to; null for any other tree. */
function askedOf({ trees, paths }: NavigatorPlan, tree: string): string | null {
  const wanted = tree.replace(/^\/+/, '')
  const named = trees.filter((each) => each === wanted || each.endsWith(`/${wanted}`))
  const [path] = named
  if (path === undefined || named.length > 1) return null
  return path === navigator || paths.some((folder) => isIn(path, folder)) ? path : null
}

function isIn(tree: string, folder: string): boolean {
  return folder.replace(/^\/+/, '') === tree.slice(0, tree.lastIndexOf('/'))
}

/** The tree that is asked for; of the navigator those of each path, the header's last, which has what the event itself lacks. */
async function targetsOf(path: string, { paths, trees }: NavigatorPlan, asked: string): Promise<readonly Target[]> {
  const targets: Target[] = []
  for (const [position, folder] of paths.entries()) {
    const all = trees.filter((tree) => isIn(tree, folder) && (asked === navigator || tree === asked))
    for (const tree of all.toSorted((left, right) => Number(isHeader(left)) - Number(isHeader(right)))) {
      const prefix = asked === navigator ? `${folder.replace(/^\/*(Event\/)?/, '').replaceAll('/', '.')}.` : ''
      targets.push({ prefix, position, source: await openFile(path, { tree }) })
    }
  }
  return targets
}

function isHeader(tree: string): boolean {
  return tree.endsWith('Header')
}

function navigated(path: string, source: Source, targets: readonly Target[]): Source {
  const columns = new Map<string, Followed>()
  for (const target of targets) {
    for (const { name, type, metadata } of target.source.schema.fields) {
      const own = `${target.prefix}${name}`
      // A list of an event that is not there is empty; any other value is missing.
      const field = new Field(own, type, !DataType.isList(type), metadata)
      if (!columns.has(own)) columns.set(own, { target, name, field })
    }
  }
  const isNavigator = targets.every(({ prefix }) => prefix !== '')
  const fields = isNavigator ? source.schema.fields.filter(({ name }) => name !== references) : []
  const schema = new Schema([...fields, ...[...columns.values()].map(({ field }) => field)])
  return {
    ...source,
    schema,
    skipped: isNavigator ? source.skipped : (targets[0]?.source.skipped ?? source.skipped),
    statistics: () => undefined,
    scan: (request) => {
      const lost = request.columns.find((name) => !schema.fields.some((field) => field.name === name))
      if (lost !== undefined) throw noColumn(path, lost, schema)
      return follow(source, columns, request)
    },
    [Symbol.asyncDispose]: async () => {
      await Promise.all([source, ...targets.map((target) => target.source)].map((each) => each[Symbol.asyncDispose]()))
    },
  }
}

function noColumn(path: string, name: string, { fields }: Schema): RuntimeError {
  const known = fields.map((field) => field.name).join(', ')
  return new RuntimeError('D003', `\`${path}\` has no column \`${name}\`. It has: ${known}.`)
}
