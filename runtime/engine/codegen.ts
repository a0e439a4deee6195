import type { Expr } from '../../dsl/ir/plan.ts'
import { Emitter } from './codegen-expression.ts'
import type { Columns, Fill, Kernels, PairMode, PairRequest, PairSearch, Select, Target, Terms } from './kernels.ts'

/** Loops as generated JavaScript, free of branches per row: a mispredicted branch costs more than the arithmetic. */
export const generatedKernels: Kernels = { select, fill, pairs }

/** Compiled functions by their source; arrays of other types get a function of their own, which stays monomorphic. */
const compiled = new Map<string, CompiledFunction>()
const mostCompiled = 2000

type CompiledFunction = (...args: unknown[]) => number

function select(conditions: readonly Expr[], columns: Columns, terms: Terms): Select {
  const variants = [true, false].map((isSelected) => {
    const emitter = new Emitter(columns, terms, { watchesNan: true })
    const truths = conditions.map((condition) => emitter.truth(condition))
    const body = `
let met = 0
let k = at
for (let q = start; q < end; q++) {
  const i = ${isSelected ? 'selection[q]' : 'q'}
  ${emitter.outer.join('\n  ')}
  out[k] = i
  k += ${truths.join(' & ') || '1'}
}
${emitter.leave()}
return k`
    const run = compile(['start', 'end', 'selection', 'out', 'at'], emitter, { name: 'select', body })
    return (start: number, end: number, selection: Uint32Array | null, out: Uint32Array, at: number): number =>
      run(start, end, selection, out, at, ...emitter.arguments)
  })
  return (start, end, selection, out, at) => variants[selection === null ? 1 : 0]!(start, end, selection, out, at)
}

function fill(expressions: readonly Expr[], targets: readonly Target[], columns: Columns, terms: Terms): Fill {
  const variants = [true, false].map((isSelected) => {
    const emitter = new Emitter(columns, terms)
    const stores = expressions.flatMap((expr, index) => {
      const { code, valid } = emitter.emit(expr)
      const target = targets[index]!
      const rest = target.residual === undefined ? null : emitter.rest(expr)
      return [
        `${emitter.array(target.values)}[w] = ${code}`,
        ...(rest === null ? [] : [`${emitter.array(target.residual)}[w] = ${rest}`]),
        ...(valid === null ? [] : [`${emitter.array(target.valid)}[w] = ${valid}`]),
      ]
    })
    const body = `
let w = at
for (let q = start; q < end; q++) {
  const i = ${isSelected ? 'selection[q]' : 'q'}
  ${[...emitter.outer, ...stores].join('\n  ')}
  w++
}
return w`
    const run = compile(['start', 'end', 'selection', 'at'], emitter, { name: 'fill', body })
    return (start: number, end: number, selection: Uint32Array | null, at: number): void => {
      run(start, end, selection, at, ...emitter.arguments)
    }
  })
  return (start, end, selection, at) => variants[selection === null ? 1 : 0]!(start, end, selection, at)
}

function pairs(request: PairRequest, columns: Columns, terms: Terms): PairSearch {
  const emitter = new Emitter(columns, terms, { watchesNan: true })
  const apart = request.exclusions.map((vectors) => {
    const unequal = vectors.map(
      ([row, other]) => `(${emitter.load(row, 'i').code} !== ${emitter.load(other, 'j').code})`,
    )
    return `(${unequal.join(' | ')})`
  })
  const held = request.where === null ? [] : [emitter.truth(request.where)]
  const condition = [...apart, ...held].join(' & ') || '1'
  const distance = request.times === null ? '0' : distanceCode(emitter, request.times)
  const body = `let met = 0\n${pairLoops[request.mode](emitter, condition, distance)}`
  const run = compile(['progress', 'end', 'low', 'high', 'outRow', 'outOther', 'mask'], emitter, {
    name: `pairs-${request.mode}`,
    body,
  })
  return (progress, end, ranges, out) =>
    run(progress, end, ranges.low, ranges.high, out.row, out.other, out.mask, ...emitter.arguments)
}

function distanceCode(emitter: Emitter, [row, other]: NonNullable<PairRequest['times']>): string {
  return `Math.abs(${emitter.load(other, 'j').code} - ${emitter.load(row, 'i').code})`
}

const pairLoops: { readonly [M in PairMode]: (emitter: Emitter, condition: string, distance: string) => string } = {
  each: (emitter, condition) => `
const capacity = outRow.length
let k = 0
let next = progress.next
for (let i = progress.row; i < end; i++) {
  const stop = high[i]
  let j = next < 0 ? low[i] : next
  next = -1
  if (j >= stop) continue
  ${emitter.outer.join('\n  ')}
  for (; j < stop; j++) {
    ${emitter.inner.join('\n    ')}
    outRow[k] = i
    outOther[k] = j
    k += ${condition}
    if (k === capacity) {
      progress.row = i
      progress.next = j + 1
      ${emitter.leave()}
      return k
    }
  }
}
progress.row = end
progress.next = -1
${emitter.leave()}
return k`,
  first: (emitter, condition) => oneByRow(emitter, condition, 'let j = low[i]; j < high[i]; j++'),
  last: (emitter, condition) => oneByRow(emitter, condition, 'let j = high[i] - 1; j >= low[i]; j--'),
  nearest: (emitter, condition, distance) => `
let k = 0
for (let i = progress.row; i < end; i++) {
  if (low[i] >= high[i]) continue
  ${emitter.outer.join('\n  ')}
  let best = Infinity
  outRow[k] = i
  for (let j = low[i]; j < high[i]; j++) {
    ${emitter.inner.join('\n    ')}
    const apart = ${distance}
    if ((${condition}) & (apart < best)) {
      best = apart
      outOther[k] = j
    }
  }
  k += (best < Infinity) | 0
}
progress.row = end
${emitter.leave()}
return k`,
  exists: (emitter, condition) => `
for (let i = progress.row; i < end; i++) {
  mask[i] = 0
  if (low[i] >= high[i]) continue
  ${emitter.outer.join('\n  ')}
  for (let j = low[i]; j < high[i]; j++) {
    ${emitter.inner.join('\n    ')}
    if (${condition}) {
      mask[i] = 1
      break
    }
  }
}
progress.row = end
${emitter.leave()}
return 0`,
}

function oneByRow(emitter: Emitter, condition: string, loop: string): string {
  return `
let k = 0
for (let i = progress.row; i < end; i++) {
  if (low[i] >= high[i]) continue
  ${emitter.outer.join('\n  ')}
  for (${loop}) {
    ${emitter.inner.join('\n    ')}
    if (${condition}) {
      outRow[k] = i
      outOther[k] = j
      k++
      break
    }
  }
}
progress.row = end
${emitter.leave()}
return k`
}

function compile(
  own: readonly string[],
  emitter: Emitter,
  { name, body }: { readonly name: string; readonly body: string },
): CompiledFunction {
  const kinds = emitter.arguments.map((value) => (ArrayBuffer.isView(value) ? value.constructor.name : typeof value))
  const source = `// ${kinds.join(' ')}\n${body}\n//# sourceURL=sift-${name}.js`
  const known = compiled.get(source)
  if (known !== undefined) return known
  if (compiled.size >= mostCompiled) compiled.clear()
  const made = new Function(...own, ...emitter.parameters, source) as CompiledFunction
  compiled.set(source, made)
  return made
}
