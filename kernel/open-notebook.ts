import { assistance } from './assistance.ts'
import { withIndexCells } from './index-cells.ts'
import type { Interpreter } from './interpreter.ts'
import { languageInfo } from './language-info.ts'
import { notebookInterpreter } from './notebook.ts'
import { openSession } from './open-session.ts'

/** A notebook on this machine, with paths relative to the folder that the kernel was started in. */
export function openNotebook(): Interpreter {
  const opened = openSession({ threads: null, memoryBytes: null })
  return withIndexCells(notebookInterpreter({ info: languageInfo(), opened, assistance }))
}
