export { execute, executeAll, executeRows, type ExecuteOptions } from './driver.ts'
export { tooLarge } from './memory.ts'
export { runTask } from './run-task.ts'
export { transferablesOf, type Part, type Work } from './work.ts'
