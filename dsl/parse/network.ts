import {
  Alternation,
  Alternative,
  type IProduction,
  NonTerminal,
  Option,
  Repetition,
  RepetitionMandatory,
  RepetitionMandatoryWithSeparator,
  RepetitionWithSeparator,
  Terminal,
  type TokenType,
} from 'chevrotain'
import { productions } from './parser.ts'

/** A place in a rule of the recorded grammar: the way on is a token, a rule, a jump, or the end of the rule. */
export interface Place {
  readonly id: number
  readonly rule: string
  readonly step:
    | { readonly kind: 'token'; readonly type: TokenType; readonly to: Place }
    | { readonly kind: 'call'; readonly rule: string; readonly to: Place }
    | { readonly kind: 'jump'; readonly to: readonly Place[] }
    | { readonly kind: 'end' }
}

/** Where each rule begins. */
export const entries: ReadonlyMap<string, Place> = compileGrammar()

function compileGrammar(): ReadonlyMap<string, Place> {
  let places = 0
  const place = (rule: string, step: Place['step']): Place => ({ id: places++, rule, step })

  function sequence(rule: string, definition: readonly IProduction[], next: Place): Place {
    return definition.reduceRight((to, production) => compile(rule, production, to), next)
  }

  function loop(rule: string, next: Place, body: (again: Place) => Place): Place {
    const to: Place[] = []
    const head = place(rule, { kind: 'jump', to })
    to.push(body(head), next)
    return head
  }

  function separated(
    rule: string,
    list: RepetitionMandatoryWithSeparator | RepetitionWithSeparator,
    next: Place,
  ): Place {
    const item = (again: Place) => sequence(rule, list.definition, again)
    const more = loop(rule, next, (again) => place(rule, { kind: 'token', type: list.separator, to: item(again) }))
    return item(more)
  }

  function compile(rule: string, production: IProduction, next: Place): Place {
    if (production instanceof Terminal) return place(rule, { kind: 'token', type: production.terminalType, to: next })
    if (production instanceof NonTerminal) {
      return place(rule, { kind: 'call', rule: production.nonTerminalName, to: next })
    }
    const once = () => sequence(rule, childrenOf(production), next)
    if (production instanceof Option) return place(rule, { kind: 'jump', to: [once(), next] })
    if (production instanceof Repetition)
      return loop(rule, next, (again) => sequence(rule, production.definition, again))
    if (production instanceof RepetitionMandatory) {
      const body = (again: Place) => sequence(rule, production.definition, again)
      return body(loop(rule, next, body))
    }
    if (production instanceof RepetitionMandatoryWithSeparator) return separated(rule, production, next)
    if (production instanceof RepetitionWithSeparator) {
      return place(rule, { kind: 'jump', to: [separated(rule, production, next), next] })
    }
    if (production instanceof Alternation) {
      return place(rule, {
        kind: 'jump',
        to: production.definition.map((alternative) => compile(rule, alternative, next)),
      })
    }
    return once()
  }

  const rules = Object.entries(productions)
  return new Map(
    rules.map(([rule, { definition }]) => [rule, sequence(rule, definition, place(rule, { kind: 'end' }))]),
  )
}

function childrenOf(production: IProduction): readonly IProduction[] {
  if (production instanceof Alternative || production instanceof Option) return production.definition
  return []
}
