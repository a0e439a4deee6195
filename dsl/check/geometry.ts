import type * as ast from '../ir/ast.ts'
import type { Unit } from '../ir/types.ts'
import { isSameDimension, multiplyUnits } from '../ir/units.ts'
import { alike } from './alike.ts'
import { settled } from './constant.ts'
import { operandOf } from './operand.ts'
import { refuse } from './refusal.ts'
import { cut, type Scope } from './scope.ts'
import { callTerm, numberType, type RowRef, type Term, typeOfTerm, unitOf, type Vector } from './term.ts'
import { type Operand, typeWord } from './wording.ts'

type Call = Extract<ast.Expr, { kind: 'call' }>
type Components = readonly [Term, Term, Term]

/** Functions of points and vectors, with what they take. */
const functions: ReadonlyMap<
  string,
  { readonly operands: number; readonly apply: (call: Call, scope: Scope) => Term | Vector }
> = new Map([
  ['vec', { operands: 3, apply: vector }],
  ['dist', { operands: 2, apply: distance }],
  ['dot', { operands: 2, apply: (call, scope) => dot(...twoVectors(call, scope)) }],
  [
    'cross',
    { operands: 2, apply: (call, scope) => ({ kind: 'vector', components: cross(...twoVectors(call, scope)) }) },
  ],
  ['norm', { operands: 1, apply: (call, scope) => norm(components(call.args[0], { call, scope })) }],
  ['cross_norm', { operands: 2, apply: (call, scope) => norm(cross(...twoVectors(call, scope))) }],
])

export const geometryNames: readonly string[] = [...functions.keys()]

/** A function of points or vectors; undefined when the name is none of them. */
export function geometry(call: Call, scope: Scope): Term | Vector | undefined {
  const found = functions.get(call.name.text)
  if (found === undefined) return undefined
  const { args, span } = call
  if (args.length === found.operands) return found.apply(call, scope)
  const expected =
    found.operands === 1 ? 'one vector' : found.operands === 2 ? 'two rows or vectors' : 'three components'
  return refuse(scope, 'S119', { span, facts: { call: call.name.text, expected, found: args.length } })
}

function vector(call: Call, scope: Scope): Vector {
  const operands = call.args.map(({ value }) => operandOf(value, scope))
  const { terms } = alike(operands, scope, { purpose: (a, b) => `put ${a} and ${b} in one vector`, span: call.span })
  return { kind: 'vector', components: triple(terms.map((term) => settled(term, { scope, span: call.span }))) }
}

function triple([x, y, z]: readonly Term[]): Components {
  if (x === undefined || y === undefined || z === undefined) throw new Error('a vector has three components')
  return [x, y, z]
}

/** Distance of two rows by their columns `x`, `y`, `z`, or of two vectors. */
function distance(call: Call, scope: Scope): Term {
  const operands = call.args.flatMap((arg) => pointOf(arg, { call, scope }))
  const purpose = (a: string, b: string): string => `take the distance between ${a} and ${b}`
  const { terms, unit } = alike(operands, scope, { purpose, span: call.span })
  const numbers = terms.map((term) => settled(term, { scope, span: call.span }))
  return callTerm('dist', numbers, numberType('float64', unit))
}

interface At {
  readonly call: Call
  readonly scope: Scope
}

function pointOf({ value: expr }: ast.Arg, { call, scope }: At): readonly Operand[] {
  const value = scope.context.value(expr, scope)
  if (value.kind === 'vector') return value.components.map((term) => ({ term, expr }))
  if (value.kind !== 'row') return refuseOperand(expr, { call, scope })
  return axes.map((axis) => ({ term: coordinate(value, axis, { expr, scope }), expr }))
}

const axes = ['x', 'y', 'z']

function componentOf(object: ast.Expr, axis: string): ast.Expr {
  return { kind: 'member', object, name: { text: axis, span: object.span }, span: object.span }
}

const millimetre: Unit = [{ name: 'mm', power: 1 }]

function coordinate(
  row: RowRef,
  axis: string,
  { expr, scope }: { readonly expr: ast.Expr; readonly scope: Scope },
): Term {
  const term = scope.context.value(componentOf(expr, axis), scope)
  if (term.kind !== 'column') throw new Error(`${row.prefix}${axis} is no column`)
  const unit = unitOf(term.type)
  if (unit !== null && isSameDimension(unit, millimetre)) return term
  const of = `\`${axis}\` of \`${cut(scope, expr.span)}\``
  const found = `${of} is ${typeWord(typeOfTerm(term))}`
  const hint =
    unit === null && term.type.kind === 'number'
      ? `If it is a length, say so after the path: \`units ${axis}: mm\`.`
      : null
  return refuse(scope, 'S121', {
    span: expr.span,
    facts: { what: '`dist`', wants: '`x`, `y` and `z` as lengths', found, hint },
  })
}

function components(arg: ast.Arg | undefined, { call, scope }: At): Components {
  if (arg === undefined) throw new Error('the number of arguments is checked')
  const value = scope.context.value(arg.value, scope)
  if (value.kind === 'vector') return value.components
  if (value.kind !== 'row') return refuseOperand(arg.value, { call, scope })
  // A record of three numbers, such as a direction.
  return triple(axes.map((axis) => operandOf(componentOf(arg.value, axis), scope).term))
}

function twoVectors(call: Call, scope: Scope): readonly [Components, Components] {
  return [components(call.args[0], { call, scope }), components(call.args[1], { call, scope })]
}

function refuseOperand(expr: ast.Expr, { call, scope }: At): never {
  const isDistance = call.name.text === 'dist'
  return refuse(scope, 'S120', {
    span: expr.span,
    facts: {
      what: `\`${call.name.text}\``,
      wants: isDistance ? 'two rows, such as roles or `this`, or two vectors' : 'a vector',
      found: `\`${cut(scope, expr.span)}\``,
      hint: isDistance ? null : 'Make one: `vec(x, y, z)`.',
    },
  })
}

function times(left: Term, right: Term): Term {
  const [a, b] = [unitOf(typeOfTerm(left)), unitOf(typeOfTerm(right))]
  return callTerm(
    'multiply',
    [left, right],
    numberType('float64', a === null || b === null ? null : multiplyUnits(a, b)),
  )
}

function combine(fn: 'add' | 'subtract', left: Term, right: Term): Term {
  return callTerm(fn, [left, right], numberType('float64', unitOf(typeOfTerm(left))))
}

function dot([ax, ay, az]: Components, [bx, by, bz]: Components): Term {
  return combine('add', combine('add', times(ax, bx), times(ay, by)), times(az, bz))
}

function cross([ax, ay, az]: Components, [bx, by, bz]: Components): Components {
  return [
    combine('subtract', times(ay, bz), times(az, by)),
    combine('subtract', times(az, bx), times(ax, bz)),
    combine('subtract', times(ax, by), times(ay, bx)),
  ]
}

function norm(of: Components): Term {
  return callTerm('hypot', of, numberType('float64', unitOf(typeOfTerm(of[0]))))
}
