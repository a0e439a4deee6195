import type { File, Group } from 'h5wasm/node'
import { RuntimeError } from '../errors.ts'

type Library = typeof import('h5wasm/node')

/** What h5wasm's module offers and its types leave out. */
interface ErrorHandling {
  activate_throwing_error_handler(): number
}

export type Hdf5Values = Exclude<NodeJS.TypedArray, Uint8ClampedArray> | Float64Array

/** A new HDF5 file. Every failure is a RuntimeError D007 that names it. */
export class Hdf5Target {
  readonly #path: string
  readonly #library: Library
  readonly #file: File
  #open = true

  constructor(path: string, library: Library, file: File) {
    this.#path = path
    this.#library = library
    this.#file = file
  }

  group(name: string): void {
    this.#guarded(() => this.#file.create_group(name))
  }

  /**
   * An empty dataset that grows, in chunks, compressed.
   *
   * @param dtype as NumPy writes it, `<f`
   * @param width second extent; null for shape [rows]
   */
  growing(path: string, { dtype, chunkRows, width }: Growing): void {
    const extent = (rows: number): number[] => (width === null ? [rows] : [rows, width])
    this.#guarded(() => {
      const { parent, name } = this.#place(path)
      const data: number[] = []
      const maxshape = (width === null ? [null] : [null, width]) as unknown as number[]
      const chunks = extent(chunkRows)
      parent.create_dataset({
        name,
        data,
        shape: extent(0),
        maxshape,
        chunks,
        dtype,
        compression: 'gzip',
        compression_opts: [1],
      })
    })
  }

  /** Adds values behind the first `rows` rows. */
  append(
    path: string,
    values: Hdf5Values,
    { rows, width }: { readonly rows: number; readonly width: number | null },
  ): void {
    this.#guarded(() => {
      const dataset = this.#file.get(path)
      if (!(dataset instanceof this.#library.Dataset)) throw new Error(`there is no dataset ${path}`)
      const end = rows + values.length / (width ?? 1)
      dataset.resize(width === null ? [end] : [end, width])
      dataset.write_slice(
        width === null
          ? [[rows, end]]
          : [
              [rows, end],
              [0, width],
            ],
        values,
      )
    })
  }

  /** Texts of variable length, all at once. */
  texts(path: string, texts: string[]): void {
    this.#guarded(() => {
      const { parent, name } = this.#place(path)
      parent.create_dataset({ name, data: texts, shape: [texts.length], dtype: 'S' })
    })
  }

  /** One text, a dataset without dimensions. */
  text(path: string, text: string): void {
    this.#guarded(() => this.#file.create_dataset({ name: path, data: text, shape: [], dtype: 'S' }))
  }

  attribute(path: string, name: string, text: string): void {
    this.#guarded(() => {
      const entity = path === '/' ? this.#file : this.#file.get(path)
      if (entity instanceof this.#library.Dataset || entity instanceof this.#library.Group) {
        entity.create_attribute(name, text, [], 'S')
      }
    })
  }

  close(): void {
    this.#open = false
    this.#guarded(() => this.#file.close())
  }

  /** Closes the file after a failure, which may well come up once more. */
  abandon(): void {
    if (!this.#open) return
    this.#open = false
    try {
      this.#file.close()
    } catch {
      // The failure that led here is the one to tell.
    }
  }

  #place(path: string): { readonly parent: Group; readonly name: string } {
    const at = path.lastIndexOf('/')
    const parent = at < 0 ? this.#file : this.#file.get(path.slice(0, at))
    if (!(parent instanceof this.#library.Group)) throw new Error(`there is no group for ${path}`)
    return { parent, name: path.slice(at + 1) }
  }

  #guarded<T>(work: () => T): T {
    try {
      return atOneTime(work)
    } catch (error) {
      throw unwritable(this.#path, error)
    }
  }
}

/**
 * Runs the library with the clock stopped: it notes in each dataset when it was changed, and offers no way to leave that
 * out. The same rows are to give the same bytes. Nothing else runs meanwhile, since the library does not wait.
 */
function atOneTime<T>(work: () => T): T {
  const { now } = Date
  Date.now = () => 0
  try {
    return work()
  } finally {
    Date.now = now
  }
}

interface Growing {
  readonly dtype: string
  readonly chunkRows: number
  readonly width: number | null
}

export async function openHdf5Target(path: string): Promise<Hdf5Target> {
  const library = await import('h5wasm/node')
  const module = await library.ready
  ;(module as typeof module & ErrorHandling).activate_throwing_error_handler()
  try {
    const file = atOneTime(() => new library.File(path, 'w'))
    if (file.file_id < 0n) throw new Error('the HDF5 library cannot create it')
    return new Hdf5Target(path, library, file)
  } catch (error) {
    throw unwritable(path, error)
  }
}

const reasons: readonly (readonly [RegExp, string])[] = [
  [/No space left on device|errno = (28|51)\b/, 'the disk is full'],
  [/quota/i, 'your quota is used up'],
  [/Permission denied|errno = 2\b.*denied/, 'permission denied'],
  [/No such file or directory/, 'its folder does not exist'],
]

function unwritable(path: string, cause: unknown): RuntimeError {
  const text = cause instanceof Error ? cause.message : String(cause)
  const known = reasons.find(([pattern]) => pattern.test(text))?.[1]
  const first = /^ *#\d+: .*? in \w+\(\): (.*)$/m.exec(text)?.[1] ?? text.split('\n')[0]
  return new RuntimeError('D007', `\`${path}\` cannot be written: ${known ?? first}.`, { cause })
}
