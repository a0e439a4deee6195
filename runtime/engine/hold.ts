import type { Plan } from '../../dsl/ir/plan.ts'
import { schemaOf } from '../../dsl/ir/schema.ts'
import { RuntimeError } from '../errors.ts'
import type { Demands } from './demands.ts'
import { Identity } from './identity.ts'
import { ask, runAsks, type JobContext, type JobSettings } from './job.ts'
import { mergeGroups, mergeRows, mergeSorted } from './merge.ts'
import { demandsOf } from './output-demands.ts'
import type { Held, Portable, PortableArray, PortableColumn, PortableList } from './portable.ts'
import { portableBytes, portableOf } from './portable-rows.ts'
import type { Executor } from './task.ts'
import type { Output, Part, Work } from './work.ts'

type Breaker = Extract<Plan, { op: 'sort' | 'take' | 'group' }>

/**
 * What has no reach is evaluated first and held in memory: the rows of every `sort`, `take` and `group` that outputs
 * stand on or look at, the innermost first. Plans then scan them like any dataset.
 */
export class Holder implements JobContext {
  readonly executor: Executor<Work, Part>
  readonly settings: JobSettings
  readonly identity = new Identity()
  readonly held = new Map<string, Held>()
  readonly #resolved = new Map<number, Promise<Plan>>()

  constructor(executor: Executor<Work, Part>, settings: JobSettings) {
    this.executor = executor
    this.settings = settings
  }

  /** The outputs over scans alone, which give what the given ones mean. */
  async resolve(outputs: readonly Output[]): Promise<readonly Output[]> {
    const demands = demandsOf(outputs, this.identity)
    const resolved: Output[] = []
    for (const output of outputs) resolved.push(await this.#data(output, demands))
    return resolved
  }

  /** Any plain data with each plan in it resolved: what has an `op` is a plan. */
  async #data<T>(value: T, demands: Demands): Promise<T> {
    if (!hasBreaker(value)) return value
    if (isPlan(value)) return (await this.#plan(value, demands)) as T
    if (Array.isArray(value)) {
      const parts: unknown[] = []
      for (const part of value) parts.push(await this.#data(part, demands))
      return parts as T
    }
    const entries: [string, unknown][] = []
    for (const [name, part] of Object.entries(value as object)) entries.push([name, await this.#data(part, demands)])
    return Object.fromEntries(entries) as T
  }

  #plan(plan: Plan, demands: Demands): Promise<Plan> {
    const id = this.identity.of(plan)
    const known = this.#resolved.get(id) ?? this.#resolvePlan(plan, demands)
    this.#resolved.set(id, known)
    return known
  }

  async #resolvePlan(plan: Plan, demands: Demands): Promise<Plan> {
    // The first rows of a sort need no more than themselves in memory.
    const isTop = plan.op === 'take' && plan.input.op === 'sort'
    const resolved = isTop
      ? { ...plan, input: await this.#parts(plan.input, demands) }
      : await this.#parts(plan, demands)
    return isBreaker(resolved) && isBreaker(plan) ? this.#hold(plan, resolved, demands) : resolved
  }

  async #parts(plan: Plan, demands: Demands): Promise<Plan> {
    const parts: [string, unknown][] = []
    for (const [name, part] of Object.entries(plan)) parts.push([name, await this.#data(part, demands)])
    return Object.fromEntries(parts) as unknown as Plan
  }

  /** @param plan the breaker as written, whose columns are demanded; `resolved` is the same over scans */
  async #hold(plan: Breaker, resolved: Breaker, demands: Demands): Promise<Plan> {
    const schema = schemaOf(plan)
    const wanted = demands.of(plan)
    const isHeld = (name: string): boolean => plan.op === 'group' || wanted.has(name) || name === `${schema.key}t`
    const rows = await this.#rows(resolved, schema.columns.map(({ name }) => name).filter(isHeld))
    const held = { ...shared(rows), key: schema.key }
    const dataset = `\0held${this.held.size}`
    this.held.set(dataset, held)
    this.#checkMemory()
    return {
      op: 'scan',
      dataset,
      schema: { ...schema, columns: schema.columns.filter(({ name }) => held.columns.has(name)) },
    }
  }

  async #rows(plan: Breaker, columns: readonly string[]): Promise<Portable> {
    const { columns: types } = schemaOf(plan)
    const none = portableOf(
      types.filter(({ name, type }) => columns.includes(name) && type.kind !== 'list'),
      [],
    )
    switch (plan.op) {
      case 'group': {
        const sink = { kind: 'group', keys: plan.keys, measures: plan.measures } as const
        const groups = ask(plan.input, sink, mergeGroups(sink))
        await runAsks([groups], this)
        return portableOf(types, groups.whole())
      }
      case 'sort':
        return (await this.#sorted(plan, columns, null)) ?? none
      case 'take': {
        if (plan.input.op === 'sort') return (await this.#sorted(plan.input, columns, plan.count)) ?? none
        const sink = { kind: 'rows', columns, limit: plan.count } as const
        const merger = mergeRows(sink)
        const first = ask(plan.input, sink, merger)
        await runAsks([first], this, () => merger.counted() >= plan.count)
        return first.whole().rows ?? none
      }
    }
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

  #checkMemory(): void {
    const bytes = [...this.held.values()].reduce((sum, held) => sum + portableBytes(held), 0)
    if (bytes <= this.executor.memoryBytes) return
    throw new RuntimeError(
      'R002',
      `a sort, take or group holds ${Math.ceil(bytes / 1e6)} MB of rows, and the memory is ${Math.ceil(this.executor.memoryBytes / 1e6)} MB`,
      { fix: 'select fewer columns or rows before it, or allow more memory' },
    )
  }
}

function isPlan(value: unknown): value is Plan {
  return typeof value === 'object' && value !== null && 'op' in value
}

function isBreaker(plan: Plan): plan is Breaker {
  return plan.op === 'sort' || plan.op === 'take' || plan.op === 'group'
}

const breakers = new WeakMap<object, boolean>()

function hasBreaker(value: unknown): boolean {
  if (typeof value !== 'object' || value === null) return false
  const known = breakers.get(value)
  if (known !== undefined) return known
  const found = (isPlan(value) && isBreaker(value)) || Object.values(value).some(hasBreaker)
  breakers.set(value, found)
  return found
}

/** The same rows in memory that all threads share. */
function shared({ rows, columns }: Portable): Portable {
  return {
    rows,
    columns: new Map(
      [...columns].map(([name, column]) => [name, column.kind === 'list' ? sharedList(column) : sharedValues(column)]),
    ),
  }
}

function sharedList(list: PortableList): PortableList {
  const fields = new Map([...list.fields].map(([name, field]) => [name, sharedValues(field)]))
  return {
    ...list,
    offsets: sharedArray(list.offsets),
    fields,
    valid: list.valid === null ? null : sharedArray(list.valid),
  }
}

function sharedValues(column: PortableColumn): PortableColumn {
  return {
    ...column,
    values: sharedArray(column.values),
    valid: column.valid === null ? null : sharedArray(column.valid),
  }
}

function sharedArray<A extends PortableArray>(values: A): A {
  const buffer = new SharedArrayBuffer(values.byteLength)
  new Uint8Array(buffer).set(new Uint8Array(values.buffer, values.byteOffset, values.byteLength))
  return new (values.constructor as new (buffer: SharedArrayBuffer) => A)(buffer)
}
