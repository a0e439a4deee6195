// Loaded into a kernel by NODE_OPTIONS: makes its worker threads misbehave on demand. A worker asks once per batch whether its
// run is cancelled; while a file of that name lies in SIFT_TEST_FAULTS, the question
//   hold      is not answered before the run is cancelled: a scan that lasts as long as a test wants
//   stubborn  is never answered: a loop that does not cooperate
//   exhaust   takes all the memory that the thread has
import { existsSync, writeFileSync } from 'node:fs'
import path from 'node:path'
import { isMainThread, threadId, workerData } from 'node:worker_threads'

const folder = process.env.SIFT_TEST_FAULTS

if (!isMainThread && folder !== undefined && workerData?.words !== undefined) {
  const load = Atomics.load
  const isThere = (name) => existsSync(path.join(folder, name))
  const pause = new Int32Array(new SharedArrayBuffer(4))
  Atomics.load = (array, index) => {
    if (array !== workerData.words) return load(array, index)
    const before = load(array, index)
    if (isThere('hold') || isThere('stubborn')) writeFileSync(path.join(folder, `at-it-${threadId}`), '')
    while (isThere('hold') && load(array, index) === before) Atomics.wait(pause, 0, 0, 5)
    while (isThere('stubborn'));
    const taken = []
    while (isThere('exhaust')) taken.push(Array.from({ length: 1e5 }, (_, at) => `${at}`))
    return load(array, index)
  }
}
