/** How the page of the image pipeline looks, in both color schemes, wide and narrow, and what it needs from its server. */
import { createServer as createSocket } from 'node:net'
import { fileURLToPath } from 'node:url'
import { createLogger, createServer } from 'vite'
import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest'
import { violations } from '../support/accessibility.ts'
import { type Pixel, png } from '../support/png.ts'
import { type ExamplePage, Visitor } from './visitor.ts'

const RED: Pixel = [200, 30, 20, 255]

function plain(name: string, width: number, height: number) {
  return { name, buffer: png(width, height, () => RED) }
}

const BROKEN = { name: 'broken.png', buffer: Buffer.from('This is text, whatever its name says.') }

let visitor: Visitor
let example: ExamplePage | undefined

beforeAll(async () => {
  visitor = await Visitor.arrive()
})

afterAll(() => visitor?.leave())

afterEach(async () => {
  expect(example?.errors ?? []).toEqual([])
  await example?.page.context().close()
  example = undefined
})

describe.each(['light', 'dark'] as const)('in %s colors', colorScheme => {
  it.each([400, 1440])(`axe finds nothing in ${colorScheme} colors, %i pixels wide`, async width => {
    example = await visitor.open({ colorScheme, viewport: { width, height: 900 } })
    const { page } = example
    expect(await violations(page), 'of the empty page').toEqual([])

    await page.locator('#settings').evaluate((settings: HTMLDetailsElement) => {
      settings.open = true
    })
    await example.set('Limit', 1)
    await example.choose([plain('first.png', 300, 200), BROKEN])
    await page.getByLabel('Images of the built-in set').fill('60')
    await page.getByRole('button', { name: 'Use the built-in set' }).click()
    await example.tiles('done').first().waitFor()
    expect(await violations(page), 'during a run').toEqual([])

    await page.getByRole('button', { name: 'Cancel all' }).click()
    await example.settled()
    expect(await violations(page), 'after a run').toEqual([])

    await page.getByRole('button', { name: 'Look inside' }).click()
    await page.getByRole('button', { name: 'Close the panel' }).waitFor()
    expect(await violations(page), 'with the developer tools').toEqual([])
    await page.getByRole('button', { name: 'Close the panel' }).click()

    await page.getByRole('button', { name: 'Open first.png' }).click()
    expect(await violations(page), 'of an open picture').toEqual([])
  })
})

it('the results are in sight in a window of 400 by 800 pixels', async () => {
  example = await visitor.open({ viewport: { width: 400, height: 800 } })
  await example.choose([plain('one.png', 300, 200), BROKEN])
  await example.settled()
  const top = await example.page.locator('.results').evaluate(results => results.getBoundingClientRect().top)
  expect(top).toBeLessThan(560)
})

it('the server takes the next free port, and says so, where its own is taken', async () => {
  const taken = createSocket()
  await new Promise<void>(resolve => taken.listen(0, 'localhost', resolve))
  const address = taken.address()
  const port = typeof address === 'object' && address ? address.port : 0
  const said: string[] = []
  const logger = createLogger('info')
  logger.info = text => void said.push(text)
  const server = await createServer({
    configFile: fileURLToPath(new URL('../../examples/image-pipeline/vite.config.ts', import.meta.url)),
    customLogger: logger,
    server: { port, open: false, hmr: false, watch: null },
  })
  try {
    await server.listen()
    expect(server.config.server.port).not.toBe(port)
    expect(server.resolvedUrls?.local[0]).toContain(`:${server.config.server.port}/`)
    expect(said.join('\n')).toContain(`Port ${port} is in use`)
  } finally {
    await server.close()
    taken.close()
  }
})
