import type { Diagnostic } from '../ir/diagnostic.ts'
import { diagnose, type NameMessages } from '../ir/name-messages.ts'
import type { Span } from '../ir/span.ts'

/** A text that was parsed: spans and cut texts refer to it. */
export interface Origin {
  readonly text: string
  readonly cell: number | null
}

/**
 * The one mistake of a statement. It ends the check of the statement, and `compile` hands it on as the value that it
 * carries: nothing is ever thrown to the caller.
 */
export class Refusal extends Error {
  readonly diagnostic: Diagnostic
  readonly origin: Origin

  constructor(diagnostic: Diagnostic, origin: Origin) {
    super(diagnostic.message)
    this.diagnostic = diagnostic
    this.origin = origin
  }
}

/** Ends the check of a statement quietly: what it needs is not there yet (a file not opened, a name with a mistake). */
export class Held extends Error {}

export function refuse<Code extends keyof NameMessages>(
  { origin }: { readonly origin: Origin },
  code: Code,
  place: { readonly span: Span; readonly facts: NameMessages[Code] },
): never {
  throw new Refusal(diagnose(code, place.span, place.facts), origin)
}
