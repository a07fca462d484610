/** The devtools as a person uses them, on a page with a strict Content-Security-Policy. */
import { fileURLToPath } from 'node:url'
import { type Browser, chromium, firefox, type Page } from 'playwright'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { launchOptions, presentEngines } from '../support/engines.ts'
import { Site } from '../support/site.ts'
import type { DevtoolsPage } from './devtools/main.ts'

const STRICT = "default-src 'none'; script-src 'self' 'wasm-unsafe-eval'; worker-src 'self'"

type Opened = { devtools: DevtoolsPage; violations: string[] }

let site: Site
let server: Awaited<ReturnType<Site['serve']>>

beforeAll(async () => {
  site = await Site.build(fileURLToPath(new URL('devtools', import.meta.url)))
  server = await site.serve({ 'Content-Security-Policy': STRICT })
})

afterAll(async () => {
  await server.close()
  site.remove()
})

describe.each(presentEngines())('the devtools, in %s', engine => {
  let browser: Browser

  beforeAll(async () => {
    browser = await { chromium, firefox }[engine].launch(launchOptions(engine))
  })

  afterAll(() => browser?.close())

  /** A page on which the panel is docked. */
  async function open(viewport: { width: number; height: number }): Promise<Page> {
    const page = await browser.newPage({ viewport })
    await page.goto(server.url)
    await expect.poll(() => page.evaluate(() => 'devtools' in globalThis)).toBe(true)
    await page.evaluate(() => {
      const opened = globalThis as unknown as Opened
      opened.violations = []
      document.addEventListener('securitypolicyviolation', event =>
        opened.violations.push(event.violatedDirective),
      )
      opened.devtools.panel.toggleAttribute('docked', true)
      document.body.append(opened.devtools.panel)
    })
    return page
  }

  it(`a docked panel is opened, used and closed by keyboard under a strict policy, in ${engine}`, async () => {
    const page = await open({ width: 1_280, height: 800 })
    await page.getByRole('button', { name: 'Open Atelier devtools' }).focus()
    await page.keyboard.press('Enter')
    const calls = page.getByRole('tab', { name: 'Calls' })
    await page.getByRole('tab', { name: 'Lanes' }).focus()
    await page.keyboard.press('ArrowRight')
    await expect.poll(() => calls.getAttribute('aria-selected')).toBe('true')
    await page.evaluate(async () => {
      const { resize } = (globalThis as unknown as Opened).devtools
      await resize.with({ key: 'album' }).echo(1)
    })
    await page.getByRole('button', { name: 'echo' }).first().press('Enter')
    await page.getByRole('region', { name: 'Details' }).getByText('in the handler').waitFor()
    await page.keyboard.press('Escape')
    expect(await page.getByRole('region', { name: 'Details' }).isHidden()).toBe(true)
    await page.getByRole('button', { name: 'Close the panel' }).press('Enter')
    await page.getByRole('button', { name: 'Open Atelier devtools' }).waitFor()
    expect(await page.evaluate(() => (globalThis as unknown as Opened).violations)).toEqual([])
    await page.close()
  })

  it(`its style sheet applies under a strict policy, dark and light, in ${engine}`, async () => {
    const page = await open({ width: 1_280, height: 800 })
    await page.getByRole('button', { name: 'Open Atelier devtools' }).click()
    const colors = []
    for (const theme of ['dark', 'light']) {
      colors.push(
        await page.evaluate(theme => {
          const { panel } = (globalThis as unknown as Opened).devtools
          panel.setAttribute('theme', theme)
          const inside = panel.shadowRoot?.querySelector('.panel') as Element
          return getComputedStyle(inside).backgroundColor
        }, theme),
      )
    }
    expect(colors).toEqual(['rgb(15, 19, 24)', 'rgb(255, 255, 255)'])
    await page.close()
  })

  it(`nothing is wider than a window of 400 pixels, in ${engine}`, async () => {
    const page = await open({ width: 400, height: 800 })
    await page.getByRole('button', { name: 'Open Atelier devtools' }).click()
    await page.evaluate(async () => {
      const { resize, index } = (globalThis as unknown as Opened).devtools
      await Promise.all([resize.echo(1), index.echo(2), resize.fail('no').catch(() => {})])
    })
    for (const name of ['Tasks', 'Lanes', 'Calls', 'Crashes']) {
      await page.getByRole('tab', { name }).click()
      const tooWide = await page.evaluate(() => {
        const root = (globalThis as unknown as Opened).devtools.panel.shadowRoot as ShadowRoot
        const seen = [...root.querySelectorAll('*')].filter(each => each.checkVisibility())
        return seen.filter(each => each.getBoundingClientRect().right > 400.5).map(each => each.className)
      })
      expect(tooWide, name).toEqual([])
    }
    await page.close()
  })

  it(`lanes are dragged into the past and zoomed by the wheel, in ${engine}`, async () => {
    const page = await open({ width: 1_280, height: 800 })
    await page.getByRole('button', { name: 'Open Atelier devtools' }).click()
    await page.evaluate(() => (globalThis as unknown as Opened).devtools.resize.echo(1))
    const timeline = page.getByRole('group', { name: /^Timeline/ })
    const box = await timeline.boundingBox()
    if (!box) throw new Error('The timeline is not seen')
    const [x, y] = [box.x + box.width - 200, box.y + box.height / 2]
    await page.mouse.move(x, y)
    await page.mouse.down()
    await page.mouse.move(x + 100, y, { steps: 4 })
    await page.mouse.up()
    await page.getByRole('button', { name: 'Paused' }).waitFor()
    await page.keyboard.down('Control')
    await page.mouse.wheel(0, -100)
    await page.keyboard.up('Control')
    await expect.poll(() => page.getByLabel('Time shown').textContent()).not.toBe('10 s')
    await page.close()
  })
})
