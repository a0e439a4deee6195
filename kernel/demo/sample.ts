import { spawn } from 'node:child_process'
import { existsSync } from 'node:fs'
import path from 'node:path'

const size = 'demo'

/** The generator of the sample has failed, for want of room, say. */
export class SampleFailed extends Error {
  override readonly name = 'SampleFailed'
}

/** Whether nothing of the sample is there yet, so that making it takes a while. */
export function isSampleMissing(root: string): boolean {
  return !existsSync(path.join(root, 'data', size))
}

/**
 * Makes the demonstration sample under `data/demo` unless it is there, and resolves to what was done, in a line.
 *
 * @throws SampleFailed with what the generator printed
 */
export async function makeSample(root: string, signal: AbortSignal): Promise<string> {
  const python = path.join(
    root,
    '.venv',
    ...(process.platform === 'win32' ? ['Scripts', 'python.exe'] : ['bin', 'python']),
  )
  const printed = await run(python, [path.join(root, 'test', 'data', 'make.py'), size, '--parts', 'parquet,events'], {
    cwd: root,
    signal,
  })
  const [, outcome = 'made'] = /: (.*)$/.exec(printed.trim()) ?? []
  return outcome
}

function run(
  command: string,
  args: readonly string[],
  options: { readonly cwd: string; readonly signal: AbortSignal },
): Promise<string> {
  return new Promise((resolve, reject) => {
    const child = spawn(command, args, { ...options, stdio: ['ignore', 'pipe', 'pipe'], env: withoutUserPackages() })
    const output: Buffer[] = []
    child.stdout.on('data', (chunk: Buffer) => output.push(chunk))
    child.stderr.on('data', (chunk: Buffer) => output.push(chunk))
    child.on('error', reject)
    child.on('close', (status) => {
      const text = Buffer.concat(output).toString()
      if (status === 0) resolve(text)
      else reject(new SampleFailed(`data: the sample could not be made\n${text}`))
    })
  })
}

function withoutUserPackages(): NodeJS.ProcessEnv {
  return { ...process.env, PYTHONNOUSERSITE: '1' }
}
