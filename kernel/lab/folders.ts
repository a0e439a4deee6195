import { mkdirSync, writeFileSync } from 'node:fs'
import path from 'node:path'
import { installKernel } from '../install.ts'

/** Where JupyterLab keeps what it keeps: below `.sift/jupyter` of the folder that it shows, nothing among the user's own files. */
export interface LabFolders {
  /** The Python environment that it runs in. */
  readonly environment: string
  readonly prefix: string
  readonly config: string
  readonly data: string
  readonly runtime: string
  readonly ipython: string
}

export function labFolders(root: string, environment: string): LabFolders {
  const prefix = path.join(root, '.sift', 'jupyter')
  const below = (name: string): string => path.join(prefix, name)
  return {
    environment,
    prefix,
    config: below('config'),
    data: below('data'),
    runtime: below('runtime'),
    ipython: below('ipython'),
  }
}

/** Makes the folders and installs the kernel into them. @throws InstallError */
export function prepareLab(folders: LabFolders, node: string): void {
  const { environment, prefix, config, data, runtime, ipython } = folders
  const labConfig = path.join(config, 'labconfig')
  for (const folder of [labConfig, data, ipython]) mkdirSync(folder, { recursive: true })
  // It holds the token.
  mkdirSync(runtime, { recursive: true, mode: 0o700 })
  // JupyterLab would ask for news from the network at its first start.
  const page = { disabledExtensions: { '@jupyterlab/apputils-extension:announcements': true } }
  writeFileSync(path.join(labConfig, 'page_config.json'), `${JSON.stringify(page, null, 2)}\n`)
  // JupyterLab starts a CommonJS program of its own, whose type Node would take from this project's package.json.
  writeFileSync(path.join(environment, 'package.json'), '{ "type": "commonjs" }\n')
  installKernel({ kind: 'prefix', prefix }, node)
}

/** The environment of a Jupyter that knows our folders and no other settings of the user's. */
export function labEnvironment(folders: LabFolders, token: string, env: NodeJS.ProcessEnv): NodeJS.ProcessEnv {
  const kept = Object.entries(env).filter(([name]) => !/^(JUPYTER|PYTHON(PATH|HOME|STARTUP)|VIRTUAL_ENV)/.test(name))
  return {
    ...Object.fromEntries(kept),
    PYTHONNOUSERSITE: '1',
    IPYTHONDIR: folders.ipython,
    JUPYTER_PATH: path.join(folders.prefix, 'share', 'jupyter'),
    JUPYTER_CONFIG_DIR: folders.config,
    JUPYTER_DATA_DIR: folders.data,
    JUPYTER_RUNTIME_DIR: folders.runtime,
    // Given rather than made by Jupyter, which would print it.
    JUPYTER_TOKEN: token,
  }
}
