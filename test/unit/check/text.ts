import type { Expr, Look, NumberInput, Plan, Query, Role, Window } from '../../../dsl/ir/plan.ts'
import { unitText } from '../../../dsl/ir/units.ts'
import type { Type } from '../../../dsl/ir/types.ts'

/** A plan on one line, its scan first: `ev | filter greater(E, 1 MeV) "E > 1 MeV"`. */
export function planText(plan: Plan): string {
  switch (plan.op) {
    case 'scan':
      return plan.dataset
    case 'filter': {
      const name = plan.text === null ? '' : ` ${plan.label === null ? '' : `${plan.label}: `}"${plan.text}"`
      return `${planText(plan.input)} | filter ${exprText(plan.where)}${name}`
    }
    case 'define':
      return `${planText(plan.input)} | define ${named(plan.columns)}`
    case 'select':
      return `${planText(plan.input)} | select ${named(plan.columns)}`
    case 'veto': {
      const where = plan.where === null ? '' : ` where ${exprText(plan.where)}`
      return `${planText(plan.input)} | ${plan.mode} [${plan.low}, ${plan.high}] about (${planText(plan.source)})${where}`
    }
    case 'match':
      return `${planText(plan.input)} | match ${plan.anchor}${plan.roles.map((role) => ` ${roleText(role)}`).join('')}`
    case 'group': {
      const measures = plan.measures.map(
        ({ name, fn, value, where }) =>
          `${name} = ${fn}(${value === null ? '' : exprText(value)}${where === undefined ? '' : ` where ${exprText(where)}`})`,
      )
      const time = plan.livetime === undefined ? '' : `, ${plan.livetime} = livetime()`
      return `${planText(plan.input)} | group ${named(plan.keys)}: ${measures.join(', ')}${time}`
    }
    case 'sort':
      return `${planText(plan.input)} | sort ${exprText(plan.by)}${plan.descending ? ' desc' : ''}`
    case 'take':
      return `${planText(plan.input)} | take ${plan.count}`
    case 'shift':
      return `${planText(plan.input)} | shift ${plan.by}`
    case 'burst':
      return `${planText(plan.input)} | burst ${plan.atLeast} within ${plan.within}`
    case 'sample':
      return `${planText(plan.input)} | sample ${plan.fraction} of ${plan.files.join(', ')}`
    case 'renumber':
      return `${planText(plan.input)} | renumber ${plan.columns.join(', ')} by ${plan.files.join(', ')}`
    case 'union': {
      const good = plan.good === 'runs' ? '' : ` good ${plan.good}`
      return `union(${plan.inputs.map(planText).join('; ')})${good}`
    }
    case 'join':
      return `${planText(plan.input)} | join ${plan.name} in (${planText(plan.source)}) by ${plan.keys
        .map(({ left, right }) => `${exprText(left)} = ${exprText(right)}`)
        .join(', ')}, else ${plan.unmatched}`
    case 'during':
      return `${planText(plan.input)} | ${plan.mode} during ${plan.spans.kind} of (${planText(plan.spans.source)})`
    case 'complete':
      return `${planText(plan.input)} | complete${plan.windows.map(lookText).join(',')}`
  }
}

export function lookText({ low, high, source }: Look): string {
  return ` [${low}, ${high}] in (${planText(source)})`
}

function roleText({ quantifier, name, source, where, window }: Role): string {
  return `${quantifier} ${name} in (${planText(source)})${where === null ? '' : ` where ${exprText(where)}`} ${windowText(window)}`
}

export function windowText(window: Window): string {
  switch (window.kind) {
    case 'within':
      return `[${window.low}, ${window.high}] ${window.order} '${window.reference}'`
    case 'between':
      return `between '${window.from}' and '${window.to}'`
    case 'interval':
      return `from '${window.from}' ${window.fromOffset} to '${window.to}' ${window.toOffset}`
  }
}

function named(columns: readonly { readonly name: string; readonly value: Expr }[]): string {
  return columns.map(({ name, value }) => `${name} = ${exprText(value)}`).join(', ')
}

/** `greater(E, 1 MeV)`; a column of the row that a window looks at is `other.E`. */
export function exprText(expr: Expr): string {
  switch (expr.kind) {
    case 'number': {
      const unit = expr.type.kind === 'number' ? unitText(expr.type.unit) : null
      return unit === null ? `${expr.value}` : `${expr.value} ${unit}`
    }
    case 'bool':
      return `${expr.value}`
    case 'text':
      return JSON.stringify(expr.value)
    case 'instant':
      return `@${expr.ns}`
    case 'missing':
      return `missing ${typeText(expr.type)}`
    case 'column':
      return expr.row === 'row' ? expr.name : `${expr.row}.${expr.name}`
    case 'call':
      return `${expr.fn}(${expr.args.map(exprText).join(', ')})`
    case 'aggregate': {
      const value = expr.value === null ? '' : `${exprText(expr.value)} of `
      const where = expr.where === null ? '' : ` where ${exprText(expr.where)}`
      return `${expr.fn}{${value}(${planText(expr.source)})${where} ${windowText(expr.window)}}`
    }
    case 'reduce': {
      const value = expr.value === null ? '' : `${exprText(expr.value)} of `
      const where = expr.where === null ? '' : ` where ${exprText(expr.where)}`
      return `${expr.fn}[${value}${exprText(expr.list)}${where}]`
    }
    case 'element':
      return `${exprText(expr.list)}[${expr.index}].${expr.field}`
    case 'total':
      return totalText(expr.of)
  }
}

function totalText(input: NumberInput): string {
  return inputText(input).replace(`${input.name} = `, '')
}

function inputText(input: NumberInput): string {
  if (input.kind === 'livetime') return `${input.name} = livetime(${planText(input.plan)})`
  const { fn, value } = input.measure
  return `${input.name} = ${fn}(${value === null ? '' : `${exprText(value)} of `}${planText(input.plan)})`
}

/** A number query as its expression and its inputs. */
export function numberText(query: Query): string {
  if (query.kind !== 'number') throw new Error(`a ${query.kind} is no number`)
  return [exprText(query.value), ...query.inputs.map(inputText)].join('; ')
}

/** `float64 [MeV]`, `instant`, `float64 [?]` where the unit is not known. */
export function typeText(type: Type): string {
  if (type.kind === 'list') return 'list'
  if (type.kind !== 'number') return type.kind
  if (type.unit === null) return `${type.repr} [?]`
  const unit = unitText(type.unit)
  return unit === null ? type.repr : `${type.repr} [${unit}]`
}
