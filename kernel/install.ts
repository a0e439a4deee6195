import { mkdirSync, mkdtempSync, renameSync, rmSync, writeFileSync } from 'node:fs'
import { homedir } from 'node:os'
import path from 'node:path'
import { kernelSpec } from './kernel-spec.ts'
import { logoPng, logoSvg } from './render/logo.ts'

/** Where Jupyter looks for kernels: the user's folder, that of a Python environment, or one below a prefix. */
export type InstallPlace =
  | { readonly kind: 'user' }
  | { readonly kind: 'sysPrefix' }
  | { readonly kind: 'prefix'; readonly prefix: string }

const kernelName = 'sift'

/** A place that cannot be written; the message names it and the way out. */
export class InstallError extends Error {
  override readonly name = 'InstallError'
}

/** Writes the kernelspec whole or not at all. @returns its folder @throws InstallError */
export function installKernel(place: InstallPlace, node: string): string {
  const folder = specFolder(place)
  return atPlace(folder, () => {
    mkdirSync(path.dirname(folder), { recursive: true })
    const made = mkdtempSync(`${folder}.`)
    try {
      writeFileSync(path.join(made, 'kernel.json'), `${JSON.stringify(kernelSpec(node), null, 2)}\n`)
      writeFileSync(path.join(made, 'logo-svg.svg'), logoSvg)
      for (const size of [32, 64]) writeFileSync(path.join(made, `logo-${size}x${size}.png`), logoPng(size))
      rmSync(folder, { recursive: true, force: true })
      renameSync(made, folder)
    } finally {
      rmSync(made, { recursive: true, force: true })
    }
    return folder
  })
}

/** Takes the kernelspec away again. @returns its folder @throws InstallError */
export function uninstallKernel(place: InstallPlace): string {
  const folder = specFolder(place)
  return atPlace(folder, () => {
    rmSync(folder, { recursive: true, force: true })
    return folder
  })
}

function specFolder(place: InstallPlace): string {
  return path.join(dataFolder(place), 'kernels', kernelName)
}

function dataFolder(place: InstallPlace): string {
  switch (place.kind) {
    case 'prefix':
      return path.join(path.resolve(place.prefix), 'share', 'jupyter')
    case 'sysPrefix':
      return path.join(pythonPrefix(), 'share', 'jupyter')
    case 'user':
      return userFolder()
  }
}

/** The Python environment that is active; the project's own where none is. */
function pythonPrefix(): string {
  const own = path.join(import.meta.dirname, '..', '.venv')
  return process.env['VIRTUAL_ENV'] ?? process.env['CONDA_PREFIX'] ?? own
}

/** As jupyter_core's `jupyter_data_dir`. */
function userFolder(): string {
  const { JUPYTER_DATA_DIR: chosen, XDG_DATA_HOME: dataHome, APPDATA: appData } = process.env
  if (chosen !== undefined && chosen !== '') return chosen
  if (process.platform === 'darwin') return path.join(homedir(), 'Library', 'Jupyter')
  if (process.platform === 'win32') return path.join(appData ?? homedir(), 'jupyter')
  return path.join(dataHome ?? path.join(homedir(), '.local', 'share'), 'jupyter')
}

function atPlace(folder: string, work: () => string): string {
  try {
    return work()
  } catch (cause) {
    const code = cause instanceof Error && 'code' in cause ? String(cause.code) : ''
    if (code === '') throw cause
    const message = `${folder} cannot be written (${code}); choose another place with --user, --sys-prefix or --prefix`
    throw new InstallError(message, { cause })
  }
}
