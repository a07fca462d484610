/** A visitor of the example pages: a development server, a Chromium, and a user's actions on the page of the image pipeline. */
import { fileURLToPath } from 'node:url'
import { type Browser, type BrowserContextOptions, chromium, type Download, type Page } from 'playwright'
import { createServer, type ViteDevServer } from 'vite'
import { launchOptions } from '../support/engines.ts'

/** What the page asked of the platform, recorded by wrappers that are installed before its first script. */
export type Evidence = {
  /** Buffers in the transfer lists of messages to workers and ports: bytes before, and whether they were detached after. */
  posted: { bytes: number; detached: boolean }[]
  urls: { created: number; revoked: number }
  /** The highest number of tiles in progress at one time. */
  mostStarted: number
}

export class Visitor {
  readonly #server: ViteDevServer
  readonly #browser: Browser

  private constructor(server: ViteDevServer, browser: Browser) {
    this.#server = server
    this.#browser = browser
  }

  /** @param example - the folder of the example that is opened first. */
  static async arrive(example = 'image-pipeline'): Promise<Visitor> {
    const server = await createServer({
      configFile: fileURLToPath(new URL(`../../examples/${example}/vite.config.ts`, import.meta.url)),
      logLevel: 'error',
      // An edit during a run must not reload the page.
      server: { host: '127.0.0.1', port: 0, strictPort: false, open: false, hmr: false, watch: null },
    })
    await server.listen()
    return new Visitor(server, await chromium.launch(launchOptions('chromium')))
  }

  async leave(): Promise<void> {
    await this.#browser.close()
    await this.#server.close()
  }

  get url(): string {
    const url = this.#server.resolvedUrls?.local[0]
    if (!url) throw new Error('The development server has no address')
    return url
  }

  async newPage(options: BrowserContextOptions = {}): Promise<Page> {
    const context = await this.#browser.newContext({ viewport: { width: 1280, height: 860 }, ...options })
    return context.newPage()
  }

  async open(options: BrowserContextOptions = {}): Promise<ExamplePage> {
    const page = await this.newPage(options)
    const example = new ExamplePage(page)
    await page.addInitScript(watchPlatform)
    await page.goto(this.url)
    await page.locator('#counts', { hasText: 'in flight' }).waitFor()
    return example
  }
}

export class ExamplePage {
  readonly page: Page
  /** Errors that the page has logged or has not caught. */
  readonly errors: string[] = []

  constructor(page: Page) {
    this.page = page
    page.on('pageerror', error => this.errors.push(String(error)))
    page.on('console', message => {
      if (message.type() === 'error') this.errors.push(message.text())
    })
  }

  /** All tiles, or those in one state. */
  tiles(state?: 'queued' | 'started' | 'done' | 'failed' | 'dropped' | 'canceled') {
    return this.page.locator(state ? `.tile[data-state="${state}"]` : '.tile')
  }

  tile(name: string) {
    return this.tiles().filter({ has: this.page.getByRole('heading', { name, exact: true }) })
  }

  async choose(files: { name: string; mimeType?: string; buffer: Buffer }[] | string[]): Promise<void> {
    const given = files.map(file => (typeof file === 'string' ? file : { mimeType: 'image/png', ...file }))
    await this.page.locator('#files').setInputFiles(given as string[])
  }

  /** Drags files or folders into the browser and drops them in the middle of the page. */
  async drop(files: string[]): Promise<void> {
    const session = await this.page.context().newCDPSession(this.page)
    const data = { items: [], files, dragOperationsMask: 1 }
    for (const type of ['dragEnter', 'dragOver', 'drop'] as const) {
      await session.send('Input.dispatchDragEvent', { type, x: 640, y: 430, data })
    }
  }

  async set(control: 'Longest side' | 'Pool size' | 'Limit', value: number): Promise<void> {
    await this.page.getByRole('slider', { name: control }).fill(String(value))
  }

  async select(control: 'Format' | 'When full', value: string): Promise<void> {
    await this.page.getByLabel(control).selectOption(value)
  }

  /** Resolves when no image is in progress. */
  async settled(): Promise<void> {
    await this.page.waitForFunction(
      () => !document.querySelector('.tile:is([data-state="queued"], [data-state="started"])'),
    )
  }

  async download(click: () => Promise<void>): Promise<{ name: string; bytes: Buffer }> {
    const [download] = await Promise.all([this.page.waitForEvent('download'), click()])
    return { name: download.suggestedFilename(), bytes: await contentOf(download) }
  }

  evidence(): Promise<Evidence> {
    return this.page.evaluate(() => (globalThis as unknown as { evidence: Evidence }).evidence)
  }

  /** Decodes a file in the browser. Returns its size, and the requested pixels. */
  decode(file: Uint8Array, points: [x: number, y: number][]) {
    return this.page.evaluate(
      async ({ base64, points }) => {
        const response = await fetch(`data:application/octet-stream;base64,${base64}`)
        const bitmap = await createImageBitmap(await response.blob())
        const context = new OffscreenCanvas(bitmap.width, bitmap.height).getContext('2d')
        context?.drawImage(bitmap, 0, 0)
        const pixels = points.map(([x, y]) => [...(context?.getImageData(x, y, 1, 1).data ?? [])])
        return { width: bitmap.width, height: bitmap.height, pixels }
      },
      { base64: Buffer.from(file).toString('base64'), points },
    )
  }
}

async function contentOf(download: Download): Promise<Buffer> {
  const chunks: Buffer[] = []
  for await (const chunk of await download.createReadStream()) chunks.push(chunk)
  return Buffer.concat(chunks)
}

/** Runs in the page. */
function watchPlatform(): void {
  const evidence: Evidence = { posted: [], urls: { created: 0, revoked: 0 }, mostStarted: 0 }
  Object.assign(globalThis, { evidence })

  for (const { prototype } of [Worker, MessagePort]) {
    const post: (message: unknown, options: StructuredSerializeOptions) => void = prototype.postMessage
    prototype.postMessage = function (
      message: unknown,
      options: Transferable[] | StructuredSerializeOptions = {},
    ) {
      const transfer = Array.isArray(options) ? options : (options.transfer ?? [])
      const buffers = transfer.filter(item => item instanceof ArrayBuffer)
      const sizes = buffers.map(buffer => buffer.byteLength)
      post.call(this, message, { transfer })
      buffers.forEach((buffer, index) => {
        evidence.posted.push({ bytes: sizes[index] ?? 0, detached: buffer.byteLength === 0 })
      })
    }
  }

  const { createObjectURL, revokeObjectURL } = URL
  URL.createObjectURL = source => {
    evidence.urls.created++
    return createObjectURL.call(URL, source)
  }
  URL.revokeObjectURL = url => {
    evidence.urls.revoked++
    revokeObjectURL.call(URL, url)
  }

  new MutationObserver(() => {
    const started = document.querySelectorAll('.tile[data-state="started"]').length
    evidence.mostStarted = Math.max(evidence.mostStarted, started)
  }).observe(document, { subtree: true, childList: true, attributes: true, attributeFilter: ['data-state'] })
}
