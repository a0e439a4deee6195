import type * as ast from '../ir/ast.ts'
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

/** `(a, b, d = …)`. */
export function parametersText(parameters: readonly ast.Parameter[]): string {
  return `(${parameters.map(({ name, value }) => (value === null ? name.text : `${name.text} = …`)).join(', ')})`
}

/** A name as it is written in a query: in backquotes where it must be. */
export function written(name: string, reserved: ReadonlySet<string>): string {
  return /^[A-Za-z_]\w*$/.test(name) && !reserved.has(name) ? name : `\`${name}\``
}
