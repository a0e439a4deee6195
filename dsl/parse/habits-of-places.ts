import { isFunction } from './function-names.ts'
import { functionMeantBy } from './functions-elsewhere.ts'
import type { Habit } from './habit.ts'

const noConditional = 'There is no value by condition: a condition is a column itself, and `where` selects by it.'

/** Habits that show anywhere in a statement. */
export const placeHabits: readonly Habit[] = [
  { pattern: /\bTMath::Pi\(\)|\bstd::numbers::pi\b/g, why: 'There is no name for it.', written: () => String(Math.PI) },
  {
    pattern: /\b(?:ROOT\.)?RDataFrame\(\s*"([^"]+)"\s*,\s*"([^"]+)"\s*\)/g,
    why: 'A file is opened by `from`, its tree behind a colon.',
    written: (tree = '', file = '') => `from "${file}:${tree}"`,
  },
  {
    pattern: /\b(?:pd|pl|pq|uproot|ROOT)\.\w+\(\s*("[^"]+")\s*\)/g,
    why: 'A file is opened by `from`.',
    written: (file = '') => `from ${file}`,
  },
  {
    pattern: /\b(?:TMath::Power|std::pow|np\.power|math\.pow)\(\s*([\w.]+)\s*,\s*(\d+)\s*\)/g,
    why: 'A power is written by `^`.',
    written: (base = '', exponent = '') => `${base}^${exponent}`,
  },
  {
    pattern: /\b(?:TMath|std|ROOT::Math)::(\w+)(?=\s*\()/g,
    why: 'Functions have no namespace, and small letters.',
    written: (name = '') => functionMeantBy(name) ?? (isFunction(name) ? name : null),
  },
  {
    pattern: /\b(?:np|numpy|math|ak)\.(\w+)(?=\s*\()/g,
    why: 'Functions have no module.',
    written: (name = '') => functionMeantBy(name) ?? (isFunction(name) ? name : null),
  },
  {
    pattern: /([^\s=:,()?][^=:,()?]*?|\([^()?]*\))\s*\?(?!\?)[^?:,)]*:[^,)\n]*/g,
    why: noConditional,
    written: (condition = '') => condition,
  },
  {
    pattern: /[\w.()]+\s+if\s+(.+?)\s+else\s+[\w.()]+/g,
    why: noConditional,
    written: (condition = '') => condition,
  },
  {
    pattern: /\blike\s+(["'])%?([^"'%]*)%?\1/gi,
    why: 'Texts are equal or not, `==`, or one of a list, `in ["CD", "WP"]`; patterns are not known.',
    written: (_quote = '', part = '') => `== "${part}"`,
  },
  {
    pattern: /([\w.]+)\s*%\s*(\d[\w.]*|[A-Za-z_][\w.]*)/g,
    why: '`%` is a unit, and a remainder is a difference.',
    written: (left = '', right = '') => `(${left} - ${right} * floor(${left} / ${right}))`,
  },
  {
    pattern: /([\w.]+)\.between\(\s*([^,()]+?)\s*,\s*([^()]+?)\s*\)/g,
    why: 'A value lies `in` a range.',
    written: (name = '', low = '', high = '') => `${name} in ${low} .. ${high}`,
  },
  {
    pattern: /\bselect\s+distinct\s+(\w+(?:\s*,\s*\w+)*)/gi,
    why: 'What is different is found by groups.',
    written: (keys = '') => `group by ${keys}`,
  },
  { pattern: /\((?:float|double|int|long)\)\s*/g, why: 'Numbers need no cast.', written: () => '' },
  {
    pattern: /√\(([^()]*)\)|√([\w.]+)/g,
    why: 'A square root is `sqrt(…)`.',
    written: (inside = '', name = '') => `sqrt(${inside}${name})`,
  },
  { pattern: /\|([\w.]+)\|/g, why: 'An absolute value is `abs(…)`.', written: (name = '') => `abs(${name})` },
  {
    pattern: /\b(\w+)\.(?:count|size)\(\)/g,
    why: 'How many there are is `count(…)`.',
    written: (name = '') => `count(${name})`,
  },
  {
    pattern: /\b(\w+)\.(\w+)\.(mean|sum|min|max|std|median)\(\)/g,
    why: 'An aggregate is called with its value and stream.',
    written: (stream = '', column = '', name = '') => `${name}(${column} of ${stream})`,
  },
  {
    pattern: /\bbetween\s+([^\s()]+(?:\s[A-Za-z]+)?)\s+and\s+(?=[\d(-])/gi,
    why: 'A value lies `in` a range; `between` is a window in time.',
    written: (low = '') => `in ${low} .. `,
  },
  {
    pattern: /([\w.]+)\s+is\s+not\s+(?:null|None)\b/gi,
    why: 'Whether a value is there is asked by `exists`.',
    written: (name = '') => `${name} exists`,
  },
  {
    pattern: /([\w.]+)\s+is\s+(?:null|None)\b/gi,
    why: 'Whether a value is there is asked by `exists`.',
    written: (name = '') => `not (${name} exists)`,
  },
  { pattern: /\bis\s+not\s+(?!null|none)/gi, why: 'Two values differ by `!=`.', written: () => '!= ' },
  { pattern: /\bis\s+(?!not\b|null|none)/gi, why: 'Two values are compared by `==`.', written: () => '== ' },
  {
    pattern: /\b(?:inner\s+|left\s+)?join\s+(\w)(\w*)\s+on\s+(\w+)/gi,
    why: 'A join names the record that it adds, and its key by `by`.',
    written: (first = '', rest = '', key = '') => `join ${first} in ${first}${rest} by ${key}`,
  },
  {
    pattern: /\bcount\(\s*\*\s*\)/gi,
    why: 'Rows are counted by `count()`, those of a stream by `count(events)`.',
    written: () => 'count()',
  },
  { pattern: /\bselect\s+\*/gi, why: 'A stream has all its columns without it.', written: () => '' },
  {
    pattern: /\bin\s*\(([^()]*,[^()]*)\)/gi,
    why: 'A list stands in square brackets.',
    written: (items = '') => `in [${items}]`,
  },
  { pattern: /\s+asc\b/gi, why: 'The smallest comes first, unless `desc` follows.', written: () => '' },
  {
    pattern: /\s*;\s*\/\/(.*)/g,
    why: 'A comment begins with `#`, and statements end without a sign.',
    written: (comment = '') => ` #${comment}`,
  },
  { pattern: /\/\/(.*)/g, why: 'A comment begins with `#`.', written: (comment = '') => `#${comment}` },
  { pattern: /\/\*.*?\*\/\s?/g, why: 'A comment begins with `#` and ends with its line.', written: () => '' },
]
