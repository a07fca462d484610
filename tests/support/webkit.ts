/** WebKitGTK for vitest's browser mode: its MiniBrowser, driven by its WebDriver, on an X server without a screen. */
import { type ChildProcess, spawn } from 'node:child_process'
import { once } from 'node:events'
import { createServer } from 'node:net'
import { defineBrowserProvider } from '@vitest/browser'
import type { BrowserProvider, BrowserProviderOption } from 'vitest/node'

/** @param driver - path of WebKitWebDriver. */
export function webkitGtk(driver: string): BrowserProviderOption {
  return defineBrowserProvider({
    name: 'webkitgtk',
    supportedBrowser: ['webkit'],
    providerFactory: () => new WebKitProvider(driver),
  })
}

/** One window, in which vitest opens its page. It has no commands: tests that need one run in other engines. */
class WebKitProvider implements BrowserProvider {
  readonly name = 'webkitgtk'
  readonly supportsParallelism = false
  readonly #driver: string
  readonly #processes: ChildProcess[] = []
  #session: Promise<string> | undefined

  constructor(driver: string) {
    this.#driver = driver
  }

  async openPage(_sessionId: string, url: string): Promise<void> {
    this.#session ??= this.#start()
    await command('POST', `${await this.#session}/url`, { url })
  }

  getCommandsContext(): Record<string, unknown> {
    return {}
  }

  async close(): Promise<void> {
    const session = await this.#session?.catch(() => undefined)
    if (session) await command('DELETE', session)
    for (const process of this.#processes.reverse()) {
      process.kill()
      if (process.exitCode === null && process.signalCode === null) await once(process, 'exit')
    }
  }

  /** The address of a new WebDriver session. */
  async #start(): Promise<string> {
    const display = await this.#display()
    const port = await freePort()
    this.#run(spawn(this.#driver, [`--port=${port}`], { env: { ...process.env, DISPLAY: display } }))
    const address = `http://127.0.0.1:${port}/session`
    const capabilities = { alwaysMatch: { browserName: 'MiniBrowser' } }
    const { sessionId } = (await untilUp(() => command('POST', address, { capabilities }))) as {
      sessionId: string
    }
    return `${address}/${sessionId}`
  }

  /** Starts an X server, which picks a free display and reports its number. */
  async #display(): Promise<string> {
    const args = ['-displayfd', '3', '-screen', '0', '1280x1024x24', '-nolisten', 'tcp']
    const server = this.#run(spawn('Xvfb', args, { stdio: ['ignore', 'ignore', 'ignore', 'pipe'] }))
    const [number] = await once(server.stdio[3] as NodeJS.ReadableStream, 'data')
    return `:${String(number).trim()}`
  }

  #run(process: ChildProcess): ChildProcess {
    this.#processes.push(process)
    return process
  }
}

async function command(method: 'POST' | 'DELETE', url: string, body?: object): Promise<unknown> {
  const response = await fetch(url, body ? { method, body: JSON.stringify(body) } : { method })
  const { value } = (await response.json()) as { value: unknown }
  if (response.ok) return value
  throw new Error(`WebKitWebDriver refused ${method} ${url}: ${JSON.stringify(value)}`)
}

/** Repeats `attempt` while the connection is refused, for up to ten seconds. */
async function untilUp<T>(attempt: () => Promise<T>): Promise<T> {
  for (let tries = 100; ; tries--) {
    try {
      return await attempt()
    } catch (error) {
      if (tries === 0 || !(error instanceof TypeError)) throw error
      await new Promise(resolve => setTimeout(resolve, 100))
    }
  }
}

async function freePort(): Promise<number> {
  const server = createServer().listen(0, '127.0.0.1')
  await once(server, 'listening')
  const { port } = server.address() as { port: number }
  server.close()
  await once(server, 'close')
  return port
}
