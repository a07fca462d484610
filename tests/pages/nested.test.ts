/** A runtime in a dedicated worker. Each test has a browser of its own: what ends here must not meet what starts elsewhere. */
import { type Browser, chromium, firefox, type Page } from 'playwright'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { launchOptions, presentEngines } from '../support/engines.ts'
import { servedSite } from '../support/site.ts'

const site = servedSite(new URL('nested', import.meta.url))

/** In Firefox a thread with nested workers stands still now and then, also without this package. A new browser is tried then. */
const ATTEMPTS = { chromium: {}, firefox: { timeout: 20_000, retry: 4 } }

describe.each(presentEngines())('a runtime in a dedicated worker, in %s', engine => {
  let browser: Browser
  let page: Page

  beforeEach(async () => {
    browser = await { chromium, firefox }[engine].launch(launchOptions(engine))
    page = await browser.newPage()
    await page.goto(site.url)
    await page.waitForFunction(() => 'page' in globalThis)
  })

  afterEach(() => browser?.close())

  const serving = () => page.evaluate<number>('page.serving()')

  it('makes calls to workers of that worker, and moves what moves', ATTEMPTS[engine], async () => {
    expect(await page.evaluate('page.runtime.echo({ nested: [1, 2] })')).toEqual({ nested: [1, 2] })
    expect(await page.evaluate('page.runtime.sum(new Uint8Array([1, 2, 3]))')).toEqual({ sum: 6, left: 0 })
  })

  it('ends calls by their key and by their timeout', ATTEMPTS[engine], async () => {
    expect(await page.evaluate('page.runtime.canceled()')).toEqual([
      'AbortError by undefined',
      'AbortError by TimeoutError',
    ])
    expect(await page.evaluate('page.runtime.echo("again")')).toBe('again')
  })

  it('leaves no thread behind when that worker is terminated', ATTEMPTS[engine], async () => {
    await page.evaluate('page.runtime.echo("up")')
    expect(await serving()).toBeGreaterThan(0)
    await page.evaluate('page.terminate()')
    await expect.poll(serving).toBe(0)
  })

  const mayStop = engine === 'firefox'
  const why = mayStop ? ' (not in Firefox, where a thread may stand still when its nested workers end)' : ''

  it.skipIf(mayStop)(`ends calls by the crash of their worker${why}`, async () => {
    expect(await page.evaluate('page.runtime.closed()')).toBe('WorkerCrashedError by Error')
    expect(await page.evaluate('page.runtime.echo("again")')).toBe('again')
  })

  it.skipIf(mayStop)(`leaves no thread behind when it is disposed${why}`, async () => {
    await page.evaluate('page.runtime.echo("up")')
    await page.evaluate('page.runtime.dispose()')
    await expect.poll(serving).toBe(0)
  })
})
