import { corpus } from './corpus.ts'

/** Cells that nobody writes by hand, of about so many characters. */
export type Shape = (size: number) => string

const all = corpus.map(({ text }) => text).join('\n')

/** A text again and again. */
function repeated(part: string, size: number): string {
  return part.repeat(Math.max(1, Math.round(size / part.length)))
}

/** What may be nested, and stays open or is closed. */
function nested(open: string, inner: string, close: string): Shape {
  return (size) => {
    const levels = Math.round(size / (open.length + close.length))
    return `x = ${open.repeat(levels)}${inner}${close.repeat(levels)}`
  }
}

/** Nested deeper than any parser can follow: one mistake each. */
export const nestings: Readonly<Record<string, Shape>> = {
  'open parentheses': nested('(', '', ''),
  parentheses: nested('(', '1', ')'),
  'open brackets': nested('[', '', ''),
  brackets: nested('[', '1', ']'),
  'open calls': nested('f(', '', ''),
  calls: nested('f(', '1', ')'),
  'open pipelines': nested('(from ', '', ''),
  pipelines: nested('(from ', 'ev', ')'),
  'all of them': nested('(a + [b, f(', '1', ')])'),
}

/** Long without being nested: legal for the parser, or one mistake. */
export const chains: Readonly<Record<string, Shape>> = {
  not: (size) => `from ev where ${repeated('not ', size)}true`,
  minus: (size) => `x = ${repeated('-', size)}1`,
  powers: (size) => `x = 2${repeated('^1', size)}`,
  members: (size) => `x = a${repeated('.b', size)}`,
  elements: (size) => `x = a${repeated('[0]', size)}`,
  and: (size) => `from ev where E > 1 MeV${repeated(' and E > 1 MeV', size)}`,
  or: (size) => `from ev where E > 1 MeV${repeated(' or E > 1 MeV', size)}`,
  sums: (size) => `x = 1${repeated(' + 1', size)}`,
  comparisons: (size) => `x = 1${repeated(' < 1', size)}`,
  list: (size) => `x = [${repeated('1, ', size)}1]`,
  'open list': (size) => `x = [${repeated('1, ', size)}`,
  arguments: (size) => `x = hypot(${repeated('1, ', size)}1)`,
  stages: (size) => `from ev${repeated('\n  where E > 1 MeV', size)}`,
  columns: (size) => `from ev define ${Array.from({ length: size / 14 }, (_, at) => `a${at} = 2 * E`).join(', ')}`,
  roles: (size) => `from ev match p${repeated('\n  with d where E > 1 MeV within 1 ms after p', size)}`,
  statements: (size) => repeated('x = 3\n', size),
  'broken statements': (size) => repeated('x = (1\n', size),
  'broken stages': (size) => `from ev${repeated('\n  where E > 1 MeV', size)} whre x`,
  'names in a line': (size) => repeated('aa ', size),
  'names in lines': (size) => repeated('aa\n', size),
  commas: (size) => `show ${repeated(',', size)}`,
  semicolons: (size) => repeated(';\n', size),
  quotes: (size) => repeated('"a\n', size),
  dots: (size) => repeated('.', size),
  digits: (size) => repeated('1.', size),
  blanks: (size) => `${repeated(' ', size)}x = 3`,
  'blank lines': (size) => `x = 3${repeated('\n', size)}`,
  comments: (size) => repeated('# a\n', size),
  'comments of C': (size) => `x = 1 ${repeated('// a ', size)}`,
  'one name': (size) => repeated('a', size),
  'one name of no letters': (size) => repeated('é', size),
  magics: (size) => repeated('%time ', size),
  'hundreds of brackets': (size) => repeated(`x = ${'('.repeat(400)}\n`, size),
  'the worked cells': (size) => repeated(all, Math.max(size, all.length)).slice(0, size),
  'the worked cells, misspelled': (size) => repeated(all.replaceAll('where', 'wher'), size),
}
