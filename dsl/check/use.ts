import type * as ast from '../ir/ast.ts'
import { meantBy } from '../ir/meant.ts'
import { compareRationals, nearestNumber, zero } from '../ir/rational.ts'
import { isPure } from '../ir/units.ts'
import type { UseOption, Use } from '../ir/use.ts'
import { inUnit } from './constant.ts'
import { operandOf } from './operand.ts'
import { refuse } from './refusal.ts'
import { cut, type Scope } from './scope.ts'
import { lengthOf } from './window.ts'

type UseStatement = Extract<ast.Statement, { kind: 'use' }>

/** What an option takes: a whole number above zero, a size such as `"4g"`, a time, or a text. */
type Takes = 'count' | 'size' | 'time' | 'text'

/** The backends and their options. */
export const backends: ReadonlyMap<string, ReadonlyMap<string, Takes>> = new Map([
  [
    'local',
    new Map<string, Takes>([
      ['threads', 'count'],
      ['memory', 'size'],
      ['max_window', 'time'],
    ]),
  ],
  [
    'spark',
    new Map<string, Takes>([
      ['executors', 'count'],
      ['cores', 'count'],
      ['memory', 'size'],
      ['max_window', 'time'],
      ['url', 'text'],
    ]),
  ],
])

/** What `use local(threads: 4, memory: "8g", max_window: 1 h)` chooses. */
export function useOf({ name, args }: UseStatement, scope: Scope): Use {
  const known = backends.get(name.text)
  if (known === undefined) {
    const meant = meantBy(name.text, backends.keys())
    const why = `I know no backend \`${name.text}\`.${meant === null ? ` There are ${[...backends.keys()].map((each) => `\`${each}\``).join(' and ')}.` : ` Did you mean \`${meant}\`?`}`
    return refuse(scope, 'S124', { span: name.span, facts: { why } })
  }
  const options = args.map((arg): readonly [string, UseOption] => optionOf(arg, { backend: name.text, known, scope }))
  return { backend: name.text, options: Object.fromEntries(options) }
}

interface Options {
  readonly backend: string
  readonly known: ReadonlyMap<string, Takes>
  readonly scope: Scope
}

function optionOf({ label, value, span }: ast.Arg, { backend, known, scope }: Options): readonly [string, UseOption] {
  const takes = label === null ? undefined : known.get(label.text)
  if (label === null || takes === undefined) {
    const options = [...known.keys()].map((option) => `\`${option}\``).join(', ')
    const why = `\`use ${backend}\` does not take \`${cut(scope, span)}\`; its options are ${options}.`
    return refuse(scope, 'S124', { span, facts: { why } })
  }
  return [label.text, valueOf(value, takes, { option: label.text, scope })]
}

function valueOf(
  expr: ast.Expr,
  takes: Takes,
  { option, scope }: { readonly option: string; readonly scope: Scope },
): UseOption {
  switch (takes) {
    case 'time': {
      const length = lengthOf(operandOf(expr, scope), scope, `\`${option}\``)
      return compareRationals(length, zero) > 0
        ? nearestNumber(length)
        : refused(expr, 'a time above zero', { option, scope })
    }
    case 'count': {
      const { term } = operandOf(expr, scope)
      const count = term.kind === 'constant' && isPure(term.unit) ? nearestNumber(inUnit(term, []).value) : 0
      return Number.isSafeInteger(count) && count > 0
        ? count
        : refused(expr, 'a whole number above zero', { option, scope })
    }
    case 'size': {
      const bytes = expr.kind === 'string' ? bytesOf(expr.value) : undefined
      return bytes ?? refused(expr, 'a size such as `"4g"`', { option, scope })
    }
    case 'text':
      return expr.kind === 'string' ? expr.value : refused(expr, 'a text in quotes', { option, scope })
  }
}

const factors: ReadonlyMap<string, number> = new Map([
  ['', 1],
  ['k', 2 ** 10],
  ['m', 2 ** 20],
  ['g', 2 ** 30],
  ['t', 2 ** 40],
])

/** `4g`, `512 MB`, `1.5GiB`: powers of 1024, as Java's and Spark's sizes are. */
function bytesOf(text: string): number | undefined {
  const [, digits, factor = ''] = /^(\d+(?:\.\d+)?) ?([kmgt]?)(?:i?b)?$/.exec(text.toLowerCase()) ?? []
  const bytes = Math.floor(Number(digits) * (factors.get(factor) ?? NaN))
  return bytes > 0 ? bytes : undefined
}

function refused(
  expr: ast.Expr,
  wants: string,
  { option, scope }: { readonly option: string; readonly scope: Scope },
): never {
  const facts = { what: `\`${option}\``, wants, found: `\`${cut(scope, expr.span)}\``, hint: null }
  return refuse(scope, 'S120', { span: expr.span, facts })
}
