import { fileURLToPath } from 'node:url'
import { type Browser, chromium, firefox } from 'playwright'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { launchOptions, presentEngines } from '../support/engines.ts'
import { readGuide } from '../support/guide.ts'
import { Site } from '../support/site.ts'
import type { Shown } from './site/main.ts'

/** The policy in the guide. */
const STRICT = /^Content-Security-Policy: (.*)$/m.exec(readGuide('bundlers-and-csp'))?.[1] ?? ''

let site: Site

beforeAll(async () => {
  site = await Site.build(fileURLToPath(new URL('site', import.meta.url)))
}, 60_000)

afterAll(() => site.remove())

describe.each(presentEngines())('under a Content-Security-Policy, in %s', { timeout: 60_000 }, engine => {
  let browser: Browser

  beforeAll(async () => {
    browser = await { chromium, firefox }[engine].launch(launchOptions(engine))
  }, 60_000)

  afterAll(() => browser?.close())

  it(`calls work under the guide's Content-Security-Policy in ${engine}, and nothing is refused`, async () => {
    expect(await visit(browser, STRICT)).toEqual({ answers: [6, 4], left: 0, violations: [] })
  })

  it(`calls work with Trusted Types in ${engine}, where the page declares where its workers come from`, async () => {
    const policy = `${STRICT}; require-trusted-types-for 'script'; trusted-types default`
    const trusted = { answers: [6, 4], left: 0, violations: [] }
    expect(await visit(browser, policy, '?trusted')).toEqual(trusted)
  })

  it(`createTaskRuntime says what is missing where wasm is forbidden, in ${engine}`, async () => {
    const { error } = await visit(browser, STRICT.replace(" 'wasm-unsafe-eval'", ''))
    expect(error?.message).toMatch(
      /^The scheduling kernel cannot be compiled.*'wasm-unsafe-eval' .*CompileError/s,
    )
  })

  it(`a call says what may be wrong where the worker is forbidden, in ${engine}`, async () => {
    const { error } = await visit(browser, STRICT.replace("worker-src 'self'", "worker-src 'none'"))
    expect(error?.name).toBe('WorkerCrashedError')
    expect(error?.message).toMatch(/Content-Security-Policy|The worker factory threw/)
  })
})

/** Returns what the page shows when it and its workers are served with this policy. */
async function visit(browser: Browser, policy: string, search = ''): Promise<Shown> {
  const server = await site.serve({ 'Content-Security-Policy': policy })
  const page = await browser.newPage()
  try {
    await page.goto(`${server.url}${search}`)
    const output = page.locator('output:not(:empty)')
    return JSON.parse((await output.textContent()) ?? '')
  } finally {
    await page.close()
    await server.close()
  }
}
