import type { Expr } from '../../dsl/ir/plan.ts'
import { hullOf, reachOf, reachOfExpr, type Reach } from './reach.ts'
import type { Output } from './work.ts'

/** How far an output looks from the rows of its plan. */
export function reachOfOutput({ plan, sink }: Output): Reach {
  const above = (expressions: readonly (Expr | null)[]): Reach =>
    hullOf([reachOf(plan), ...expressions.flatMap((expr) => (expr === null ? [] : [reachOfExpr(plan, expr)]))])
  switch (sink.kind) {
    case 'rows':
    case 'spans':
    case 'events':
      return reachOf(plan)
    case 'bursts': {
      const { before, after } = reachOf(plan)
      return { before, after: after + sink.within }
    }
    case 'sorted':
      return above([sink.by])
    case 'group':
      return above([
        ...sink.keys.map(({ value }) => value),
        ...sink.measures.flatMap(({ value, where = null }) => [value, where]),
      ])
    case 'hist':
      return above([...sink.axes.map(({ value }) => value), sink.weight])
    case 'range':
      return above(sink.values)
    case 'cuts':
      return hullOf([reachOf(plan), ...sink.cuts.map((cut) => reachOf(cut.plan))])
  }
}
