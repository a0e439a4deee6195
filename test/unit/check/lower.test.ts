import { describe, expect, test } from 'vitest'
import { schemaOf } from '../../../dsl/ir/schema.ts'
import { plan, query } from './catalog.ts'
import { exprText, numberText, planText, typeText } from './text.ts'

/** The stages that a pipeline on the index `ev` adds. */
function stages(text: string): string {
  return planText(plan(`from "ev" ${text}`)).replace(/^ev \| /, '')
}

/** The condition of a `where` on the index. */
function condition(text: string): string {
  const found = plan(`from "ev" where ${text}`)
  if (found.op !== 'filter') throw new Error(`a ${found.op} is no filter`)
  return exprText(found.where)
}

/** The value of a column that `define` adds, and its type. */
function value(text: string): string {
  const found = plan(`from "ev" define q = ${text}`)
  const column = schemaOf(found).columns.at(-1)
  if (column === undefined) throw new Error('no column')
  return `${planText(found).replace(/^ev \| define q = /, '')} : ${typeText(column.type)}${column.missing ? '?' : ''}`
}

describe('constants', () => {
  test('a literal is converted to the unit of the column it meets', () => {
    expect(condition('E > 1900 keV')).toBe('greater(E, 1.9 MeV)')
    expect(condition('17.2 m > x')).toBe('greater(17200 mm, x)')
    expect(condition('stdt < 0.3 us')).toBe('less(stdt, 300 ns)')
  })

  test('constants are computed exactly before they are rounded once', () => {
    // 0.1 + 0.2 in float64 is 0.30000000000000004.
    expect(condition('E > 0.1 MeV + 0.2 MeV')).toBe('greater(E, 0.3 MeV)')
    expect(condition('E < 3 * 0.1 MeV')).toBe('less(E, 0.3 MeV)')
    expect(condition('nhit > 2^10')).toBe('greater(nhit, 1024)')
  })

  test('a literal in the place of a missing integer takes its type, where that holds it', () => {
    expect(value('nhit ?? 0')).toBe('coalesce(nhit, 0) : int32')
    expect(value('nhit ?? -2147483648')).toBe('coalesce(nhit, -2147483648) : int32')
    expect(value('nhit ?? 2147483648')).toBe('coalesce(nhit, 2147483648) : int64')
    expect(value('nhit ?? 0.5')).toBe('coalesce(nhit, 0.5) : float64')
  })

  test('a percentage is a pure number', () => {
    expect(condition('chi < 5 %')).toBe('less(chi, 0.05)')
  })

  test('constants alone are stored in ns, mm, MeV, pe', () => {
    expect(value('1 ms')).toBe('1000000 ns : int64 [ns]')
    expect(value('1.5 m')).toBe('1500 mm : int64 [mm]')
    expect(value('1 pe / 1 keV')).toBe('1000 pe/MeV : float64 [pe/MeV]')
    expect(value('2 kHz')).toBe('0.000002 1/ns : float64 [1/ns]')
  })

  test('a year is 365.25 days', () => {
    expect(value('1 yr')).toBe('31557600000000000 ns : int64 [ns]')
  })

  test('an instant is its nanoseconds since 1970', () => {
    // date -u -d 2025-09-01T12:00:00 +%s gives 1756728000.
    expect(condition('t >= @2025-09-01T12:00:00.123456789')).toBe('greaterEqual(t, @1756728000123456789)')
    expect(condition('t < @1970-01-01 + 1 us')).toBe('less(t, @1000)')
  })
})

describe('conditions', () => {
  test('a chain holds when every pair does', () => {
    expect(condition('0.7 MeV < E < 12 MeV')).toBe('and(less(0.7 MeV, E), less(E, 12 MeV))')
  })

  test('numbers in a range take the unit of its upper end', () => {
    expect(condition('E in 0.7 .. 12 MeV')).toBe('inRange(E, 0.7 MeV, 12 MeV)')
    expect(condition('E in 500 keV ..< 2 MeV')).toBe('inRangeOpen(E, 0.5 MeV, 2 MeV)')
    expect(condition('z not in -17.7 .. 17.7 m')).toBe('not(inRange(z, -17700 mm, 17700 mm))')
  })

  test('a list is a set of values', () => {
    expect(condition('run in [1, 2]')).toBe('oneOf(run, 1, 2)')
    expect(condition('run in []')).toBe('oneOf(run)')
    expect(condition('det not in ["CD", "WP"]')).toBe('not(oneOf(det, "CD", "WP"))')
    expect(condition('E in [500, 1000 keV]')).toBe('oneOf(E, 0.5 MeV, 1 MeV)')
  })

  test('a text may be a name of the notebook', () => {
    const found = plan('cd = "CD"\nfrom "ev" where det == cd and det in [cd, "WP"]')
    expect(found.op === 'filter' && exprText(found.where)).toBe('and(equal(det, "CD"), oneOf(det, "CD", "WP"))')
  })

  test('words and signs of logic are the same', () => {
    expect(condition('det == "CD" && !(nhit > 3) || true')).toBe(
      'or(and(equal(det, "CD"), not(greater(nhit, 3))), true)',
    )
  })

  test('a value that may be missing is there after `exists`, to the right and in later stages', () => {
    expect(condition('score exists and score > 0.8')).toBe('and(exists(score), greater(score, 0.8))')
    expect(stages('where score exists where score > 0.8')).toBe(
      'filter exists(score) "score exists" | filter greater(score, 0.8) "score > 0.8"',
    )
    expect(condition('not (score exists) or score > 0.8')).toBe('or(not(exists(score)), greater(score, 0.8))')
  })

  test('what is computed of a missing value is missing, until it is known to be there', () => {
    expect(value('2 * score + 1')).toBe('add(multiply(2, score), 1) : float64?')
    expect(value('t - last(t of muons within 1 s before this)')).toMatch(/ : int64 \[ns\]\?$/)
    expect(stages('define d = 2 * score where d exists where d > 1')).toContain('| filter greater(d, 1) "d > 1"')
    expect(condition('2 * score exists and score > 1')).toBe('and(exists(multiply(2, score)), greater(score, 1))')
    expect(value('(score ?? 1) * 2')).toBe('multiply(coalesce(score, 1), 2) : float64')
  })

  test('a value that may be missing is given one by `??`', () => {
    expect(condition('score ?? 0 > 0.8')).toBe('greater(coalesce(score, 0), 0.8)')
  })

  test('a `where` keeps its label and its text for the cutflow', () => {
    expect(stages('where fv:  x <   17.2 m # in mm')).toBe('filter less(x, 17200 mm) fv: "x < 17.2 m"')
  })
})

describe('values', () => {
  test('a sum is in the unit of its first column', () => {
    expect(value('x + stdt * 0.3 m / 1 ns')).toMatch(/ : float64 \[mm\]$/)
    expect(value('E - 500 keV')).toBe('subtract(E, 0.5 MeV) : float64 [MeV]')
  })

  test('columns of one dimension are brought to the unit of the first one', () => {
    const found = plan(`from "ev" match p with d in (from "other" units E: keV, nhit: cm, run: mm) within 1 ms
  define up = d.E + p.E, down = p.E + d.E, whole = d.run + d.nhit, broken = d.nhit + d.run`)
    expect(planText(found)).toContain(
      'up = add(d.E, multiply(p.E, 1000)), down = add(p.E, divide(d.E, 1000)), whole = add(d.run, multiply(d.nhit, 10)), broken = add(d.nhit, divide(d.run, 10))',
    )
    const types = schemaOf(found)
      .columns.slice(-4)
      .map(({ type }) => typeText(type))
    expect(types).toEqual(['float64 [keV]', 'float64 [MeV]', 'int64 [mm]', 'float64 [cm]'])
  })

  test('products and quotients combine units', () => {
    expect(value('qtot / E')).toBe('divide(qtot, E) : float64 [pe/MeV]')
    expect(value('x * y')).toBe('multiply(x, y) : float64 [mm^2]')
    expect(value('(x / 17.2 m)^2')).toBe('power(divide(x, 17200 mm), 2) : float64')
  })

  test('a power belongs to a unit, a power of brackets to the whole', () => {
    expect(condition('x^2 < 300 m^2')).toBe('less(power(x, 2), 300000000 mm^2)')
    expect(condition('x^2 < (300 m)^2')).toBe('less(power(x, 2), 90000000000 mm^2)')
  })

  test('a pure number has any power, a number of unknown unit too', () => {
    expect(value('(E / 1 MeV)^0.3')).toBe('power(divide(E, 1 MeV), 0.3) : float64')
    expect(value('chi^0.3')).toBe('power(chi, 0.3) : float64 [?]')
    expect(value('E^-0.5')).toBe('power(E, -0.5) : float64 [1/MeV^0.5]')
  })

  test('a whole number is an int64 where it is one', () => {
    expect(value('9223372036854775807')).toMatch(/: int64$/)
    expect(value('9223372036854775808')).toMatch(/: float64$/)
    expect(value('1.0')).toBe('1 : float64')
  })

  test('whole numbers stay whole but for division', () => {
    expect(value('nhit * 2 + run')).toBe('add(multiply(nhit, 2), run) : int64')
    expect(value('nhit / 2')).toBe('divide(nhit, 2) : float64')
  })

  test('the square root halves a unit', () => {
    expect(value('sqrt(x^2 + y^2)')).toBe('sqrt(add(power(x, 2), power(y, 2))) : float64 [mm]')
  })

  test('two instants differ by a time, and an instant moves by one', () => {
    expect(value('t - @1970-01-01')).toBe('instantDifference(t, @0) : int64 [ns]')
    expect(value('t + 1 ms')).toBe('instantAdd(t, 1000000 ns) : instant')
    expect(value('t - 2 us')).toBe('instantSubtract(t, 2000 ns) : instant')
  })

  test('`bin` of an instant has its edges at multiples since 1970', () => {
    expect(value('bin(t, 1 d)')).toBe('binInstant(t, 86400000000000 ns) : instant')
    expect(value('bin(E, 500 keV)')).toBe('bin(E, 0.5 MeV) : float64 [MeV]')
  })

  test('an angle is computed in rad', () => {
    expect(value('cos(90 deg)')).toBe(`cos(${Math.PI / 2} rad) : float64`)
    expect(value('atan2(y, x)')).toBe('atan2(y, x) : float64 [rad]')
  })

  test('vectors are computed by their components', () => {
    expect(value('dot(vec(x, y, z), vec(0, 0, 1))')).toBe(
      'add(add(multiply(x, 0), multiply(y, 0)), multiply(z, 1)) : float64 [mm]',
    )
    expect(value('norm(vec(x, y, z))')).toBe('hypot(x, y, z) : float64 [mm]')
    expect(value('cross_norm(vec(x, y, z), vec(0, 0, 1))')).toBe(
      'hypot(subtract(multiply(y, 1), multiply(z, 0)), subtract(multiply(z, 0), multiply(x, 1)), subtract(multiply(x, 0), multiply(y, 0))) : float64 [mm]',
    )
  })

  test('a column without a unit is of unknown unit, a whole number is a count', () => {
    expect(value('chi + 1')).toBe('add(chi, 1) : float64 [?]')
    expect(value('nhit + 1')).toBe('add(nhit, 1) : int64')
  })
})

describe('stages', () => {
  test('every expression of a `define` sees the columns before it', () => {
    expect(stages('define a = x, b = 2 * a')).toBe('define a = x, b = multiply(2, a)')
  })

  test('what a condition of a role shows to be there is there in the match', () => {
    const found = plan(
      'from "ev" match p where score exists with d where score exists within 1 ms where p.score + d.score > 1',
    )
    expect(found).toMatchObject({ op: 'filter', input: { op: 'match' } })
  })

  test('`select` that keeps time, file and entry gives events, any other a table', () => {
    const events = plan('from "ev" select t, file, entry, q = E')
    expect(schemaOf(events)).toMatchObject({ stream: 'events', key: '', references: [''] })
    const table = plan('from "ev" select E, x + y')
    expect(schemaOf(table)).toMatchObject({ stream: 'table', key: null, references: [] })
    expect(schemaOf(table).columns.map(({ name }) => name)).toEqual(['E', 'x + y'])
  })

  test('`group` names its aggregates, and selects what is computed from them', () => {
    expect(stages('group by run: n = count(), e = mean(E)')).toBe('group run = run: n = count(), e = mean(E)')
    expect(stages('group by day = bin(t, 1 d): f = count(E > 1 MeV) / count()')).toBe(
      'group day = binInstant(t, 86400000000000 ns): ~1 = count(greater(E, 1 MeV)), ~2 = count() | select day = day, f = divide(~1, ~2)',
    )
  })

  test('an aggregate that is written twice is computed once', () => {
    expect(stages('group by run: spread = max(t) - min(t), start = min(t)')).toBe(
      'group run = run: ~1 = max(t), ~2 = min(t) | select run = run, spread = instantDifference(~1, ~2), start = ~2',
    )
  })

  test('a group has a value wherever its rows have', () => {
    const { columns } = schemaOf(plan('from "ev" group by run: m = mean(E), s = max(score)'))
    expect(columns.map(({ name, missing }) => [name, missing])).toEqual([
      ['run', false],
      ['m', false],
      ['s', true],
    ])
  })

  test('a role as a key is a file and an entry', () => {
    const found = plan('from "ev" match p with d within 1 ms group by d: n = count()')
    expect(planText(found)).toContain('| group d.file = d.file, d.entry = d.entry: n = count()')
    expect(schemaOf(plan('from "ev" select this')).columns.map(({ name }) => name)).toEqual(['this.file', 'this.entry'])
  })

  test('`event` as a key is a file and an entry', () => {
    expect(stages('group by event: n = count()')).toBe('group event.file = file, event.entry = entry: n = count()')
  })

  test('`sort` ends the order in time', () => {
    expect(stages('sort by E desc take 20')).toBe('sort E desc | take 20')
    expect(schemaOf(plan('from "ev" sort by E')).stream).toBe('table')
  })

  test('`units` says what is in a file', () => {
    const declared = plan('from "table" units t: ns, E: keV where E > 1 MeV')
    expect(planText(declared)).toBe('table | filter greater(E, 1000 keV) "E > 1 MeV"')
    expect(schemaOf(declared).stream).toBe('events')
  })
})

describe('numbers over whole streams', () => {
  test('each stream is an input, once', () => {
    expect(numberText(query('show count(events) / livetime(events) + 0 / livetime(events)'))).toBe(
      'add(divide(~1, ~2), divide(0, ~2)); ~1 = count(ev | define r = hypot(x, y, z)); ~2 = livetime(ev | define r = hypot(x, y, z))',
    )
  })

  test('a condition filters the stream, a value is of its rows', () => {
    expect(numberText(query('show mean(E of muons where E > 1 MeV)'))).toBe(
      '~1; ~1 = mean(E of ev | filter greater(qtot, 30000 pe) "qtot > 3e4 pe" | filter greater(E, 1 MeV))',
    )
  })

  test('a rate is per ns', () => {
    const rate = query('show count(events) / livetime(events)')
    expect(rate.kind === 'number' && rate.value.kind === 'call' && typeText(rate.value.type)).toBe('float64 [1/ns]')
  })

  test('a number is named by its text', () => {
    expect(query('show count( events )  / 2')).toMatchObject({ kind: 'number', text: 'count( events ) / 2' })
  })
})
