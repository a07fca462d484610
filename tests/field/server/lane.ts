/** A browser that runs one case after the other, each on a page of its own. */
import { type Browser, chromium, firefox, type Page } from 'playwright'
import { type EngineName, launchOptions } from '../../support/engines.ts'
import type { Report } from '../page/main.ts'
import type { FieldCase } from './cases.ts'

const types = { chromium, firefox }

/** How long a case may take. Generous: it is there to catch what hangs. */
const LIMIT_MS = 20_000

/** How much later a page that does not say so itself is taken to hang. */
const SILENCE_MS = 3_000

/** How long a page may take to close. */
const CLOSE_MS = 10_000

export class Lane {
  readonly #engine: EngineName
  readonly #url: string
  #browser: Promise<Browser> | undefined

  constructor(engine: EngineName, url: string) {
    this.#engine = engine
    this.#url = url
  }

  async run({ name, isolated }: FieldCase): Promise<Report> {
    const page = await this.#newPage()
    const printed: string[] = []
    page.on('console', message => message.type() === 'error' && printed.push(message.text()))
    let report: Report | undefined
    try {
      await page.goto(`${this.#url}?case=${encodeURIComponent(name)}${isolated ? '&isolated' : ''}`)
      report = await within(LIMIT_MS + SILENCE_MS, runOn(page, name))
    } finally {
      await this.#closePage(page, report)
    }
    if (!report) return { outcome: 'hung', text: 'The page is busy for ever: it does not respond.' }
    return { ...report, text: [report.text, ...printed.map(line => `console: ${line}`)].join('\n') }
  }

  async close(): Promise<void> {
    await (await this.#browser)?.close()
  }

  /** In a new browser where the case before has brought the last one down. */
  async #newPage(): Promise<Page> {
    const browser = await this.#browser
    if (browser?.isConnected()) {
      try {
        return await pageOf(browser)
      } catch (error) {
        if (browser.isConnected()) throw error
      }
    }
    this.#browser = types[this.#engine].launch(launchOptions(this.#engine))
    return pageOf(await this.#browser)
  }

  /** What a page that spins leaves behind is not for the next case: that gets a new browser. */
  async #closePage(page: Page, report: Report | undefined): Promise<void> {
    const closing = page.context().close()
    const closed =
      report &&
      (await within(
        CLOSE_MS,
        closing.then(() => true),
      ))
    if (closed) return
    closing.catch(() => undefined)
    const browser = await this.#browser
    this.#browser = undefined
    browser?.close().catch(() => undefined)
  }
}

async function pageOf(browser: Browser): Promise<Page> {
  const context = await browser.newContext()
  return context.newPage()
}

function runOn(page: Page, name: string): Promise<Report> {
  return page.evaluate(
    ([name, limitMs]) =>
      (globalThis as unknown as { runCase(name: string, limitMs: number): Promise<Report> }).runCase(
        name,
        limitMs,
      ),
    [name, LIMIT_MS] as const,
  )
}

async function within<T>(ms: number, promise: Promise<T>): Promise<T | undefined> {
  let timer: ReturnType<typeof setTimeout> | undefined
  const late = new Promise<undefined>(resolve => {
    timer = setTimeout(() => resolve(undefined), ms)
  })
  try {
    return await Promise.race([promise, late])
  } finally {
    clearTimeout(timer)
  }
}
