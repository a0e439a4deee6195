import { Demands } from './demands.ts'
import type { Identity } from './identity.ts'
import { keyOf, positionColumn } from './plan-parts.ts'
import type { Output } from './work.ts'

/** The columns that the outputs need of every node. */
export function demandsOf(outputs: readonly Output[], identity: Identity): Demands {
  const demands = new Demands(identity)
  outputs.forEach((output) => addOutput(output, demands))
  return demands
}

function addOutput({ plan, sink }: Output, demands: Demands): void {
  demands.add(plan, [])
  switch (sink.kind) {
    case 'rows':
      return demands.add(plan, sink.columns)
    case 'sorted':
      demands.add(plan, sink.columns)
      return demands.addExpr(plan, sink.by)
    case 'group':
      sink.keys.forEach(({ value }) => demands.addExpr(plan, value))
      return sink.measures.forEach((measure) => demands.addMeasure(plan, measure))
    case 'hist':
      sink.axes.forEach(({ value }) => demands.addExpr(plan, value))
      if (sink.each !== undefined) demands.add(plan, [sink.each.name])
      return sink.weight === null ? undefined : demands.addExpr(plan, sink.weight)
    case 'range':
      if (sink.each !== undefined) demands.add(plan, [sink.each.name])
      return sink.values.forEach((value) => demands.addExpr(plan, value))
    case 'spans':
      return demands.add(plan, [`${keyOf(plan)}t`])
    case 'cuts':
      if (sink.by !== null) demands.addExpr(plan, sink.by)
      return sink.cuts.forEach((cut) => demands.add(cut.plan, []))
    case 'bursts':
      return demands.add(plan, ['t', 'file', 'entry'])
    case 'events':
      return demands.add(
        plan,
        sink.references.flatMap((prefix) => [`${prefix}file`, `${prefix}entry`]),
      )
  }
}

export interface ScanColumns {
  readonly columns: readonly string[]
  readonly key: string | null
}

/** What must be read of each dataset. */
export function scansOf(demands: Demands): ReadonlyMap<string, ScanColumns> {
  const scans = new Map<string, ScanColumns>()
  for (const plan of demands.plans.values()) {
    if (plan.op !== 'scan') continue
    const columns = [...demands.of(plan)].filter((name) => name !== positionColumn)
    const known = scans.get(plan.dataset)?.columns ?? []
    scans.set(plan.dataset, { columns: [...new Set([...known, ...columns])], key: plan.schema.key })
  }
  return scans
}
