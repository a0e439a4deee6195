import { readFileSync } from 'node:fs'
import path from 'node:path'

/** The version of this project, as in `package.json`. */
export function projectVersion(): string {
  const description = readFileSync(path.join(import.meta.dirname, '..', 'package.json'), 'utf8')
  return (JSON.parse(description) as { readonly version: string }).version
}
