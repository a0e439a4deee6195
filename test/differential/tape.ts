/**
 * Decisions read off a list of numbers: a case is made from such a list, so that fast-check can shrink it by shortening
 * the list and lowering its numbers. Where the list ends, every decision is the first, simplest one.
 */
export class Tape {
  readonly #numbers: readonly number[]
  #at = 0
  #costly = 5

  constructor(numbers: readonly number[]) {
    this.#numbers = numbers
  }

  /** Whether one more costly thing may be made. */
  spend(): boolean {
    return this.#costly-- > 0
  }

  /** A whole number in [0, count). */
  below(count: number): number {
    return (this.#numbers[this.#at++] ?? 0) % count
  }

  /** True once in `count` times. */
  once(count: number): boolean {
    return this.below(count) === count - 1
  }

  of<T>(choices: readonly T[]): T {
    const choice = choices[this.below(choices.length)]
    if (choice === undefined) throw new Error('nothing to choose from')
    return choice
  }

  many<T>(most: number, make: (at: number) => T): readonly T[] {
    return Array.from({ length: this.below(most + 1) }, (_, at) => make(at))
  }
}
