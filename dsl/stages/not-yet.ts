import type * as ast from '../ir/ast.ts'
import { notYet } from '../check/scope.ts'
import type { Verb } from './verb.ts'

/** A verb of the language that no backend runs: it is parsed, explained and refused by name. */
function unsupported<Kind extends ast.Stage['kind']>(name: Kind, doc: string, example: string): Verb<Kind> {
  return { name, doc, example, apply: (stage, _input, scope) => notYet(scope, `\`${name}\``, stage.span) }
}

export const join = unsupported(
  'join',
  'Adds to each row the record of the same event, or of the same key, in another stream.',
  'from ibd join p in rec by prompt where p.chi2 / p.ndf < 3',
)

export const burst = unsupported(
  'burst',
  'Keeps the events of which at least so many lie in one sliding window.',
  'from singles burst of at least 10 within 1 s',
)

export const shift = unsupported(
  'shift',
  'Moves a stream in time; its events keep their references.',
  'from quiet shift by -1 s',
)

export const sample = unsupported('sample', 'A share of the rows, the same ones everywhere.', 'from ibd sample 1 %')

export const complete = unsupported(
  'complete',
  'Drops the rows whose windows look outside of the good time, and trims the good time alike.',
  'from ibd complete',
)
