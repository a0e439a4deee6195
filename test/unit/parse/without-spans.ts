/** A syntax tree without its spans, and each name as its text: what two spellings of one meaning share. */
export function withoutSpans(tree: unknown): unknown {
  if (Array.isArray(tree)) return tree.map(withoutSpans)
  if (typeof tree !== 'object' || tree === null) return tree
  const { span: _, operatorSpan: __, ...rest } = tree as Record<string, unknown>
  const keys = Object.keys(rest)
  if (keys.length === 1 && typeof rest['text'] === 'string') return rest['text']
  return Object.fromEntries(keys.map((key) => [key, withoutSpans(rest[key])]))
}
