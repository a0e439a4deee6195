import type { Expr } from '../ir/plan.ts'
import { mayBeMissing, schemaOf, typeOf } from '../ir/schema.ts'
import type { Column, NumberRepr, Scalar, Type, Unit } from '../ir/types.ts'
import { isPure, isSameDimension, pure, unitText } from '../ir/units.ts'
import { converted } from './alike.ts'
import type { Stream } from './bound.ts'
import { counted } from './lists.ts'
import { lower } from './lower.ts'
import { refuse } from './refusal.ts'
import { type At, frameOf } from './stream.ts'
import { type Term, unitOf } from './term.ts'
import { dimensionWord, typeWord } from './wording.ts'

/** A column of a union, and what each stream gives for it. */
export interface UnitedColumn {
  readonly column: Column
  readonly values: readonly Expr[]
}

/** The column of a name: numbers in the unit of the first stream that has it; missing in a stream that has not. */
export function unitedColumn(name: string, streams: readonly Stream[], at: At): UnitedColumn {
  const owners = streams.flatMap((stream) => {
    const column = schemaOf(stream.plan).columns.find((each) => each.name === name)
    return column === undefined ? [] : [{ column, stream }]
  })
  const [first, ...others] = owners
  if (first === undefined) throw new Error(`no stream has ${name}`)
  for (const other of others) demandAlike(first, other, at)
  const given = new Map(owners.map((owner) => [owner.stream, valueOf(owner, first.column.type, at)]))
  const type = others.reduce<Type>(
    (wide, { stream }) => wider(wide, typeOf(given.get(stream) ?? absent(wide))),
    typeOf(given.get(first.stream) ?? absent(first.column.type)),
  )
  const values = streams.map((stream) => given.get(stream) ?? absent(type))
  return { column: { name, type, missing: values.some(mayBeMissing) }, values }
}

interface Owner {
  readonly column: Column
  readonly stream: Stream
}

function absent(type: Type): Expr {
  return { kind: 'missing', type }
}

/** A stream's own column, in the unit of the type where that is another one. */
function valueOf({ column, stream }: Owner, to: Type, { scope, span }: At): Expr {
  const { name, type, missing } = column
  const plain: Expr = { kind: 'column', row: 'row', name, type, missing }
  if (type.kind !== 'number' || to.kind !== 'number') return plain
  const unit = unitOf(counted(to))
  if (unit === null) return plain
  const frame = frameOf(stream)
  const term: Term = { kind: 'column', frame, name, type: counted(type), missing, unhandled: false }
  const other = converted(term, unit)
  return other === term ? plain : lower(other, { row: frame, other: null, scope, span })
}

/** Refuses columns of one name that are not of one kind, dimension or, for lists, type. */
function demandAlike(first: Owner, other: Owner, at: At): void {
  const [a, b] = [first.column.type, other.column.type]
  const words = ({ column, stream }: Owner): string =>
    `\`${column.name}\` of \`${stream.label}\`, ${typeText(column.type)},`
  const refuseAs = (code: 'S104' | 'S137'): never =>
    refuse(at.scope, code, {
      span: at.span,
      facts: { what: `unite ${words(first)} with ${words(other).slice(0, -1)}` },
    })
  if (a.kind === 'list' || b.kind === 'list') {
    if (JSON.stringify(a) !== JSON.stringify(b)) refuseAs('S137')
    return
  }
  if (a.kind !== b.kind) refuseAs('S137')
  if (a.kind !== 'number' || b.kind !== 'number') return
  const [left, right] = [unitOf(counted(a)), unitOf(counted(b))]
  if (left === null || right === null) {
    // A unit that is not known meets a pure number, as it does in arithmetic.
    if (!isPure(left ?? right ?? pure)) refuseUnknown([first, left], [other, right], at)
  } else if (!isSameDimension(left, right)) refuseAs('S104')
}

function refuseUnknown(...[first, other, { scope, span }]: [[Owner, Unit | null], [Owner, Unit | null], At]): never {
  const [[owner], [known, unit]] = first[1] === null ? [first, other] : [other, first]
  const text = unitText(unit)
  return refuse(scope, 'S128', {
    span,
    facts: {
      column: owner.column.name,
      quantity: `\`${known.column.name}\` of \`${known.stream.label}\`, ${dimensionWord(unit)}${text === null ? '' : ` [${text}]`}`,
      unit: text ?? '…',
    },
  })
}

function typeText(type: Type): string {
  if (type.kind === 'list') return 'a list'
  const unit = type.kind === 'number' ? unitText(type.unit) : null
  return `${typeWord(counted(type))}${unit === null ? '' : ` [${unit}]`}`
}

/** The type that holds the numbers of both, of unknown unit where that of one is; other types are the same. */
function wider(left: Type, right: Type): Type {
  if (left.kind !== 'number' || right.kind !== 'number') return left
  const unit = unitOf(counted(left)) === null || unitOf(counted(right)) === null ? null : left.unit
  const wide: Scalar = { ...left, repr: left.repr === right.repr ? left.repr : widerRepr(left.repr, right.repr), unit }
  return wide
}

function widerRepr(left: NumberRepr, right: NumberRepr): NumberRepr {
  const [a, b] = [partsOf(left), partsOf(right)]
  if (a.kind === 'float' || b.kind === 'float') return 'float64'
  if (a.kind === b.kind) return a.bits >= b.bits ? left : right
  const [signed, unsigned] = a.kind === 'int' ? [a, b] : [b, a]
  const bits = Math.max(signed.bits, 2 * unsigned.bits)
  return bits === 8 || bits === 16 || bits === 32 || bits === 64 ? `int${bits}` : 'float64'
}

function partsOf(repr: NumberRepr): { readonly kind: 'float' | 'int' | 'uint'; readonly bits: number } {
  const [, kind, bits] = /^(float|int|uint)(\d+)$/.exec(repr) ?? []
  if (kind !== 'float' && kind !== 'int' && kind !== 'uint') throw new Error(`no number: ${repr}`)
  return { kind, bits: Number(bits) }
}
