import type { Progress } from '../../runtime/ports/backend.ts'
import type { MimeBundle } from '../interpreter.ts'
import { htmlLine, htmlTable } from '../render/html.ts'
import { type TextColumn, textTable } from '../render/text-table.ts'

/** What `sift index …` has to say. */
export interface IndexReport {
  /** Lines and tables, in their order. */
  readonly parts: readonly (string | readonly TextColumn[])[]
  /** The same for programs. */
  readonly json: Readonly<Record<string, unknown>>
  /** Whether everything is as it should be. */
  readonly good: boolean
}

/** Who is told how far an index command is. */
export interface IndexProgress {
  show(progress: Progress, elapsedMs: number): void
  /** The end of a step. */
  finish(progress: Progress, elapsedMs: number): void
  /** Of a check, so many event-data files; at its end `done` is `of`. */
  checked(done: number, of: number): void
  /** A line for people, beside the report. */
  note(text: string): void
}

const widest = 200

export function reportText({ parts }: IndexReport): string {
  const texts = parts.map((part) => (typeof part === 'string' ? part : textTable(part, widest).lines.join('\n')))
  return `${texts.join('\n')}\n`
}

export function reportJson({ json }: IndexReport): string {
  return `${JSON.stringify(json)}\n`
}

export function reportBundle(report: IndexReport): MimeBundle {
  const html = report.parts.map((part) => (typeof part === 'string' ? htmlLine(part) : htmlTable(part)))
  return { 'text/plain': reportText(report).trimEnd(), 'text/html': html.join('') }
}
