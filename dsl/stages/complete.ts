import { looksOf } from '../check/looks.ts'
import { after, demandTime } from '../check/stream.ts'
import { stream, type Verb } from './verb.ts'

export const complete: Verb<'complete'> = {
  name: 'complete',
  doc: 'Drops the rows whose windows look outside of the good time, and trims the good time alike.',
  example: 'from ibd complete',
  apply({ span }, input, scope) {
    demandTime(input, 'complete', { scope, span })
    return stream(after(input, { op: 'complete', input: input.plan, windows: looksOf(input.plan) }))
  },
}
