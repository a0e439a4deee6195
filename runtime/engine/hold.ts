import type { Expr, Plan, TotalExpr } from '../../dsl/ir/plan.ts'
import { schemaOf } from '../../dsl/ir/schema.ts'
import type { Column } from '../../dsl/ir/types.ts'
import type { Demands } from './demands.ts'
import { entriesOf, eventJoinOf, fieldsOfJoin, narrowedSource } from './event-join.ts'
import { duringIntervals, goodTimePlan, type GoodTimePlan, type IntervalsPlan } from './good-time.ts'
import { keyColumn, type HeldBurst, type HeldDuring, type HeldJoin } from './held-plan.ts'
import { Identity } from './identity.ts'
import { spansTable, tableOf } from './held-tables.ts'
import { intervalsOf } from './intervals.ts'
import { ask, heldBytes, runAsks, runEntries, type Ask, type JobContext, type JobSettings } from './job.ts'
import { groupLivetimes } from './livetime.ts'
import { tooLarge } from './memory.ts'
import { mergeBursts, mergeGroups, mergeRows, mergeSorted } from './merge.ts'
import { mergeDistinct } from './merge-events.ts'
import { demandsOf } from './output-demands.ts'
import type { BurstPlan, JoinPlan, UnionPlan } from './plan-parts.ts'
import type { Held, Portable } from './portable.ts'
import { noRows, portableBytes, portableOf } from './portable-rows.ts'
import { hasBreaker, isPlan, preparations, type Breaker } from './preparations.ts'
import { shared } from './shared-memory.ts'
import type { EntriesSlice, Executor } from './task.ts'
import { isTotal, literalOf, totalPlan } from './totals.ts'
import { sameEvent } from './union.ts'
import { eventPaths, sharedFiles } from './union-files.ts'
import type { Output, Part, Work } from './work.ts'

/**
 * What has no reach is evaluated first and held in memory, the innermost first: the rows of every `sort`, `take` and
 * `group` that outputs stand on or look at, the sources of joins, bursts, and the spans of `during` and `complete`. Plans
 * then scan them like any dataset, or look them up.
 */
export class Holder implements JobContext {
  readonly executor: Executor<Work, Part>
  readonly settings: JobSettings
  readonly identity = new Identity()
  readonly held = new Map<string, Held>()
  /** Whether a condition may have compared a NaN so far. */
  metNan = false
  readonly #resolved = new Map<number, Promise<Plan>>()
  readonly #totals = new Map<number, Promise<Expr>>()
  #demands: Demands | undefined
  #asked: readonly Output[] = []

  constructor(executor: Executor<Work, Part>, settings: JobSettings) {
    this.executor = executor
    this.settings = settings
  }

  readonly onPart = ({ metNan }: Part): void => {
    this.metNan ||= metNan
  }

  /** The outputs over scans alone, which give what the given ones mean. All outputs of a query are given at once. */
  async resolve(outputs: readonly Output[]): Promise<readonly Output[]> {
    this.#asked = outputs
    this.#demands = demandsOf([...outputs, ...preparations(outputs)], this.identity)
    return this.#outputs(outputs)
  }

  async #outputs(outputs: readonly Output[]): Promise<readonly Output[]> {
    const resolved: Output[] = []
    for (const output of outputs) resolved.push(await this.#data(output))
    return resolved
  }

  /** Any plain data with each plan in it resolved: what has an `op` is a plan. */
  async #data<T>(value: T): Promise<T> {
    if (!hasBreaker(value)) return value
    if (isPlan(value)) return (await this.#plan(value)) as T
    if (isTotal(value as object)) return (await this.#total(value as TotalExpr & T)) as T
    if (Array.isArray(value)) {
      const parts: unknown[] = []
      for (const part of value) parts.push(await this.#data(part))
      return parts as T
    }
    return this.#parts(value)
  }

  async #parts<T>(value: T): Promise<T> {
    const entries: [string, unknown][] = []
    for (const [name, part] of Object.entries(value as object)) entries.push([name, await this.#data(part)])
    return Object.fromEntries(entries) as T
  }

  /** A number over a whole stream, as a literal. */
  #total(total: TotalExpr): Promise<Expr> {
    const id = this.identity.of(total)
    const known = this.#totals.get(id) ?? this.#value(totalPlan(total.of)).then((value) => literalOf(value, total))
    this.#totals.set(id, known)
    return known
  }

  #plan(plan: Plan): Promise<Plan> {
    const id = this.identity.of(plan)
    const known = this.#resolved.get(id) ?? this.#resolvePlan(plan)
    this.#resolved.set(id, known)
    return known
  }

  async #resolvePlan(plan: Plan): Promise<Plan> {
    switch (plan.op) {
      case 'group':
      case 'sort':
        return this.#hold(plan, await this.#parts(plan))
      case 'take': {
        // The first rows of a sort need no more than themselves in memory.
        const isTop = plan.input.op === 'sort'
        const input = isTop ? await this.#parts(plan.input) : await this.#data(plan.input)
        return this.#hold(plan, { ...plan, input })
      }
      case 'join':
        return this.#join(plan)
      case 'burst':
        return this.#burst(plan)
      case 'during': {
        const held = await this.#spans(duringIntervals({ ...plan, mode: 'keep' }))
        const node: HeldDuring = { ...plan, input: await this.#data(plan.input), held, spans: noSpans }
        return node
      }
      case 'complete': {
        const good = await this.#goodTime(plan)
        const held = this.#keep(spansTable(intervalsOf(good)))
        const input = await this.#data(plan.input)
        const node: HeldDuring = { op: 'during', mode: 'keep', input, spans: noSpans, label: null, text: '', held }
        return node
      }
      case 'union':
        return this.#union(plan)
      case 'scan':
      case 'filter':
      case 'define':
      case 'select':
      case 'veto':
      case 'match':
      case 'shift':
      case 'sample':
      case 'renumber':
        return this.#parts(plan)
    }
  }

  /** @param plan the breaker as written, whose columns are demanded; `resolved` is the same over scans */
  async #hold(plan: Breaker, resolved: Breaker): Promise<Plan> {
    const schema = schemaOf(plan)
    const wanted = this.#wanted(plan)
    const isHeld = (name: string): boolean => plan.op === 'group' || wanted.has(name) || name === `${schema.key}t`
    const names = schema.columns.map(({ name }) => name).filter(isHeld)
    const rows = plan.op === 'group' ? await this.#groups(plan, resolved) : await this.#rows(resolved, names)
    return this.#scan(rows, schema)
  }

  #wanted(plan: Plan): ReadonlySet<string> {
    return this.#demands?.of(plan) ?? new Set()
  }

  #scan(rows: Portable, schema: ReturnType<typeof schemaOf>): Extract<Plan, { op: 'scan' }> {
    const dataset = this.#keep(rows, schema.key)
    const columns = schema.columns.filter(({ name }) => rows.columns.has(name))
    return { op: 'scan', dataset, schema: { ...schema, columns } }
  }

  /** Puts rows into memory, and gives what plans call them. @throws RuntimeError R002 when all held rows are too many */
  #keep(rows: Portable, key: string | null = null): string {
    const dataset = `\0held${this.held.size}`
    this.held.set(dataset, { ...shared(rows), key })
    this.#checkMemory()
    return dataset
  }

  async #rows(plan: Breaker, names: readonly string[]): Promise<Portable> {
    const columns = schemaOf(plan).columns.filter(({ name }) => names.includes(name))
    switch (plan.op) {
      case 'group':
        return this.#groups(plan, plan)
      case 'sort':
        return (await this.#sorted(plan, names, null)) ?? noRows(columns)
      case 'take': {
        if (plan.input.op === 'sort') return (await this.#sorted(plan.input, names, plan.count)) ?? noRows(columns)
        return this.#first(plan.input, columns, plan.count)
      }
    }
  }

  async #groups(plan: Breaker, resolved: Breaker): Promise<Portable> {
    if (plan.op !== 'group' || resolved.op !== 'group') throw new Error('no group')
    const sink = { kind: 'group', keys: resolved.keys, measures: resolved.measures } as const
    const groups = ask(resolved.input, sink, mergeGroups(sink))
    await runAsks([groups], this)
    const rows = groups.whole()
    const { columns } = schemaOf(plan)
    if (plan.livetime === undefined) return portableOf(columns, rows)
    return portableOf(columns, groupLivetimes(plan, rows, await this.#goodTime(plan.input)))
  }

  async #first(input: Plan, columns: readonly Column[], limit: number | null): Promise<Portable> {
    const sink = { kind: 'rows', columns: columns.map(({ name }) => name), limit } as const
    const merger = mergeRows(sink)
    const first = ask(input, sink, merger)
    await runAsks([first], this, () => limit !== null && merger.counted() >= limit)
    return first.whole().rows ?? noRows(columns)
  }

  async #sorted(
    plan: Extract<Breaker, { op: 'sort' }>,
    columns: readonly string[],
    limit: number | null,
  ): Promise<Portable | undefined> {
    const sink = { kind: 'sorted', columns, by: plan.by, descending: plan.descending, limit } as const
    const sorted = ask(plan.input, sink, mergeSorted(sink))
    await runAsks([sorted], this)
    return sorted.whole()
  }

  /** The source of a join with its keys as columns, held in memory: whole, or of event data what the rows refer to. */
  async #join(plan: JoinPlan): Promise<Plan> {
    const entries = await this.#entries(plan)
    const schema = schemaOf(plan.source)
    const wanted = this.#wanted(plan.source)
    const keys = await this.#data(plan.keys)
    const keyed: Plan = {
      op: 'define',
      input: entries?.source ?? (await this.#data(plan.source)),
      columns: keys.map(({ right }, at) => ({ name: keyColumn(at), value: right })),
    }
    const isHeld = ({ name }: Column): boolean => wanted.has(name) || keys.some((_, at) => name === keyColumn(at))
    const columns = schemaOf(keyed).columns.filter(isHeld)
    const rows = entries === null ? await this.#first(keyed, columns, null) : await this.#read(keyed, columns, entries)
    const source = this.#scan(rows, schema)
    const paths = plan.unmatched === 'error' ? [...eventPaths(plan.input, this.executor.datasets)] : []
    const input = await this.#data(plan.input)
    const node: HeldJoin = { ...plan, input, keys, source, held: source.dataset, paths }
    return node
  }

  /** The entries of event data that the rows of a join refer to; null where its source must be held whole. */
  async #entries(plan: JoinPlan): Promise<Entries | null> {
    const join = eventJoinOf(plan, this.executor.datasets)
    if (join === null) return null
    const referring = [join.left.file, join.left.entry]
    const columns = schemaOf(plan.input).columns.filter(({ name }) => referring.includes(name))
    const references = await this.#first(await this.#data(plan.input), columns, null)
    const fields = fieldsOfJoin(join, this.#asked)
    const slices = entriesOf(join, references, fields, eventPaths(plan.input, this.executor.datasets))
    return slices && { source: narrowedSource(plan.source, fields), dataset: join.dataset.key, slices }
  }

  async #read(plan: Plan, columns: readonly Column[], { dataset, slices }: Entries): Promise<Portable> {
    const sink = { kind: 'rows', columns: columns.map(({ name }) => name), limit: null } as const
    const merger = mergeRows(sink)
    let bytes = 0
    for await (const { outputs } of runEntries({ plan, sink }, dataset, slices, this)) {
      const [part] = outputs
      if (part?.kind !== 'rows') throw new Error('no rows come back')
      merger.add(part)
      bytes += portableBytes(part.rows)
      this.#checkMemory(bytes)
    }
    return merger.whole().rows ?? noRows(columns)
  }

  async #burst(plan: BurstPlan): Promise<Plan> {
    const input = await this.#data(plan.input)
    const sink = { kind: 'bursts', atLeast: plan.atLeast, within: plan.within } as const
    const bursts = ask(input, sink, mergeBursts(sink))
    await runAsks([bursts], this)
    const { firsts, lasts, files, entries } = bursts.whole()
    const columns = {
      start: firsts,
      stop: lasts.map((last) => last + BigInt(plan.within)),
      file: files,
      entry: entries,
    }
    const node: HeldBurst = { ...plan, input, held: this.#keep(tableOf(columns)) }
    return node
  }

  async #spans(plan: IntervalsPlan): Promise<string> {
    return this.#keep(spansTable(await this.#value(plan)))
  }

  #goodTime(plan: Plan): Promise<ReturnType<GoodTimePlan['value']>> {
    const good = goodTimePlan(plan)
    if (good === null) throw new Error('a table has no good time')
    return this.#value(good)
  }

  /** What is made of some asks, once they are answered. */
  async #value<V>({ asks, value }: Valued<V>): Promise<V> {
    const outputs = await this.#outputs(asks.map(({ output }) => output))
    await runAsks(
      asks.map((known, at) => ({ ...known, output: outputs[at]! })),
      this,
    )
    return value(this.executor.datasets)
  }

  /** @throws RuntimeError D005 when the same event is in two inputs, at whatever times */
  async #union(plan: UnionPlan): Promise<Plan> {
    const resolved = await this.#parts(plan)
    const files = sharedFiles(plan, this.executor.datasets)
    if (files?.length === 0) return resolved
    const distinct = ask(resolved, { kind: 'events', references: [''], files }, mergeDistinct())
    await runAsks([distinct], this)
    const twice = distinct.whole()
    if (twice !== undefined)
      throw sameEvent(twice.file, twice.entry, eventPaths(plan, this.executor.datasets).get(twice.file))
    return resolved
  }

  /** @param more bytes that will be held too */
  #checkMemory(more = 0): void {
    const bytes = heldBytes(this) + more
    if (bytes > this.executor.memoryBytes)
      throw tooLarge(this.executor, bytes, 'a sort, take, group or join holds so many rows')
  }
}

/** Where the partners of a join lie in its source, which is narrowed to what is read of it. */
interface Entries {
  readonly source: Plan
  readonly dataset: string
  readonly slices: readonly EntriesSlice[]
}

interface Valued<V> {
  readonly asks: readonly Ask<unknown>[]
  readonly value: (datasets: JobContext['executor']['datasets']) => V
}

/** Stands where the spans of a node were, which are held by then. */
const noSpans = {
  kind: 'rows',
  source: {
    op: 'scan',
    dataset: '',
    schema: { stream: 'table', columns: [], key: null, references: [], roles: [] },
  },
} as const
