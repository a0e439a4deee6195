import { readFileSync } from 'node:fs'
import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { format } from '../../../dsl/assist/index.ts'
import { lex, spanOfToken } from '../../../dsl/parse/lex.ts'
import { parse } from '../../../dsl/parse/parse.ts'
import { corpus } from '../parse/corpus.ts'
import { withoutSpans } from '../parse/without-spans.ts'

const file = readFileSync(new URL('../../corpus/cells.sift', import.meta.url), 'utf8')

/** Cells of the corpus with other blanks between the words, and here and there a comment or a line break. */
const disfigured = fc
  .tuple(
    fc.constantFrom(...corpus),
    fc.array(fc.constantFrom(' ', '   ', '\n   ', '\t', ' # why\n  ', '\n\n\n    '), { minLength: 9, maxLength: 9 }),
  )
  .map(([{ text }, gaps]) => {
    const { tokens, firstColumn } = lex(text)
    const parts = tokens.map((token, index) => {
      const before = tokens[index - 1]
      if (before === undefined) return token.image
      const gap = text.slice(spanOfToken(before).end, token.startOffset)
      const own = gap === '' ? '' : (gaps[index % gaps.length] ?? ' ')
      return `${firstColumn.has(token) ? '\n' : own}${token.image}`
    })
    return parts.join('')
  })

test('the corpus is in the one layout', () => {
  expect(format(file)).toBe(file)
})

test('formatting keeps the meaning and the comments, and doing it again changes nothing', () => {
  fc.assert(
    fc.property(disfigured, (text) => {
      const before = parse(text)
      const formatted = format(text)
      const after = parse(formatted)
      expect(withoutSpans(after.cell)).toEqual(withoutSpans(before.cell))
      expect(after.diagnostics.length).toBe(before.diagnostics.length)
      const comments = (parsed: typeof before) =>
        parsed.tokens.flatMap(({ kind, text: of }) => (kind === 'comment' ? of.trim() : []))
      expect(comments(after)).toEqual(comments(before))
      expect(format(formatted)).toBe(formatted)
    }),
    { numRuns: 400 },
  )
})

describe('the layout', () => {
  test('stages two columns in, roles four, what goes on behind its verb', () => {
    expect(
      format(`
ibd=from events
where E>2MeV
       match   p
  with first d in events
  where E in 3..4 MeV
within 1ms after p
 where p.E>1 MeV

  and d.E > 1 MeV
`),
    ).toBe(`ibd = from events
  where E > 2 MeV
  match p
    with first d in events
         where E in 3 .. 4 MeV
         within 1 ms after p
  where p.E > 1 MeV

        and d.E > 1 MeV
`)
  })

  test('signs, calls, members and powers are glued, operators are not', () => {
    expect(format('x=-a^-2+hits [ 0 ] . q*f ( b,c )-(  -d )!=5m ** 2 and!e')).toBe(
      'x = -a^-2 + hits[0].q * f(b, c) - (-d) != 5 m^2 and !e',
    )
  })

  test('a slot word before brackets or a sign keeps its blank, a function of that name has none', () => {
    expect(format('from a hist E step (1 m) weight   (2)')).toBe('from a hist E step (1 m) weight (2)')
    expect(format('x = first (t of a)')).toBe('x = first(t of a)')
    expect(format('from a hist z step -1 m')).toBe('from a hist z step -1 m')
    expect(format('x = step -1')).toBe('x = step - 1')
    expect(format('from a hist E bins [1,2]')).toBe('from a hist E bins [1, 2]')
  })

  test('units of a declaration have no blanks', () => {
    expect(format('from a units q : pe / MeV,t:ns ^ -1')).toBe('from a units q: pe/MeV, t: ns^-1')
  })

  test('brackets over several lines', () => {
    expect(format('x = union(a,(\nfrom b\nshift by -1 s\n))\n')).toBe(`x = union(a, (
  from b
    shift by -1 s
))
`)
  })

  test('each statement has a line, a cell that was indented as a whole is not', () => {
    expect(format('   a = 1\n   describe a show a')).toBe('a = 1\ndescribe a\nshow a')
  })

  test('comments stay in their lines, at the column of what follows', () => {
    expect(format('# head\na = from b   # files  \n# cut\nwhere E > 1 MeV\n# end')).toBe(
      '# head\na = from b  # files\n  # cut\n  where E > 1 MeV\n# end',
    )
  })

  test('blank lines become one, and blanks at the end of a line go', () => {
    expect(format('\n\na = 1  \n\n\n\nb = 2\n\n\n')).toBe('a = 1\n\nb = 2\n\n')
  })

  test('blanks that line things up stay', () => {
    const text =
      'wp    = from a\nmuons = from b\n  veto mu:     within 1 ms after c\n  veto shower: within 1 s after c\n'
    expect(format(text)).toBe(text)
  })

  test('carriage returns go', () => {
    expect(format('a = 1\r\nb = 2\r\n')).toBe('a = 1\nb = 2\n')
  })

  test('a cell with a mistake stays as it is, the other cells of its file do not', () => {
    expect(format('a =   = 1')).toBe('a =   = 1')
    expect(format('#%% one\na =   = 1\n#%% two\nb=1\n')).toBe('#%% one\na =   = 1\n#%% two\nb = 1\n')
  })
})
