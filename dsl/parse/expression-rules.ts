import { CstParser, type CstNode, type ParserMethod, type TokenType } from 'chevrotain'
import * as t from './tokens.ts'

const { word } = t

export type Rule = ParserMethod<[], CstNode>

/**
 * Rules of expressions, loosest operator first: `or and not`, comparisons, `+ - ??`, `* /`, sign, `^`, members.
 *
 * A rule reads as its line of the grammar in the language page. Tokens of one alternative among operators share the
 * label `operator`, which keeps the order in which they are written.
 */
export abstract class ExpressionRules extends CstParser {
  protected abstract readonly pipeline: Rule
  protected abstract readonly source: Rule
  protected abstract readonly window: Rule

  /**
   * @param skipValidations whether to trust that the rules are free of ambiguities, as a test makes sure: looking for them
   * is half of the time that building the parser takes
   */
  constructor({ skipValidations }: { readonly skipValidations: boolean }) {
    // Recovery is off: a cell is cut into statements, and the automaton finds the first error of each.
    super([...t.vocabulary], {
      maxLookahead: 2,
      nodeLocationTracking: 'onlyOffset',
      recoveryEnabled: false,
      skipValidations,
    })
  }

  protected either(rules: readonly Rule[]): void {
    this.OR(rules.map((rule) => ({ ALT: () => this.SUBRULE(rule) })))
  }

  protected operator(tokens: readonly TokenType[]): void {
    this.OR9(tokens.map((token) => ({ ALT: () => this.CONSUME9(token, { LABEL: 'operator' }) })))
  }

  readonly expr = this.RULE('expr', () => {
    this.SUBRULE(this.conjunction)
    this.MANY(() => {
      this.operator([word('or'), t.OrOr])
      this.SUBRULE2(this.conjunction)
    })
  })

  protected readonly conjunction = this.RULE('conjunction', () => {
    this.SUBRULE(this.negation)
    this.MANY(() => {
      this.operator([word('and'), t.AndAnd])
      this.SUBRULE2(this.negation)
    })
  })

  protected readonly negation = this.RULE('negation', () => {
    this.MANY(() => this.operator([word('not'), t.Bang]))
    this.SUBRULE(this.comparison)
  })

  protected readonly comparison = this.RULE('comparison', () => {
    this.SUBRULE(this.additive)
    this.OPTION(() => {
      this.OR([
        {
          ALT: () => {
            this.AT_LEAST_ONE(() => {
              this.operator([t.EqualEqual, t.NotEqual, t.LessEqual, t.GreaterEqual, t.Less, t.Greater])
              this.SUBRULE2(this.additive)
            })
          },
        },
        {
          ALT: () => {
            this.OPTION2(() => this.CONSUME(word('not')))
            this.CONSUME(word('in'))
            this.SUBRULE(this.bounds)
          },
        },
        { ALT: () => this.CONSUME(word('exists')) },
      ])
    })
  })

  /** One value or two ends: `1 ms`, `20 us .. 1.5 ms`. */
  protected readonly bounds = this.RULE('bounds', () => {
    this.SUBRULE(this.additive)
    this.OPTION(() => {
      this.operator([t.RangeClosed, t.RangeOpen])
      this.SUBRULE2(this.additive)
    })
  })

  protected readonly range = this.RULE('range', () => {
    this.SUBRULE(this.additive)
    this.operator([t.RangeClosed, t.RangeOpen])
    this.SUBRULE2(this.additive)
  })

  protected readonly additive = this.RULE('additive', () => {
    this.SUBRULE(this.multiplicative)
    this.MANY(() => {
      this.operator([t.Plus, t.Minus, t.Otherwise])
      this.SUBRULE2(this.multiplicative)
    })
  })

  protected readonly multiplicative = this.RULE('multiplicative', () => {
    this.SUBRULE(this.unary)
    this.MANY(() => {
      this.operator([t.Times, t.Divide])
      this.SUBRULE2(this.unary)
    })
  })

  // `-a^-b^c` as a list instead of `power = postfix ["^" unary]`: a long chain must not become a deep stack.
  protected readonly unary = this.RULE('unary', () => {
    this.SUBRULE(this.signed)
    this.MANY(() => {
      this.CONSUME(t.Power)
      this.SUBRULE2(this.signed)
    })
  })

  protected readonly signed = this.RULE('signed', () => {
    this.OPTION(() => this.CONSUME(t.Minus))
    this.SUBRULE(this.postfix)
  })

  protected readonly postfix = this.RULE('postfix', () => {
    this.SUBRULE(this.primary)
    this.MANY(() => {
      this.OR([
        { ALT: () => this.SUBRULE(this.member, { LABEL: 'suffix' }) },
        { ALT: () => this.SUBRULE(this.index, { LABEL: 'suffix' }) },
      ])
    })
  })

  protected readonly member = this.RULE('member', () => {
    this.CONSUME(t.Dot)
    this.CONSUME(t.Name)
  })

  protected readonly index = this.RULE('index', () => {
    this.CONSUME(t.LeftBracket)
    this.SUBRULE(this.expr)
    this.CONSUME(t.RightBracket)
  })

  protected readonly primary = this.RULE('primary', () => {
    this.OR([
      { ALT: () => this.SUBRULE(this.literal) },
      { ALT: () => this.SUBRULE(this.call) },
      { ALT: () => this.SUBRULE(this.list) },
      {
        ALT: () => {
          this.CONSUME(t.LeftParen)
          this.SUBRULE(this.body)
          this.CONSUME(t.RightParen)
        },
      },
    ])
  })

  protected readonly literal = this.RULE('literal', () => {
    this.OR([
      { ALT: () => this.CONSUME(t.Quantity) },
      { ALT: () => this.CONSUME(t.NumberToken) },
      { ALT: () => this.CONSUME(t.StringToken) },
      { ALT: () => this.CONSUME(t.Instant) },
      { ALT: () => this.CONSUME(word('true')) },
      { ALT: () => this.CONSUME(word('false')) },
      { ALT: () => this.CONSUME(word('this')) },
      { ALT: () => this.CONSUME(t.FoldedExpr) },
    ])
  })

  protected readonly body = this.RULE('body', () => this.either([this.pipeline, this.expr]))

  protected readonly call = this.RULE('call', () => {
    this.CONSUME(t.Name)
    this.OPTION(() => this.SUBRULE(this.argList))
  })

  protected readonly list = this.RULE('list', () => {
    this.CONSUME(t.LeftBracket)
    this.OPTION(() => this.SUBRULE(this.items))
    this.CONSUME(t.RightBracket)
  })

  readonly items = this.RULE('items', () => {
    this.OR([
      { ALT: () => this.CONSUME(t.FoldedItems) },
      { ALT: () => this.AT_LEAST_ONE_SEP({ SEP: t.Comma, DEF: () => this.SUBRULE(this.expr) }) },
    ])
  })

  protected readonly argList = this.RULE('argList', () => {
    this.CONSUME(t.LeftParen)
    this.OPTION(() => this.SUBRULE(this.args))
    this.CONSUME(t.RightParen)
  })

  readonly args = this.RULE('args', () => {
    this.OR([
      { ALT: () => this.CONSUME(t.FoldedArgs) },
      { ALT: () => this.AT_LEAST_ONE_SEP({ SEP: t.Comma, DEF: () => this.SUBRULE(this.arg) }) },
    ])
  })

  /** One shape for calls, jagged reductions and window aggregates: `sum(E of n where E > 2 MeV within 1 ms after this)`. */
  protected readonly arg = this.RULE('arg', () => {
    this.OPTION(() => this.SUBRULE(this.label))
    this.SUBRULE(this.body)
    this.OPTION2(() => {
      this.CONSUME(word('of'))
      this.SUBRULE(this.source)
    })
    this.OPTION3(() => {
      this.CONSUME(word('where'))
      this.SUBRULE(this.expr)
    })
    this.OPTION4(() => this.SUBRULE(this.window))
  })

  protected readonly label = this.RULE('label', () => {
    this.CONSUME(t.Name)
    this.CONSUME(t.Colon)
  })
}
