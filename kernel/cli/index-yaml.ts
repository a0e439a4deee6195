import { parseDocument } from 'yaml'

/** A text that is no YAML, or not of this shape. */
export class YamlMistake extends Error {}

/** The plain value of a YAML text. @throws YamlMistake with line and column */
export function readYaml(text: string): unknown {
  const document = parseDocument(text, { prettyErrors: true })
  const [mistake] = document.errors
  if (mistake !== undefined) throw new YamlMistake(mistake.message.trim())
  return document.toJS() as unknown
}
