import type * as ast from '../ir/ast.ts'
import { meantBy } from '../ir/meant.ts'
import type { Column, ListType, Scalar, Schema, Type, Unit } from '../ir/types.ts'
import { isSameDimension, isUnitName, multiplyUnits, powerOfUnit, pure, unitNames, unitText } from '../ir/units.ts'
import type { Stream } from '../check/bound.ts'
import { refuse } from '../check/refusal.ts'
import { cut, type Scope } from '../check/scope.ts'
import { typeWord } from '../check/wording.ts'
import { stream, type Verb } from './verb.ts'

export const units: Verb<'units'> = {
  name: 'units',
  doc: 'Says which unit the numbers of a column are in, right after the path; `t: ns` makes a table a stream of events.',
  example: 'from "run_1.parquet" units E: MeV, x: mm, y: mm, z: mm',
  apply({ units: declarations, span }, input, scope) {
    if (input.plan.op === 'scan') return stream(declared(input, declarations, scope))
    const why = '`units` says what is in a file, so it stands right after the path.'
    return refuse(scope, 'S124', { span, facts: { why } })
  },
}

/** Whether the time of events is declared: `units t: ns`. */
export function declaresTime(declarations: readonly ast.UnitDeclaration[]): boolean {
  return declarations.some(({ path, unit }) => {
    const [name, more] = path
    const [factor, ...others] = unit
    const isNanosecond = factor?.name.text === 'ns' && factor.power === 1 && others.length === 0
    return name?.text === 't' && more === undefined && isNanosecond
  })
}

function declared(input: Stream, declarations: readonly ast.UnitDeclaration[], scope: Scope): Stream {
  if (input.plan.op !== 'scan') throw new Error('units are declared of a dataset')
  const schema = declarations.reduce(
    (known, declaration) => withUnit(known, declaration, { input, scope }),
    input.plan.schema,
  )
  return { ...input, plan: { ...input.plan, schema } }
}

interface At {
  readonly input: Stream
  readonly scope: Scope
}

function withUnit(schema: Schema, declaration: ast.UnitDeclaration, { input, scope }: At): Schema {
  const unit = unitOf(declaration, scope)
  const name = declaration.path.map(({ text }) => text).join('.')
  const owner = schema.columns.find((each) => each.name === name || isElement(name, each))
  if (owner === undefined) return unknownColumn(schema, declaration, { input, scope })
  const type = retyped(owner, { name, unit, declaration, scope })
  return { ...schema, columns: schema.columns.map((each) => (each === owner ? { ...each, type } : each)) }
}

/** `hits.time` of the list `hits`. */
function isElement(name: string, { name: list, type }: Column): boolean {
  return type.kind === 'list' && name.startsWith(`${list}.`)
}

interface Declared {
  readonly name: string
  readonly unit: Unit
  readonly declaration: ast.UnitDeclaration
  readonly scope: Scope
}

function retyped({ name, type }: Column, to: Declared): Type {
  if (type.kind !== 'list') return scalarIn(type, to)
  const { element } = type
  if (element.kind !== 'record') return { kind: 'list', element: scalarIn(element, to) }
  const field = to.name.slice(name.length + 1)
  const fields = element.fields.map((each): Column => {
    if (each.name !== field || each.type.kind === 'list') return each
    return { ...each, type: scalarIn(each.type, to) }
  })
  const list: ListType = { kind: 'list', element: { kind: 'record', fields } }
  return list
}

function scalarIn(type: Scalar, { name, unit, declaration, scope }: Declared): Scalar {
  if (type.kind === 'number') return { ...type, unit }
  if (type.kind === 'instant' && isSameDimension(unit, [{ name: 'ns', power: 1 }])) return type
  const facts = { column: name, has: typeWord(type), declared: unitText(unit) ?? 'a pure number' }
  return refuse(scope, 'S131', { span: declaration.span, facts })
}

function unitOf({ unit }: ast.UnitDeclaration, scope: Scope): Unit {
  return unit.reduce<Unit>((product, { name, power }) => {
    if (isUnitName(name.text)) return multiplyUnits(product, powerOfUnit([{ name: name.text, power: 1 }], power))
    const facts = { name: name.text, span: name.span, meant: meantBy(name.text, unitNames) }
    return refuse(scope, 'S105', { span: name.span, facts })
  }, pure)
}

function unknownColumn(schema: Schema, { path }: ast.UnitDeclaration, { input, scope }: At): never {
  const [first, last] = [path[0], path.at(-1)]
  if (first === undefined || last === undefined) throw new Error('a path has a name')
  const span = { start: first.span.start, end: last.span.end }
  const columns = schema.columns.map(({ name }) => name)
  const name = cut(scope, span)
  const meant = meantBy(name, columns)
  return refuse(scope, 'S102', {
    span,
    facts: { name, span, of: input.label, meant: meant === null ? null : { name: meant, about: '' }, columns },
  })
}
