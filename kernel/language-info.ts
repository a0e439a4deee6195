import type { LanguageInfo } from './interpreter.ts'
import { projectVersion } from './version.ts'

/** How the kernel introduces itself. */
export function languageInfo(): LanguageInfo {
  const version = projectVersion()
  return {
    banner: `Sift ${version}: rare events by cuts and time windows. Begin with \`from "…"\`; \`describe "…"\` shows what files hold.`,
    implementationVersion: version,
    language: {
      name: 'sift',
      version,
      mimetype: 'text/x-sift',
      file_extension: '.sift',
      pygments_lexer: 'text',
      codemirror_mode: 'sift',
      nbconvert_exporter: 'script',
    },
    helpLinks: [],
  }
}
