import { readFileSync } from 'node:fs'

/** The version of this project, as in `package.json`. */
export function projectVersion(): string {
  const description = readFileSync(new URL('../package.json', import.meta.url), 'utf8')
  return (JSON.parse(description) as { readonly version: string }).version
}
