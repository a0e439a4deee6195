import { schemaOf } from '../../dsl/ir/schema.ts'
import { RuntimeError } from '../errors.ts'
import type { Evaluator } from './evaluator.ts'
import { heldRows } from './from-portable.ts'
import { GrowingIndices } from './growing.ts'
import type { HeldJoin } from './held-plan.ts'
import { partnersOf } from './join-index.ts'
import { besides, pickRows, selectedRows, type ColumnAt } from './lazy-rows.ts'
import { noPartner, twoPartners } from './partners.ts'
import { referencesOf, scalarOf } from './plan-parts.ts'
import { gatherPortable } from './portable-rows.ts'
import type { Held } from './portable.ts'
import { valueColumn } from './lists.ts'
import { numbersOf, type Rows, type Vector } from './vector.ts'

/**
 * Rows with the columns of their partners among the held rows.
 *
 * @throws RuntimeError D005 when a row has two, D009 when it must have one and has none
 */
export function joinedRows(plan: HeldJoin, input: Rows, held: Held, evaluation: Evaluator): Rows {
  const { tools } = evaluation
  const lefts = plan.keys.map(({ left }) => left)
  const { rows, replaced } = evaluation.aggregated(input, lefts, referencesOf(plan.input))
  const keys = replaced.map((key) => ({ vector: valueColumn(key, rows, tools), type: scalarOf(key) }))
  const partners = partnersOf(held, keys, { ...tools, rows: input.rows })
  if (partners.includes(twoPartners)) throw twice(plan)
  if (plan.unmatched === 'error') refuseLost(plan, partners, input)
  if (plan.unmatched === 'missing' || !partners.includes(noPartner))
    return besides(input, partnerColumns(plan, held, partners, evaluation))
  const kept = present(partners)
  return besides(pickRows(input, kept), partnerColumns(plan, held, picked(partners, kept), evaluation))
}

function present(partners: Int32Array): Uint32Array {
  const rows = new GrowingIndices()
  for (let row = 0; row < partners.length; row++) if (partners[row] !== noPartner) rows.push(row)
  return rows.take()
}

function partnerColumns(plan: HeldJoin, held: Held, partners: Int32Array, { tools, demands }: Evaluator): Rows {
  const wanted = demands.of(plan)
  const columns = schemaOf(plan.source)
    .columns.map(({ name }) => name)
    .filter((name) => wanted.has(`${plan.name}.${name}`))
    .map((name): [string, ColumnAt] => [
      `${plan.name}.${name}`,
      (positions) => heldColumn(held, name, positions === null ? partners : picked(partners, positions), tools.terms),
    ])
  return selectedRows({ rows: partners.length, columns: new Map() }, null, new Map(columns))
}

function picked(partners: Int32Array, positions: Uint32Array): Int32Array {
  const chosen = new Int32Array(positions.length)
  for (let i = 0; i < positions.length; i++) chosen[i] = partners[positions[i]!]!
  return chosen
}

/** A held column at some of its rows, in the terms of a task; missing where there is no row. */
function heldColumn(held: Held, name: string, rows: Int32Array, terms: Evaluator['tools']['terms']): Vector {
  const column = held.columns.get(name)
  if (column === undefined) throw new Error(`no column ${name} is held`)
  // A row that is not there is put in the place of one that is, and then taken out.
  const indices = new Uint32Array(rows.length)
  for (let at = 0; at < indices.length; at++) indices[at] = Math.max(0, rows[at]!)
  const isEmpty = held.rows === 0
  const gathered = gatherPortable(
    { rows: held.rows, columns: new Map([[name, column]]) },
    isEmpty ? new Uint32Array(0) : indices,
  )
  const vector = heldRows({ ...gathered, key: null }, [0, gathered.rows], [name], {
    base: terms.base,
    texts: terms,
  }).columns.get(name)!
  if (!rows.includes(noPartner)) return vector
  const lacking = vector.valid?.slice() ?? new Uint8Array(rows.length).fill(1)
  for (let at = 0; at < lacking.length; at++) lacking[at]! &= Number(rows[at] !== noPartner)
  if (vector.kind === 'list') {
    const offsets = isEmpty ? new Int32Array(rows.length + 1) : vector.offsets
    return { ...vector, offsets, valid: lacking }
  }
  return { ...vector, values: isEmpty ? new Float64Array(rows.length) : vector.values, valid: lacking }
}

function twice({ name }: HeldJoin): RuntimeError {
  return new RuntimeError('D005', `A row has two partners in the join \`${name}\`.`, {
    fix: 'Join with a stream that has each event, or each key, once.',
  })
}

function refuseLost({ name, input, paths }: HeldJoin, partners: Int32Array, rows: Rows): void {
  const lost = partners.indexOf(noPartner)
  if (lost < 0) return
  const [prefix] = schemaOf(input).references
  const what = prefix === undefined ? 'A row' : eventText(prefix, lost, rows, paths)
  throw new RuntimeError('D009', `${what} has no partner in the join \`${name}\`.`, {
    fix: 'Write `join optional` to keep such rows.',
  })
}

function eventText(prefix: string, row: number, rows: Rows, paths: HeldJoin['paths']): string {
  const [file, entry] = ['file', 'entry'].map((part) => numbersOf(rows, `${prefix}${part}`).values[row])
  const path = paths.find(([number]) => number === file)?.[1]
  return `Entry ${entry} of ${path === undefined ? `file number ${file}` : `\`${path}\``}`
}
