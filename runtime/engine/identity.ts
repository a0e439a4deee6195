/**
 * Structural identity of plain data: two values have the same number when they are equal part by part. Data that shares
 * parts is walked once for each part, however often it stands in the whole.
 */
export class Identity {
  readonly #known = new WeakMap<object, number>()
  readonly #numbers = new Map<string, number>()

  of(value: object): number {
    const known = this.#known.get(value)
    if (known !== undefined) return known
    const text = Array.isArray(value)
      ? `[${value.map((part) => this.#part(part)).join(',')}]`
      : `{${Object.entries(value)
          .map(([name, part]) => `${JSON.stringify(name)}:${this.#part(part)}`)
          .toSorted()
          .join(',')}}`
    const number = this.#numbers.get(text) ?? this.#numbers.size
    this.#numbers.set(text, number)
    this.#known.set(value, number)
    return number
  }

  #part(value: unknown): string {
    if (typeof value === 'object' && value !== null) return `#${this.of(value)}`
    if (typeof value === 'string') return JSON.stringify(value)
    return Object.is(value, -0) ? '-0' : String(value)
  }
}
