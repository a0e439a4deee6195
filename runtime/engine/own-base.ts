import type { Demands } from './demands.ts'
import { firstInstant } from './from-portable.ts'
import type { Work } from './work.ts'

/**
 * What the instants of a task count from when it is cut by rows and reads no instant of a file: one of the held rows, or
 * one that the plan states. Who gives the input knows neither. Undefined when it reads one: the input's base is near it.
 */
export function ownBase({ outputs, held }: Work, demands: Demands): bigint | undefined {
  const bases: bigint[] = []
  for (const plan of demands.plans.values()) {
    if (plan.op !== 'scan') continue
    const wanted = demands.of(plan)
    const instants = plan.schema.columns.filter(({ name, type }) => type.kind === 'instant' && wanted.has(name))
    const rows = held.get(plan.dataset)
    if (rows === undefined && instants.length > 0) return undefined
    const base =
      rows === undefined
        ? undefined
        : firstInstant(
            rows,
            instants.map(({ name }) => name),
          )
    if (base !== undefined) bases.push(base)
  }
  return bases[0] ?? literalIn(outputs)
}

/** Any instant that is written in plain data. */
function literalIn(value: unknown): bigint | undefined {
  if (typeof value !== 'object' || value === null) return undefined
  if ('kind' in value && value.kind === 'instant' && 'ns' in value) return BigInt(String(value.ns))
  for (const part of Object.values(value)) {
    const found = literalIn(part)
    if (found !== undefined) return found
  }
  return undefined
}
