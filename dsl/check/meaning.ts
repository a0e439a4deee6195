import { schemaOf } from '../ir/schema.ts'
import { unitText } from '../ir/units.ts'
import type { Plan } from '../ir/plan.ts'
import type { Meaning } from './bound.ts'
import type { Flow } from './scope.ts'
import { isWhole, type Term, typeOfTerm, unitOf } from './term.ts'

/** What a pipeline gives, as the meaning of a name. */
export function meaningOfFlow(flow: Flow): Meaning {
  switch (flow.kind) {
    case 'stream':
      return { kind: 'stream', stream: flow.stream }
    case 'hist':
      return { kind: 'hist', query: flow.query, label: flow.label }
  }
}

/** What a name is in a few words, as the notebook shows it: `match(prompt, delayed) of events, 2 roles`. */
export function meaningText(meaning: Meaning): string {
  switch (meaning.kind) {
    case 'stream':
      return streamText(meaning.stream.plan)
    case 'hist':
      return `histogram of ${meaning.label}`
    case 'value':
      return valueText(meaning.term)
    case 'list':
      return `list of ${meaning.items.length}`
    case 'fn':
      return `fn(${meaning.parameters.map(({ name }) => name.text).join(', ')})`
    case 'broken':
      return 'without meaning'
  }
}

function streamText(plan: Plan): string {
  const { stream, roles } = schemaOf(plan)
  switch (stream) {
    case 'events':
    case 'table':
      return stream
    case 'match':
      return `match(${roles.join(', ')}) of ${anchorKind(plan)}, ${roles.length} ${roles.length === 1 ? 'role' : 'roles'}`
  }
}

/** What the anchors of the uppermost match are: events, or a match themselves. */
function anchorKind(plan: Plan): string {
  if (plan.op === 'match') return schemaOf(plan.input).stream
  return plan.op === 'scan' || plan.op === 'union' ? 'events' : anchorKind(plan.input)
}

function valueText(term: Term): string {
  const type = typeOfTerm(term)
  if (type.kind !== 'number') return type.kind
  const unit = unitText(term.kind === 'constant' ? term.unit : unitOf(type))
  const word = isWhole(type) && unit === null ? 'integer' : 'number'
  return unit === null ? word : `${word} [${unit}]`
}
