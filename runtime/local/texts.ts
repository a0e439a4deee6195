import type { Texts } from '../engine/task.ts'

/** Texts as small integers, for as long as the worker lives. */
export class TextTable implements Texts {
  readonly #ids = new Map<string, number>()
  readonly #texts: string[] = []

  idOf(text: string): number {
    const known = this.#ids.get(text)
    if (known !== undefined) return known
    const id = this.#texts.push(text) - 1
    this.#ids.set(text, id)
    return id
  }

  textOf(id: number): string {
    const text = this.#texts[id]
    if (text === undefined) throw new Error(`no text has the id ${id}`)
    return text
  }
}
