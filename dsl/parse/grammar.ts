import { StageRules } from './stage-rules.ts'
import * as t from './tokens.ts'

const { word } = t

/** The grammar: two tokens of look-ahead, no backtracking. */
export class Grammar extends StageRules {
  constructor(options: { readonly skipValidations: boolean }) {
    super(options)
    this.performSelfAnalysis()
  }

  readonly statement = this.RULE('statement', () => {
    this.either([
      this.pipeline,
      this.definition,
      this.fn,
      this.param,
      this.use,
      this.save,
      this.show,
      this.cutflow,
      this.describe,
      this.explain,
    ])
  })

  protected readonly definition = this.RULE('definition', () => {
    this.CONSUME(t.Def)
    this.CONSUME(t.Equal)
    this.SUBRULE(this.body)
  })

  protected readonly fn = this.RULE('fn', () => {
    this.CONSUME(word('fn'))
    this.CONSUME(t.Name)
    this.CONSUME(t.LeftParen)
    this.MANY_SEP({ SEP: t.Comma, DEF: () => this.SUBRULE(this.parameter) })
    this.CONSUME(t.RightParen)
    this.CONSUME(t.Equal)
    this.SUBRULE(this.body)
  })

  protected readonly parameter = this.RULE('parameter', () => {
    this.CONSUME(t.Name)
    this.OPTION(() => {
      this.CONSUME(t.Equal)
      this.SUBRULE(this.expr)
    })
  })

  protected readonly param = this.RULE('param', () => {
    this.CONSUME(word('param'))
    this.CONSUME(t.Name)
    this.CONSUME(t.Equal)
    this.SUBRULE(this.additive)
    this.OPTION(() => {
      this.CONSUME(word('in'))
      this.SUBRULE(this.range)
    })
  })

  protected readonly use = this.RULE('use', () => {
    this.CONSUME(word('use'))
    this.CONSUME(t.Name)
    this.OPTION(() => this.SUBRULE(this.argList))
  })

  protected readonly save = this.RULE('save', () => {
    this.CONSUME(word('save'))
    this.SUBRULE(this.source)
    this.CONSUME(word('to'))
    this.OR([
      { ALT: () => this.CONSUME(t.StringToken) },
      {
        ALT: () => {
          this.CONSUME(t.Name)
          this.SUBRULE(this.argList)
        },
      },
    ])
  })

  protected readonly show = this.RULE('show', () => {
    this.CONSUME(word('show'))
    this.SUBRULE(this.items)
  })

  protected readonly cutflow = this.RULE('cutflow', () => {
    this.CONSUME(word('cutflow'))
    this.AT_LEAST_ONE_SEP({ SEP: t.Comma, DEF: () => this.SUBRULE(this.source) })
    this.OPTION(() => {
      this.CONSUME(word('by'))
      this.SUBRULE(this.postfix)
    })
  })

  protected readonly describe = this.RULE('describe', () => {
    this.CONSUME(word('describe'))
    this.SUBRULE(this.source)
  })

  protected readonly explain = this.RULE('explain', () => {
    this.CONSUME(word('explain'))
    this.SUBRULE(this.source)
  })
}
