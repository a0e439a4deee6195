import { statSync } from 'node:fs'
import { assemble } from '../index/assemble.ts'
import { findFiles } from '../index/find.ts'
import type { Inspection, InspectRequest } from '../index/inspect.ts'
import { placeOf } from '../index/place.ts'
import type { OpenRequest } from '../ports/backend.ts'
import type { Dataset } from '../ports/dataset.ts'
import type { Cancel } from '../ports/format.ts'
import { interrupted } from './cancel-words.ts'
import type { LocalJobs } from './jobs.ts'
import type { Pool } from './pool.ts'
import type { Run } from './run.ts'

/** Opens datasets: their files are inspected in worker threads, each file once until it changes. */
export class Inspector {
  readonly #pool: Pool<LocalJobs>
  readonly #known = new Map<string, Inspection>()

  constructor(pool: Pool<LocalJobs>) {
    this.#pool = pool
  }

  /** @throws RuntimeError D001 to D008, that of the first file with a fault; R001 when `signal` aborts */
  async open({ path, folder, timeDeclared }: OpenRequest, signal: AbortSignal): Promise<Dataset> {
    const { tree, ...place } = placeOf(path, folder)
    const cancel = cancelBy(signal)
    cancel.throwIfAborted()
    const files = await findFiles({ tree, ...place }, cancel)
    await using run = this.#pool.begin(signal)
    const started = files.map((file) => this.#inspect({ path: file, tree, timeDeclared }, run))
    // After the first fault nobody waits for the rest, which the run cancels.
    for (const inspection of started) inspection.catch(() => {})
    const inspections: Inspection[] = []
    for (const inspection of started) inspections.push(await inspection)
    return assemble(inspections, { key: timeDeclared ? `${path} (t: ns)` : path, path, folder })
  }

  async #inspect(request: InspectRequest, run: Run<LocalJobs>): Promise<Inspection> {
    const key = identityOf(request)
    const known = this.#known.get(key)
    if (known !== undefined) return known
    const inspection = await run.submit('inspect', request)
    // A file that is written while it is read would be known by what it was before.
    if (identityOf(request) === key) this.#known.set(key, inspection)
    return inspection
  }
}

function identityOf({ path, tree, timeDeclared }: InspectRequest): string {
  const status = statSync(path, { throwIfNoEntry: false })
  return JSON.stringify([path, tree, timeDeclared, status?.size, status?.mtimeMs, status?.ino])
}

function cancelBy(signal: AbortSignal): Cancel {
  return {
    get aborted() {
      return signal.aborted
    },
    throwIfAborted() {
      if (signal.aborted) throw interrupted()
    },
  }
}
