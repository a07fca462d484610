/** Pages that are left and come back to: no call is aborted by mistake, and no worker counts as crashed. */
import { type Browser, chromium, firefox, type Page } from 'playwright'
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from 'vitest'
import { launchOptions, presentEngines } from '../support/engines.ts'
import { readGuide } from '../support/guide.ts'
import { servedSite } from '../support/site.ts'
import { tableUnder } from '../support/table.ts'
import type { Away } from './away/main.ts'

/** Longer than the timeout of the page's task, in milliseconds. */
const AWAY_MS = 4_000

const HEADING = 'The page is away'
const site = servedSite(new URL('away', import.meta.url))

it('the guide has a row for each of these situations, and no other', () => {
  expect(tableUnder(readGuide('failures'), HEADING)).toEqual(
    ['it is hidden', 'it is frozen in the back/forward cache'].map(what => ({
      [HEADING]: what,
      'The caller gets': 'its answer',
      'The pool': 'goes on',
      Counters: '`task.success.total`',
      'Comlink alone': 'its answer',
    })),
  )
})

describe.each(presentEngines())('pages that are left, in %s', engine => {
  let browser: Browser
  let page: Page

  beforeAll(async () => {
    // Playwright turns Chromium's back/forward cache off.
    const ignoreDefaultArgs = engine === 'chromium' ? ['--disable-back-forward-cache'] : []
    browser = await { chromium, firefox }[engine].launch({ ...launchOptions(engine), ignoreDefaultArgs })
  })

  afterAll(() => browser?.close())

  beforeEach(async () => {
    page = await browser.newPage()
    await page.goto(site.url)
    await page.evaluate(async () => {
      const { away } = globalThis as unknown as { away: Away }
      await Promise.all([away.task.sleep(100), away.task.sleep(100), away.alone.echo('up')])
      away.counters.length = 0
      const end = (call: Promise<unknown>) => call.then(() => 'its answer', String)
      away.calls = [away.task.sleep(500), away.alone.sleep(500)].map(end)
      away.calls.push(end(away.task.forever()))
    })
  })

  afterEach(() => page.close())

  it.skip(
    'a page that is hidden goes on (skipped: a headless page is always visible; tests/unit/page/tasks/timeouts.test.ts has the late timers)',
  )

  it.skipIf(engine === 'firefox')(
    `a page that is frozen in the back/forward cache goes on where it was, in ${engine} (not in Firefox, which keeps no page with a Web Lock)`,
    async () => {
      await leaveAndComeBack(page)
      await expectToGoOn(page)
    },
  )

  it.skipIf(engine === 'chromium')(
    `a page that is left and come back to is a new page, whose calls work, in ${engine} (not in Chromium, which keeps the old one)`,
    async () => {
      await leaveAndComeBack(page)
      expect(
        await page.evaluate(() => {
          const { away } = globalThis as unknown as { away: Away }
          return Promise.all([away.calls.length, away.task.echo('new')])
        }),
      ).toEqual([0, 'new'])
    },
  )
})

async function leaveAndComeBack(page: Page): Promise<void> {
  await page.goto('about:blank')
  await pause(AWAY_MS)
  // Later, because the page is not there to answer once it goes.
  await page.evaluate(() => void setTimeout(() => history.back()))
  await page.waitForFunction(() => 'away' in globalThis)
}

/** Expects that earlier calls resolve, and that one which never gets a reply still times out. */
async function expectToGoOn(page: Page): Promise<void> {
  const { ends, counters } = await page.evaluate(async () => {
    const { away } = globalThis as unknown as { away: Away }
    const ends = await Promise.all(away.calls.slice(0, 2))
    const counters = away.counters.filter(name => !name.startsWith('task.dispatch'))
    return { ends: [...ends, await away.calls[2], await away.task.echo('next')], counters }
  })
  expect(ends).toEqual(['its answer', 'its answer', expect.stringContaining('AbortError'), 'next'])
  expect(counters).toEqual(['task.success.total'])
}

const pause = (ms: number) => new Promise(resolve => setTimeout(resolve, ms))
