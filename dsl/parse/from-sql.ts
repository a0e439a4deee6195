interface Select {
  readonly columns: string
  readonly stream: string
  /** Behind the stream. */
  readonly rest: string
}

/** A `SELECT` of SQL as a pipeline; null where that is more than clauses in another order. */
export function fromSql({ columns, stream, rest }: Select): string | null {
  const found = clauses.exec(rest.trim())
  if (found === null) return null
  const [, where, keys, having, order, direction, limit] = found
  const [items, isDistinct] = [columns.replace(/^distinct\s+/i, '').split(/\s*,\s*/), /^distinct\s/i.test(columns)]
  const aggregates = items.filter((item) => item.includes('('))
  if (keys === undefined && aggregates.length > 0) return where === undefined ? shown(aggregates, stream) : null
  const grouped = keys ?? (isDistinct ? items.join(', ') : undefined)
  return [
    `from ${stream}`,
    ...(where === undefined ? [] : [`where ${condition(where)}`]),
    ...(grouped === undefined ? [] : [`group by ${grouped}${measures(aggregates)}`]),
    ...(having === undefined ? [] : [`where ${condition(having)}`]),
    ...(order === undefined ? [] : [`sort by ${order}${/desc/i.test(direction ?? '') ? ' desc' : ''}`]),
    ...(limit === undefined ? [] : [`take ${limit}`]),
    ...(grouped !== undefined || columns.trim() === '*' ? [] : [`select ${columns}`]),
  ].join(' ')
}

const clauses = new RegExp(
  String.raw`^(?:WHERE\s+(.+?))?(?:\s*GROUP\s+BY\s+(\w+(?:\s*,\s*\w+)*))?(?:\s*HAVING\s+(.+?))?` +
    String.raw`(?:\s*ORDER\s+BY\s+([\w.]+)(?:\s+(ASC|DESC))?)?(?:\s*LIMIT\s+(\d+))?$`,
  'is',
)

/** `SELECT count(*), max(E) FROM events`. */
function shown(aggregates: readonly string[], stream: string): string {
  return `show ${aggregates.map((each) => `${aggregate(each, ` of ${stream}`, stream)}`).join(', ')}`
}

/** `: n = count(), sum_E = sum(E)`. */
function measures(aggregates: readonly string[]): string {
  if (aggregates.length === 0) return ''
  const named = aggregates.map((each) => `${nameOf(each)} = ${aggregate(each, '', '')}`)
  return `: ${named.join(', ')}`
}

function nameOf(item: string): string {
  const [, alias] = /\sas\s+(\w+)$/i.exec(item) ?? []
  return alias ?? (/\*/.test(item) ? 'n' : item.replaceAll(/\W+/g, '_').replace(/_$/, '').toLowerCase())
}

function aggregate(item: string, ofStream: string, counted: string): string {
  const [, name = '', value = ''] = /^(\w+)\(\s*(.*?)\s*\)/.exec(item) ?? []
  const fn = name.toLowerCase() === 'avg' ? 'mean' : name.toLowerCase()
  return fn === 'count' ? `count(${counted})` : `${fn}(${value}${ofStream})`
}

/** A condition of SQL in the words of the language. */
function condition(text: string): string {
  return text
    .trim()
    .replaceAll(/\b(?:AND|OR|NOT|IN)\b/g, (word) => word.toLowerCase())
    .replaceAll('<>', '!=')
    .replaceAll(/(?<![<>=!])=(?!=)/g, '==')
}
