/** How the tour looks, in both color schemes, wide and narrow, and what is the same at all of its stops. */
import type { Page } from 'playwright'
import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest'
import { violations } from '../support/accessibility.ts'
import { Visitor } from './visitor.ts'

/** Workers start in their own time on a busy machine. */

let visitor: Visitor
let page: Page
let errors: string[] = []

beforeAll(async () => {
  visitor = await Visitor.arrive('observability-demo')
})

afterAll(() => visitor?.leave())

afterEach(async () => {
  expect(errors).toEqual([])
  await page.context().close()
})

async function open(options: Parameters<Visitor['newPage']>[0] = {}): Promise<void> {
  page = await visitor.newPage(options)
  errors = []
  page.on('pageerror', error => errors.push(String(error)))
  await page.goto(visitor.url)
  await page.locator('.panel').first().waitFor()
}

/** Goes to each stop in turn. */
async function atEachStop(look: (title: string) => Promise<void>): Promise<void> {
  for (const link of await page.getByRole('navigation', { name: 'Tour' }).getByRole('link').all()) {
    const title = (await link.textContent()) ?? ''
    await link.click()
    await page.getByRole('heading', { level: 2, name: title, exact: true }).waitFor()
    await look(title)
  }
}

describe.each(['light', 'dark'] as const)('in %s colors', colorScheme => {
  it.each([400, 1440])(
    `axe finds nothing at any stop in ${colorScheme} colors, %i pixels wide`,
    async width => {
      await open({ colorScheme, viewport: { width, height: 900 } })
      await atEachStop(async title => {
        const load = page.locator('#controls .primary')
        if (await load.isEnabled()) await load.click()
        expect(await violations(page), title).toEqual([])
      })
    },
    180_000,
  )
})

it('code has colors and can be copied, at each stop the code of that stop', async () => {
  await open({ permissions: ['clipboard-read', 'clipboard-write'] })
  await atEachStop(async title => {
    const code = page.locator('#source')
    expect(await code.locator('.sh__token--keyword').first().textContent(), title).toBe('import')
    const [keyword, plain] = await code.evaluate(code =>
      ['.sh__token--keyword', '.sh__token--identifier'].map(
        token => getComputedStyle(code.querySelector(token) as Element).color,
      ),
    )
    expect(keyword).not.toBe(plain)
    await page.locator('#copy').click()
    await page.locator('#copy', { hasText: 'Copied' }).waitFor()
    const copied = await page.evaluate(() => navigator.clipboard.readText())
    expect(copied).toContain('createTaskRuntime(')
    expect(copied).toBe(await code.textContent())
  })
})

it('where the clipboard is refused, the code is selected for the keyboard', async () => {
  await open()
  await page.evaluate(() => {
    navigator.clipboard.writeText = () => Promise.reject(new DOMException('Refused', 'NotAllowedError'))
  })
  await page.locator('#copy').click()
  await page.locator('#announcement', { hasText: 'Selected: press' }).waitFor({ state: 'attached' })
  expect(await page.evaluate(() => String(getSelection()))).toContain('createTaskRuntime(')
})

it('a legend explains what has been drawn, and nothing else', async () => {
  await open()
  const legend = page.locator('.legend[data-of="timeline"] li:visible')
  expect(await legend.allTextContents()).toEqual([])
  await page.getByRole('button', { name: 'Make the calls' }).click()
  await page.locator('#announcement', { hasText: '100 calls of 100 done' }).waitFor({ state: 'attached' })
  await expect.poll(() => legend.allTextContents()).toEqual(['idle worker', 'running', 'done'])
})

it('dropped, canceled and crashed have colors of their own', async () => {
  await open()
  const names = ['dropped', 'canceled', 'crash', 'done', 'ended']
  const colors = await page.evaluate(names => {
    const legend = document.createElement('ul')
    legend.className = 'legend'
    document.body.append(legend)
    return names.map(name => {
      const item = document.createElement('li')
      item.dataset.kind = name
      legend.append(item)
      return getComputedStyle(item, '::before').backgroundColor
    })
  }, names)
  expect(new Set(colors).size).toBe(names.length)
})

it('the cards of a stop have their parts in line', async () => {
  await open({ viewport: { width: 1440, height: 900 } })
  await page.goto(`${visitor.url}#crashes`)
  await page.locator('.panel[data-task="fail-task"]').waitFor()
  // Wide enough for some headings to take two lines, and for others to take one.
  await page
    .locator('.panel .standing')
    .nth(1)
    .evaluate(standing => {
      standing.textContent = 'Backing off, crashes in a row: 1'
    })
  const tops = await page
    .locator('.panel')
    .evaluateAll(panels =>
      panels.map(panel =>
        ['.figures', '.places', '.timeline', '.chart'].map(
          part => panel.querySelector(part)?.getBoundingClientRect().top,
        ),
      ),
    )
  expect(tops).toHaveLength(3)
  expect(tops[1]).toEqual(tops[0])
  expect(tops[2]).toEqual(tops[0])
})

it('buttons that would do nothing are disabled', async () => {
  await open()
  const button = (name: string) => page.getByRole('button', { name, exact: true })
  await expect.poll(() => button('Give up').isDisabled()).toBe(true)
  // The longest calls: they do not end by themselves before the click.
  await page.getByRole('slider', { name: 'Each takes' }).press('End')
  await button('Make the calls').click()
  await button('Give up').click()
  await expect.poll(() => button('Give up').isDisabled()).toBe(true)

  await page.goto(`${visitor.url}#cancellation`)
  await expect.poll(() => button('Cancel all').isDisabled()).toBe(true)
  await expect.poll(() => button('Cancel drafts').isDisabled()).toBe(true)

  await page.goto(`${visitor.url}#crashes`)
  await expect.poll(() => button('Start failed tasks').isDisabled()).toBe(true)
  await expect.poll(() => button('Crash a worker').isEnabled()).toBe(true)
  await button('Crash a worker').click()
  await expect.poll(() => button('Start failed tasks').isEnabled()).toBe(true)
})
