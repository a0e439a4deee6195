import { ExpressionRules } from './expression-rules.ts'
import * as t from './tokens.ts'

const { word } = t

/** Rules of the one window phrase: `within`, `between`, `during`. */
export abstract class WindowRules extends ExpressionRules {
  protected readonly window = this.RULE('window', () => {
    this.either([this.within, this.between, this.during])
  })

  protected readonly within = this.RULE('within', () => {
    this.CONSUME(word('within'))
    this.SUBRULE(this.bounds)
    this.OPTION(() => {
      this.operator([word('after'), word('before'), word('of')])
      this.SUBRULE(this.target)
    })
  })

  protected readonly between = this.RULE('between', () => {
    this.CONSUME(word('between'))
    this.SUBRULE(this.anchor)
    this.CONSUME(word('and'))
    this.SUBRULE2(this.anchor)
  })

  protected readonly during = this.RULE('during', () => {
    this.CONSUME(word('during'))
    this.SUBRULE(this.source)
  })

  protected readonly anchor = this.RULE('anchor', () => {
    this.OR([{ ALT: () => this.CONSUME(word('this')) }, { ALT: () => this.SUBRULE(this.path) }])
    this.OPTION(() => {
      this.operator([t.Plus, t.Minus])
      this.SUBRULE(this.additive)
    })
  })

  protected readonly target = this.RULE('target', () => {
    this.OR([
      { ALT: () => this.CONSUME(word('this')) },
      {
        ALT: () => {
          this.CONSUME(t.Name)
          this.CONSUME(word('in'))
          this.SUBRULE(this.source)
        },
      },
      { ALT: () => this.SUBRULE2(this.source) },
    ])
  })

  protected readonly path = this.RULE('path', () => {
    this.CONSUME(t.Name)
    this.MANY(() => this.SUBRULE(this.member))
  })
}
