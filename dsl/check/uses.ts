import type { Bound, NameUse } from './bound.ts'
import type { Scope } from './scope.ts'

/** The names that a checked statement stands on: those that it sees itself before those that functions brought along. */
export function usesOf({ context, names }: Scope): readonly NameUse[] {
  const isOwn = ({ name, bound }: NameUse): boolean => names.get(name) === bound
  return [...context.uses.filter(isOwn), ...context.uses.filter((use) => !isOwn(use))]
}

/** Whether a slider changes what a name means. */
export function isMoved({ slider, followsSlider }: Bound): boolean {
  return slider !== undefined || followsSlider === true
}
