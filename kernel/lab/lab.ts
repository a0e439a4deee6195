import { randomBytes } from 'node:crypto'
import path from 'node:path'
import type { Output } from '../output.ts'
import { labEnvironment, labFolders, prepareLab } from './folders.ts'
import { LabServer } from './server.ts'

const firstNotebook = 'notebooks/01-first-selection.ipynb'

export interface LabOptions {
  /** The folder that JupyterLab shows; its own files go below `.sift/jupyter` in it. */
  readonly root: string
  /** The Python environment that it is in. */
  readonly environment: string
  readonly output: Output
  /** Ends it. */
  readonly signal: AbortSignal
}

/** Runs JupyterLab with the Sift kernel until it ends or `signal` aborts. @returns the exit status */
export async function runLab({ root, environment, output, signal }: LabOptions): Promise<number> {
  const folders = labFolders(root, environment)
  prepareLab(folders, process.execPath)
  const token = randomBytes(24).toString('hex')
  const server = new LabServer({
    python: path.join(environment, 'bin', 'python'),
    args: labArguments(root),
    env: labEnvironment(folders, token, process.env),
    cwd: root,
    runtime: folders.runtime,
  })
  try {
    const url = await server.address(signal)
    if (url === null) return (await server.ended) ?? 1
    await output.out(`── notebooks\n\nJupyterLab: ${url}lab/tree/${firstNotebook}?token=${token}\nCtrl-C stops it.\n`)
    return (await Promise.race([server.ended, aborted(signal)])) ?? 1
  } catch (error) {
    if (!signal.aborted) throw error
    return 0
  } finally {
    await server.stop()
  }
}

function labArguments(root: string): readonly string[] {
  return [
    '-m',
    'jupyterlab',
    `--ServerApp.root_dir=${root}`,
    `--LabApp.default_url=/lab/tree/${firstNotebook}`,
    `--ServerApp.open_browser=${hasDisplay() ? 'True' : 'False'}`,
    // The next free one where it is taken.
    '--ServerApp.port=8888',
    '--ServerApp.port_retries=100',
    '--LabApp.check_for_updates_class=jupyterlab.NeverCheckForUpdate',
    '--LabApp.extension_manager=readonly',
    // Kernels listen on this machine alone, which others may share.
    '--KernelManager.transport_encryption=auto',
    ...['ServerApp', 'LabApp', 'ExtensionApp'].map((app) => `--${app}.log_level=ERROR`),
    ...(process.getuid?.() === 0 ? ['--allow-root'] : []),
  ]
}

function hasDisplay(): boolean {
  const { DISPLAY: x11, WAYLAND_DISPLAY: wayland, CI: ci } = process.env
  if (ci !== undefined) return false
  return process.platform === 'darwin' || (x11 ?? wayland ?? '') !== ''
}

/** To be stopped is how it ends well. */
function aborted(signal: AbortSignal): Promise<0> {
  return new Promise((resolve) => {
    if (signal.aborted) resolve(0)
    else signal.addEventListener('abort', () => resolve(0), { once: true })
  })
}
