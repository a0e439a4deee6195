import type { Note, Result } from '../../runtime/ports/backend.ts'
import { formatCount, formatDuration, formatNumber, plural } from './numbers.ts'

/** What is worth a line below a result, in words. Time at an edge without rows is not: every file has a beginning. */
export function noteLines({ notes = [] }: Result): readonly string[] {
  return notes.filter((note) => note.kind !== 'edge' || note.rows > 0).map(noteText)
}

function noteText(note: Note): string {
  switch (note.kind) {
    case 'shared':
      return `${formatCount(note.events)} \`${note.role}\` ${note.events === 1 ? 'occurs' : 'occur'} in more than one row, up to ${formatCount(note.rows)}`
    case 'unmatched':
      return `\`join ${note.join}\` dropped ${plural(note.rows, 'row')} without a partner`
    case 'edge':
      return `edge: the windows of ${plural(note.rows, 'row')}, and of ${formatDuration(Number(note.ns))} of live time, reach outside of the good time; \`complete\` drops them`
    case 'overlap':
      return `the good time that the streams of the union share is ${formatNumber(100 * note.fraction)} % of the shorter one; \`good: either\` or \`good: both\` decides`
    case 'nan':
      return `\`where ${note.where}\` met NaN in ${plural(note.rows, 'row')}`
    case 'partialVeto':
      return `excludes the position-dependent veto \`${note.veto}\``
  }
}
