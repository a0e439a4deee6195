import { isA } from './lex.ts'
import { WindowRules } from './window-rules.ts'
import * as t from './tokens.ts'

const { word } = t

/** Rules of a pipeline and its stages. Conditions precede windows, so that a window ends its clause. */
export abstract class StageRules extends WindowRules {
  readonly pipeline = this.RULE('pipeline', () => {
    this.OR([
      { ALT: () => this.CONSUME(t.FoldedPipeline) },
      {
        ALT: () => {
          this.CONSUME(word('from'))
          this.SUBRULE(this.source)
          this.MANY(() => this.SUBRULE(this.stage))
        },
      },
    ])
  })

  protected readonly source = this.RULE('source', () => {
    this.OR([
      { ALT: () => this.CONSUME(t.StringToken) },
      {
        ALT: () => {
          this.SUBRULE(this.call)
          this.MANY(() => this.SUBRULE(this.member))
        },
      },
      {
        ALT: () => {
          this.CONSUME(t.LeftParen)
          this.SUBRULE(this.pipeline)
          this.CONSUME(t.RightParen)
        },
      },
    ])
  })

  protected readonly stage = this.RULE('stage', () => {
    this.either([
      this.where,
      this.define,
      this.select,
      this.veto,
      this.match,
      this.join,
      this.burst,
      this.shift,
      this.group,
      this.sort,
      this.take,
      this.sample,
      this.complete,
      this.hist,
      this.units,
    ])
  })

  protected readonly where = this.RULE('where', () => {
    this.CONSUME(word('where'))
    this.OPTION(() => this.SUBRULE(this.label))
    this.SUBRULE(this.expr)
  })

  protected readonly define = this.RULE('define', () => {
    this.CONSUME(word('define'))
    this.SUBRULE(this.bindings)
  })

  protected readonly bindings = this.RULE('bindings', () => {
    this.AT_LEAST_ONE_SEP({ SEP: t.Comma, DEF: () => this.SUBRULE(this.binding) })
  })

  protected readonly binding = this.RULE('binding', () => {
    this.CONSUME(t.Name)
    this.CONSUME(t.Equal)
    this.SUBRULE(this.expr)
  })

  protected readonly select = this.RULE('select', () => {
    this.CONSUME(word('select'))
    this.SUBRULE(this.namedItems)
  })

  protected readonly namedItems = this.RULE('namedItems', () => {
    this.AT_LEAST_ONE_SEP({ SEP: t.Comma, DEF: () => this.SUBRULE(this.namedItem) })
  })

  protected readonly namedItem = this.RULE('namedItem', () => {
    this.OPTION(() => {
      this.CONSUME(t.Name)
      this.CONSUME(t.Equal)
    })
    this.SUBRULE(this.expr)
  })

  protected readonly veto = this.RULE('veto', () => {
    this.OR([{ ALT: () => this.CONSUME(word('veto')) }, { ALT: () => this.CONSUME(word('keep')) }])
    this.OPTION(() => this.SUBRULE(this.label))
    this.OPTION2(() => this.SUBRULE(this.expr))
    this.SUBRULE(this.window)
  })

  protected readonly match = this.RULE('match', () => {
    this.CONSUME(word('match'))
    this.SUBRULE(this.candidates)
    this.MANY(() => this.SUBRULE(this.role))
  })

  protected readonly candidates = this.RULE('candidates', () => {
    this.CONSUME(t.Name)
    this.OPTION(() => {
      this.CONSUME(word('in'))
      this.SUBRULE(this.source)
    })
    this.OPTION2(() => {
      this.CONSUME(word('where'))
      this.SUBRULE(this.expr)
    })
  })

  // The window is optional here: a role without one is understood, and refused by the checker with what to add.
  protected readonly role = this.RULE('role', () => {
    this.OR([
      {
        ALT: () => {
          this.CONSUME(word('with'))
          // Chevrotain looks no further than the option's own token: without the gate `with first in muons` would
          // take the role's name for a quantifier.
          this.OPTION({ GATE: () => isA(this.LA(2), t.Name), DEF: () => this.SUBRULE(this.quantifier) })
        },
      },
      { ALT: () => this.CONSUME(word('without')) },
    ])
    this.SUBRULE(this.candidates)
    this.OPTION2(() => this.SUBRULE(this.window))
  })

  protected readonly quantifier = this.RULE('quantifier', () => {
    this.operator([word('each'), word('first'), word('last'), word('nearest')])
  })

  protected readonly join = this.RULE('join', () => {
    this.CONSUME(word('join'))
    this.OPTION(() => this.CONSUME(word('optional')))
    this.CONSUME(t.Name)
    this.CONSUME(word('in'))
    this.SUBRULE(this.source)
    this.OPTION2(() => {
      this.CONSUME(word('by'))
      this.AT_LEAST_ONE_SEP({ SEP: t.Comma, DEF: () => this.SUBRULE(this.postfix) })
    })
  })

  protected readonly burst = this.RULE('burst', () => {
    this.CONSUME(word('burst'))
    this.CONSUME(word('of'))
    this.CONSUME(word('at'))
    this.CONSUME(word('least'))
    this.SUBRULE(this.additive)
    this.CONSUME(word('within'))
    this.SUBRULE2(this.additive)
  })

  protected readonly shift = this.RULE('shift', () => {
    this.CONSUME(word('shift'))
    this.CONSUME(word('by'))
    this.SUBRULE(this.additive)
  })

  protected readonly group = this.RULE('group', () => {
    this.CONSUME(word('group'))
    this.CONSUME(word('by'))
    this.SUBRULE(this.namedItems)
    this.OPTION(() => {
      this.CONSUME(t.Colon)
      this.SUBRULE(this.bindings)
    })
  })

  protected readonly sort = this.RULE('sort', () => {
    this.CONSUME(word('sort'))
    this.CONSUME(word('by'))
    this.SUBRULE(this.expr)
    this.OPTION(() => this.CONSUME(word('desc')))
  })

  protected readonly take = this.RULE('take', () => {
    this.CONSUME(word('take'))
    this.SUBRULE(this.additive)
  })

  protected readonly sample = this.RULE('sample', () => {
    this.CONSUME(word('sample'))
    this.SUBRULE(this.additive)
  })

  protected readonly complete = this.RULE('complete', () => {
    this.CONSUME(word('complete'))
  })

  protected readonly hist = this.RULE('hist', () => {
    this.CONSUME(word('hist'))
    this.AT_LEAST_ONE_SEP({ SEP: t.Comma, DEF: () => this.SUBRULE(this.axis) })
    this.OPTION(() => {
      this.CONSUME(word('weight'))
      this.SUBRULE(this.expr)
    })
  })

  protected readonly axis = this.RULE('axis', () => {
    this.SUBRULE(this.additive)
    this.OPTION(() => {
      this.CONSUME(word('over'))
      this.SUBRULE(this.range)
    })
    this.OPTION2(() => {
      this.OR([
        {
          ALT: () => {
            this.CONSUME(word('bins'))
            this.SUBRULE(this.bins)
          },
        },
        {
          ALT: () => {
            this.CONSUME(word('step'))
            this.SUBRULE2(this.additive, { LABEL: 'step' })
          },
        },
      ])
    })
  })

  protected readonly bins = this.RULE('bins', () => {
    this.OR([
      { ALT: () => this.CONSUME(t.NumberToken) },
      { ALT: () => this.SUBRULE(this.list) },
      { ALT: () => this.CONSUME(t.Name) },
    ])
  })

  protected readonly units = this.RULE('units', () => {
    this.CONSUME(word('units'))
    this.AT_LEAST_ONE_SEP({ SEP: t.Comma, DEF: () => this.SUBRULE(this.unitDeclaration) })
  })

  protected readonly unitDeclaration = this.RULE('unitDeclaration', () => {
    this.SUBRULE(this.path)
    this.CONSUME(t.Colon)
    this.SUBRULE(this.unitPower)
    this.MANY(() => {
      this.operator([t.Divide, t.Times])
      this.SUBRULE2(this.unitPower)
    })
  })

  protected readonly unitPower = this.RULE('unitPower', () => {
    this.OR([{ ALT: () => this.CONSUME(t.Name) }, { ALT: () => this.CONSUME(t.MicroSecond) }])
    this.OPTION(() => {
      this.CONSUME(t.Power)
      this.OPTION2(() => this.CONSUME(t.Minus))
      this.CONSUME(t.NumberToken)
    })
  })
}
