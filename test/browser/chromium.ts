import { type ChildProcess, spawn } from 'node:child_process'
import { accessSync, constants, existsSync, mkdtempSync, readFileSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import path from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'

const names = ['chromium', 'chromium-browser', 'google-chrome', 'google-chrome-stable']
const pollMs = 100

/** The Chromium of this machine; null where there is none. `CHROMIUM` names another. */
export function findChromium(): string | null {
  const chosen = process.env['CHROMIUM']
  if (chosen !== undefined) return chosen
  const folders = (process.env['PATH'] ?? '').split(path.delimiter)
  return folders.flatMap((folder) => names.map((name) => path.join(folder, name))).find(isExecutable) ?? null
}

function isExecutable(file: string): boolean {
  try {
    accessSync(file, constants.X_OK)
    return true
  } catch {
    return false
  }
}

interface Answer {
  readonly id?: number
  readonly method?: string
  readonly result?: { readonly [key: string]: unknown }
  readonly error?: { readonly message: string }
}

/** A headless Chromium with one page, driven by its DevTools protocol. */
export class Chromium implements AsyncDisposable {
  readonly #child: ChildProcess
  readonly #profile: string
  readonly #socket: WebSocket
  readonly #waiting = new Map<number, (answer: Answer) => void>()
  #sent = 0

  private constructor(child: ChildProcess, profile: string, socket: WebSocket) {
    this.#child = child
    this.#profile = profile
    this.#socket = socket
    socket.addEventListener('message', ({ data }) => {
      const answer = JSON.parse(String(data)) as Answer
      if (answer.id !== undefined) this.#waiting.get(answer.id)?.(answer)
      // A page with unsaved changes asks whether to leave it.
      if (answer.method === 'Page.javascriptDialogOpening')
        void this.#send('Page.handleJavaScriptDialog', { accept: true })
    })
  }

  static async start(program: string): Promise<Chromium> {
    const profile = mkdtempSync(path.join(tmpdir(), 'sift-chromium-'))
    const flags = [
      '--headless',
      '--disable-gpu',
      '--disable-quic',
      '--no-first-run',
      '--disable-background-networking',
      '--disable-component-update',
      '--disable-sync',
      '--window-size=1200,1000',
      '--remote-debugging-port=0',
      `--user-data-dir=${profile}`,
      ...(process.getuid?.() === 0 ? ['--no-sandbox'] : []),
    ]
    const child = spawn(program, [...flags, 'about:blank'], { stdio: 'ignore', detached: true })
    const port = await written(path.join(profile, 'DevToolsActivePort'))
    const targets = (await (await fetch(`http://127.0.0.1:${port}/json/list`)).json()) as readonly {
      readonly type: string
      readonly webSocketDebuggerUrl: string
    }[]
    const page = targets.find(({ type }) => type === 'page')
    if (page === undefined) throw new Error('Chromium has no page')
    const socket = new WebSocket(page.webSocketDebuggerUrl)
    await new Promise((resolve) => socket.addEventListener('open', resolve, { once: true }))
    const chromium = new Chromium(child, profile, socket)
    await chromium.#send('Page.enable', {})
    return chromium
  }

  async open(url: string): Promise<void> {
    await this.#send('Page.navigate', { url })
  }

  /** The value of an expression in the page. */
  async value(expression: string): Promise<unknown> {
    const { result } = await this.#send('Runtime.evaluate', { expression, returnByValue: true, awaitPromise: true })
    return (result as { readonly value?: unknown } | undefined)?.value
  }

  /** Waits until an expression is true, or something that counts as true, in the page. @returns true; it throws when that does not come about */
  async until(expression: string, seconds = 45): Promise<true> {
    const end = performance.now() + seconds * 1000
    while (!(await this.value(`Boolean(${expression})`))) {
      if (performance.now() > end) throw new Error(`not within ${seconds} s: ${expression}`)
      await sleep(pollMs)
    }
    return true
  }

  /** Clicks with the mouse in the middle of the first element that a selector finds, once it is there. */
  async click(selector: string): Promise<void> {
    const element = `document.querySelector(${JSON.stringify(selector)})`
    await this.until(`${element}?.getBoundingClientRect().width > 0`)
    await this.value(`${element}.scrollIntoView({ block: 'nearest' })`)
    const place = await this.value(
      `(({ x, y, width, height }) => [x + width / 2, y + height / 2])(${element}.getBoundingClientRect())`,
    )
    const [x, y] = place as readonly [number, number]
    for (const type of ['mousePressed', 'mouseReleased']) {
      await this.#send('Input.dispatchMouseEvent', { type, x, y, button: 'left', clickCount: 1 })
    }
  }

  /** Presses and releases a key that is named as in `KeyboardEvent.key`, such as `Tab`. */
  async press(key: 'Tab' | 'Enter' | 'End' | 'ArrowRight', keyCode: number): Promise<void> {
    for (const type of ['rawKeyDown', 'keyUp'])
      await this.#send('Input.dispatchKeyEvent', { type, key, code: key, windowsVirtualKeyCode: keyCode })
  }

  async screenshot(): Promise<Buffer> {
    const { data } = await this.#send('Page.captureScreenshot', { format: 'png' })
    return Buffer.from(String(data), 'base64')
  }

  async [Symbol.asyncDispose](): Promise<void> {
    const gone = new Promise((resolve) => this.#child.once('exit', resolve))
    this.#socket.close()
    if (this.#child.pid !== undefined) process.kill(-this.#child.pid, 'SIGKILL')
    await gone
    rmSync(this.#profile, { recursive: true, force: true, maxRetries: 5, retryDelay: 200 })
  }

  async #send(method: string, params: object): Promise<NonNullable<Answer['result']>> {
    const { promise, resolve } = Promise.withResolvers<Answer>()
    const id = ++this.#sent
    this.#waiting.set(id, resolve)
    this.#socket.send(JSON.stringify({ id, method, params }))
    const { result, error } = await promise
    this.#waiting.delete(id)
    if (error !== undefined) throw new Error(`${method}: ${error.message}`)
    return result ?? {}
  }
}

/** The first line of a file, once it is written. */
async function written(file: string): Promise<string> {
  for (let waited = 0; waited < 60_000; waited += pollMs) {
    const [line = ''] = existsSync(file) ? readFileSync(file, 'utf8').split('\n') : []
    if (line !== '') return line
    await sleep(pollMs)
  }
  throw new Error(`Chromium does not start: no ${file}`)
}
