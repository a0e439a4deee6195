import type { Catalog } from '../../dsl/check/scope.ts'
import { schemas } from './random-data.ts'
import { identities } from './random-stages.ts'

const events = identities.map((uuid) => ({ path: `${uuid}.root`, uuid, bytes: null, entries: null }))

/** The datasets of random queries, as a cell opens them: each by its name. */
export const catalog: Catalog = {
  dataset: ({ path }) => {
    const schema = schemas.get(path)
    if (schema === undefined) throw new Error(`no data ${path}`)
    return { key: path, schema, events }
  },
}
