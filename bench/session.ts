/** A page in a real browser that measures one contender. */
import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { gzipSync } from 'node:zlib'
import type { Browser, CDPSession, Page } from 'playwright'
import type { ContenderName, MeasurementArguments, MeasurementName, MeasurementResult } from './page/main.ts'
import type { PoolOptions } from './page/pool.ts'
import type { Kind } from './page/streams/streamer.ts'
import type { Profiler } from './profile.ts'
import { type Site, WORKER_MARK } from './site.ts'

/** How long a page may take before it counts as hung, in milliseconds. */
const TIMEOUT_S = 30

/** Bytes, after minification and gzip, that were loaded after the page itself. */
export type Loaded = { page: number; worker: number }

export class Session {
  readonly contender: ContenderName
  readonly #site: Site
  readonly #page: Page
  readonly cdp: CDPSession
  /** Profiles the measured part only. */
  profiler: Profiler | undefined
  readonly #errors: string[] = []

  private constructor(contender: ContenderName, site: Site, page: Page, cdp: CDPSession) {
    this.contender = contender
    this.#site = site
    this.#page = page
    this.cdp = cdp
  }

  /** Opens a fresh page with an empty cache. */
  static async start(browser: Browser, site: Site, contender: ContenderName): Promise<Session> {
    const context = await browser.newContext()
    const page = await context.newPage()
    await page.addInitScript(noteWasmMemories)
    await page.goto(site.url)
    await page.waitForFunction(() => 'bench' in globalThis)
    const cdp = await context.newCDPSession(page)
    await cdp.send('HeapProfiler.enable')
    await cdp.send('Performance.enable', { timeDomain: 'threadTicks' })
    const session = new Session(contender, site, page, cdp)
    page.on('pageerror', error => session.#errors.push(String(error)))
    return session
  }

  async open(options: PoolOptions): Promise<void> {
    await this.#evaluate(([name, given]) => globalThis.bench.open(name, given), [
      this.contender,
      options,
    ] as const)
    await this.collectGarbage()
  }

  /** Measures the open pool. */
  async run<Name extends MeasurementName>(
    name: Name,
    given: MeasurementArguments<Name>,
  ): Promise<MeasurementResult<Name>> {
    const result = await this.#watched(() =>
      this.#evaluate(([measurement, args]) => globalThis.bench.run(measurement, args), [
        name,
        given,
      ] as const),
    )
    return result as MeasurementResult<Name>
  }

  /** Opens the contender's worker that streams. */
  async openStreamer(): Promise<void> {
    await this.#evaluate(name => globalThis.bench.openStreamer(name), this.contender)
    await this.collectGarbage()
  }

  /** Items per second of one stream. */
  rate(kind: Kind, count: number): Promise<number> {
    return this.#watched(() =>
      this.#evaluate(([of, items]) => globalThis.bench.rate(of, items), [kind, count] as const),
    )
  }

  /** Milliseconds to the first item of so many streams. */
  first(repeats: number): Promise<number[]> {
    return this.#watched(() => this.#evaluate(count => globalThis.bench.first(count), repeats))
  }

  async close(): Promise<void> {
    await this.#evaluate(() => globalThis.bench.close(), undefined)
  }

  /** Milliseconds from loading the contender to the first reply, and the bytes that had to be loaded for it. */
  async firstAnswer(): Promise<{ elapsed: number; loaded: Loaded }> {
    const files: string[] = []
    this.#page.on('request', request => files.push(new URL(request.url()).pathname))
    const elapsed = await this.#watched(() =>
      this.#evaluate(name => globalThis.bench.firstAnswer(name), this.contender),
    )
    const size = (wanted: string[]) =>
      wanted.reduce(
        (sum, file) => sum + gzipSync(readFileSync(join(this.#site.outDir, file)), { level: 9 }).length,
        0,
      )
    const ofWorker = (file: string) => file.includes(WORKER_MARK)
    return {
      elapsed,
      loaded: { page: size(files.filter(file => !ofWorker(file))), worker: size(files.filter(ofWorker)) },
    }
  }

  /** Bytes in use after a garbage collection: JavaScript and platform objects, and WebAssembly memories. */
  async memory(): Promise<number> {
    await this.collectGarbage()
    const heap: { usedSize: number; embedderHeapUsedSize?: number } =
      await this.cdp.send('Runtime.getHeapUsage')
    const wasm = await this.#page.evaluate(() =>
      globalThis.wasmMemories.reduce((sum, { buffer }) => sum + buffer.byteLength, 0),
    )
    return heap.usedSize + (heap.embedderHeapUsedSize ?? 0) + wasm
  }

  /** Processor time of the page's main thread so far, in milliseconds. */
  async mainThreadTime(): Promise<number> {
    const { metrics } = await this.cdp.send('Performance.getMetrics')
    const spent = metrics.find(({ name }) => name === 'TaskDuration')
    if (!spent) throw new Error('This browser does not tell how long tasks took')
    return spent.value * 1000
  }

  async collectGarbage(): Promise<void> {
    await this.cdp.send('HeapProfiler.collectGarbage')
  }

  async end(): Promise<void> {
    await this.#page.context().close()
  }

  #watched<Result>(task: () => Promise<Result>): Promise<Result> {
    return this.profiler ? this.profiler.during(task) : task()
  }

  /** @throws Error when the page throws, crashes or hangs. */
  async #evaluate<Given, Result>(
    task: (given: Given) => Result | Promise<Result>,
    given: Given,
  ): Promise<Result> {
    let timer: NodeJS.Timeout | undefined
    const tooLate = new Promise<never>((_, reject) => {
      timer = setTimeout(() => {
        const [error] = this.#errors
        reject(new Error(`no end after ${TIMEOUT_S} s${error ? ` (${error})` : ''}`))
      }, TIMEOUT_S * 1000)
    })
    try {
      return await Promise.race([this.#page.evaluate(task as never, given) as Promise<Result>, tooLate])
    } finally {
      clearTimeout(timer)
    }
  }
}

declare global {
  var bench: typeof import('./page/main.ts').bench
  var wasmMemories: WebAssembly.Memory[]
}

/** Runs in the page before its first script. */
function noteWasmMemories(): void {
  const memories: WebAssembly.Memory[] = []
  globalThis.wasmMemories = memories
  WebAssembly.Instance = class extends WebAssembly.Instance {
    constructor(module: WebAssembly.Module, imports?: WebAssembly.Imports) {
      super(module, imports)
      for (const value of Object.values(this.exports)) {
        if (value instanceof WebAssembly.Memory) memories.push(value)
      }
    }
  }
}
