/** Fields of lists of records that are read; null where all are. */
export type ListFields = ReadonlySet<string> | null

/**
 * The fields that expressions in plain data (plans, sinks, outputs) look at in one list of records: those that reductions
 * and `hits[0].time` name. Null where the list itself is wanted, under its own or another name.
 *
 * @param isList whether a column name is that of the list
 */
export function fieldsRead(data: unknown, isList: (name: string) => boolean): ListFields {
  const usage = new Usage(isList)
  usage.visit(data)
  return usage.isWhole ? null : usage.fields
}

class Usage {
  readonly fields = new Set<string>()
  isWhole = false
  readonly #isList: (name: string) => boolean
  readonly #seen = new Set<object>()

  constructor(isList: (name: string) => boolean) {
    this.#isList = isList
  }

  visit(value: unknown): void {
    if (typeof value !== 'object' || value === null || this.#seen.has(value)) return
    this.#seen.add(value)
    if (this.#isElement(value)) this.fields.add(String(value.field))
    else if (this.#isReduction(value)) this.#reduction(value)
    else if (this.#isFilling(value)) this.#filling(value)
    else if (this.#isColumn(value)) this.isWhole = true
    else if (!this.#isPassedOn(value)) this.#parts(value)
  }

  /** The names in a sink are columns that come back as they are. */
  #parts(value: object): void {
    for (const part of Object.values(value)) {
      if (Array.isArray(part) && part.some((name) => typeof name === 'string' && this.#isList(name)))
        this.isWhole = true
      this.visit(part)
    }
  }

  #reduction(value: { readonly value?: unknown; readonly where?: unknown }): void {
    for (const part of [value.value, value.where]) {
      for (const name of elementFields(part)) this.fields.add(name)
      this.visit(part)
    }
  }

  /** A histogram of the elements. */
  #filling(value: object): void {
    const parts = Object.entries(value).filter(([key]) => key !== 'each')
    for (const [, part] of parts) {
      for (const name of elementFields(part)) this.fields.add(name)
      this.visit(part)
    }
  }

  #isFilling(value: object): boolean {
    return 'each' in value && this.#isListColumn(value.each)
  }

  #isElement(value: object): value is { readonly field: unknown } {
    return isKind(value, 'element') && 'list' in value && this.#isListColumn(value.list)
  }

  #isReduction(value: object): boolean {
    return isKind(value, 'reduce') && 'list' in value && this.#isListColumn(value.list)
  }

  #isColumn(value: object): boolean {
    return isKind(value, 'column') && this.#isListColumn(value)
  }

  /** `select` and `define` name what they pass on: `{name: 'hits', value: the column hits}`. */
  #isPassedOn(value: object): boolean {
    return 'name' in value && 'value' in value && this.#isListColumn(value.value) && nameOf(value.value) === value.name
  }

  #isListColumn(value: unknown): boolean {
    const name = nameOf(value)
    return name !== undefined && isKind(value, 'column') && isOfRow(value) && this.#isList(name)
  }
}

function isKind(value: unknown, kind: string): value is object {
  return typeof value === 'object' && value !== null && 'kind' in value && value.kind === kind
}

function isOfRow(value: object): boolean {
  return 'row' in value && value.row !== 'element'
}

function nameOf(value: unknown): string | undefined {
  const isNamed = typeof value === 'object' && value !== null && 'name' in value && typeof value.name === 'string'
  return isNamed ? (value as { readonly name: string }).name : undefined
}

function* elementFields(value: unknown): Generator<string> {
  if (typeof value !== 'object' || value === null) return
  if (isKind(value, 'column') && !isOfRow(value)) yield nameOf(value) ?? ''
  else for (const part of Object.values(value)) yield* elementFields(part)
}
