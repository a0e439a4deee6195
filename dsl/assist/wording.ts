import type { Meaning } from '../check/bound.ts'
import type { Column, Type } from '../ir/types.ts'
import { unitText } from '../ir/units.ts'

/** `float32 [MeV]`, `instant`, `list of {time, charge}`. */
export function typeText(type: Type): string {
  switch (type.kind) {
    case 'number': {
      const unit = unitText(type.unit)
      return unit === null ? type.repr : `${type.repr} [${unit}]`
    }
    case 'bool':
    case 'text':
    case 'instant':
      return type.kind
    case 'list':
      return type.element.kind === 'record'
        ? `list of {${type.element.fields.map(({ name }) => name).join(', ')}}`
        : `list of ${typeText(type.element)}`
  }
}

export function columnText({ type, missing }: Column): string {
  return missing ? `${typeText(type)}, may be missing` : typeText(type)
}

/** `(a, b, d = 1.5 m)`. */
export function parametersText({ parameters, origin }: Extract<Meaning, { kind: 'fn' }>): string {
  const texts = parameters.map(({ name, value }) => {
    return value === null ? name.text : `${name.text} = ${origin.text.slice(value.span.start, value.span.end)}`
  })
  return `(${texts.join(', ')})`
}

/** `1 row`, `1,998,475 rows`. */
export function rowsText(rows: number): string {
  return `${rows.toString().replaceAll(/\B(?=(?:\d{3})+$)/g, ',')} ${rows === 1 ? 'row' : 'rows'}`
}

/** A name as it is written in a query: in backquotes where it must be. */
export function written(name: string, reserved: ReadonlySet<string>): string {
  return /^[A-Za-z_]\w*$/.test(name) && !reserved.has(name) ? name : `\`${name}\``
}
