import { parentPort } from 'node:worker_threads'
import type { HistResult } from '../runtime/ports/backend.ts'
import { histogramParts } from './render/bundle.ts'

parentPort?.on('message', ({ id, result }: { readonly id: number; readonly result: HistResult }) => {
  void histogramParts(result).then(
    (parts) => parentPort?.postMessage({ id, parts }),
    () => parentPort?.postMessage({ id, parts: {} }),
  )
})
