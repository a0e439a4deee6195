import { fromSql } from './from-sql.ts'
import type { Habit } from './habit.ts'

/** Habits that a whole statement shows: matched from its beginning. */
export const statementHabits: readonly Habit[] = [
  {
    pattern: /^SELECT\s+(.+?)\s+FROM\s+(\w+)(\s+[^]*)?$/gi,
    why: 'A query begins with its stream; `select` comes last.',
    written: (columns = '', stream = '', rest = '') => fromSql({ columns, stream, rest }),
  },
  {
    pattern: /^(?:SELECT|INSERT|UPDATE|DELETE|CREATE|DROP)\b/g,
    why: 'A query begins with its stream: `from events where … select …`.',
    written: () => null,
  },
  {
    pattern: /^(?:import\b|from\s+[\w.]+\s+import\b|using\s+namespace\b).*/g,
    why: 'Nothing is imported: every function of the language is there.',
    written: () => '',
  },
  {
    pattern: /^(\w+)(?:\.|->)(?:Draw|Histo1D|hist|plot)\(\s*"(\w+)".*/g,
    why: 'A histogram is a stage.',
    written: (stream = '', column = '') => `from ${stream} hist ${column}`,
  },
  {
    pattern: /^(\w+)(?:\.|->)(?:Filter|query|filter)\(\s*"([^"]*)".*/g,
    why: 'A cut is a stage.',
    written: (stream = '', condition = '') => `from ${stream} where ${condition}`,
  },
  {
    pattern: /^(\w+)(?:\.|->)(?:Count|GetEntries|count)\(\s*\).*/g,
    why: 'A number is shown by `show`.',
    written: (stream = '') => `show count(${stream})`,
  },
  {
    pattern: /^(\w+)(?:\.|->)(?:Scan|Show|Display|Print|head|show)\(.*/g,
    why: 'Rows are taken by a stage.',
    written: (stream = '') => `from ${stream} take 20`,
  },
  {
    pattern: /^(\w+)\.(?:filter|where|query|cut)\(([^"']*)\)$/g,
    why: 'A cut is a stage.',
    written: (stream = '', condition = '') => `from ${stream} where ${condition}`,
  },
  {
    pattern: /^(\w+)\s*\|>?\s*(?=\w)/g,
    why: 'A query begins with `from`, and its stages follow each other without a sign.',
    written: (stream = '') => `from ${stream} `,
  },
  {
    pattern: /^\w+(?:\.|->)\w+\(/g,
    why: 'A stream has no methods; a stage follows it: `from events where … hist …`.',
    written: () => null,
  },
  {
    pattern: /^(\w+)\[(?:\1\.)?([^\]"']+)\]$/g,
    why: 'A cut is a stage.',
    written: (stream = '', condition = '') => `from ${stream} where ${condition}`,
  },
  {
    pattern: /^(\w+)\s*([-+*/])=\s*/g,
    why: 'A name is given anew by `=`.',
    written: (name = '', sign = '') => `${name} = ${name} ${sign} `,
  },
  {
    pattern: /^def\s+(\w+)\(([^)]*)\)\s*:\s*return\s+/g,
    why: 'A function is `fn name(…) = …`.',
    written: (name = '', parameters = '') => `fn ${name}(${parameters}) = `,
  },
  {
    pattern: /^(\w+)\s*=\s*lambda\s+([\w, ]+):\s*/g,
    why: 'A function is `fn name(…) = …`.',
    written: (name = '', parameters = '') => `fn ${name}(${parameters}) = `,
  },
  { pattern: /^(?:std::)?cout\s*<<\s*/g, why: 'A value is shown by `show`.', written: () => 'show ' },
  {
    pattern: /^%%?[A-Za-z]\w*[^\n]*/g,
    why: 'A cell is Sift alone: what begins with `%` is a command of a Python notebook.',
    written: () => '',
  },
  {
    pattern: /^!\s*[A-Za-z][^\n]*/g,
    why: 'A cell is Sift alone: commands of the shell belong in a terminal.',
    written: () => '',
  },
  {
    pattern: /^(?:auto|double|float|int|let|var|const)\s+(?=\w+\s*=)/g,
    why: 'A name is given by `=` alone.',
    written: () => '',
  },
  {
    pattern: /^(?:for|while|if)\b/g,
    why: 'There are no loops: a stage is applied to every row, and `where` keeps those that pass.',
    written: () => null,
  },
]
