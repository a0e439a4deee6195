import type { Note, Result } from '../../runtime/ports/backend.ts'
import { formatCount, formatDuration, formatNumber, plural } from './numbers.ts'

/** What is worth a line below a result, in words. Time at an edge without rows is not: every file has a beginning. */
export function noteLines({ notes = [] }: Result): readonly string[] {
  return notes.flatMap(noteText)
}

/** `good time 10.847 h`; null where there is none. */
export function goodTimeWords({ notes = [] }: Result): string | null {
  const time = notes.find((note) => note.kind === 'livetime')
  return time === undefined ? null : `good time ${time.approximate ? '≈ ' : ''}${formatDuration(Number(time.ns))}`
}

function noteText(note: Note): readonly string[] {
  switch (note.kind) {
    case 'shared': {
      const events = `${formatCount(note.events)} \`${note.role}\``
      return [
        `${events} ${note.events === 1 ? 'occurs' : 'occur'} in more than one row, up to ${formatCount(note.rows)}`,
      ]
    }
    case 'unmatched':
      return [`\`join ${note.join}\` dropped ${plural(note.rows, 'row')} without a partner`]
    case 'edge':
      return note.rows === 0 ? [] : [edgeText(note)]
    case 'overlap':
      return [
        `the good time that the streams of the union share is ${formatNumber(100 * note.fraction)} % of the shorter one; \`good: either\` or \`good: both\` decides`,
      ]
    case 'livetime':
      return []
    case 'partialVeto':
      return [`live time excludes the position-dependent veto \`${note.veto}\``]
    case 'nan':
      return [`\`where ${note.where}\` met NaN in ${plural(note.rows, 'row')}`]
  }
}

function edgeText({ rows, ns }: Extract<Note, { kind: 'edge' }>): string {
  const time = formatDuration(Number(ns))
  return `edge: the windows of ${plural(rows, 'row')}, and of ${time} of live time, reach outside of the good time; \`complete\` drops them`
}
