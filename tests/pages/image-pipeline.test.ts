import { existsSync, mkdirSync, mkdtempSync, readdirSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { unzipSync } from 'fflate'
import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest'
import { type Pixel, png, pngSize } from '../support/png.ts'
import { type ExamplePage, Visitor } from './visitor.ts'

const KODAK = fileURLToPath(new URL('../../../shared/data/kodak', import.meta.url))

const RED: Pixel = [200, 30, 20, 255]
const BLUE: Pixel = [20, 40, 190, 255]

/** The left half is red, the right half blue. */
function flag(name: string, width: number, height: number) {
  return { name, buffer: png(width, height, x => (x < width / 2 ? RED : BLUE)) }
}

function flags(count: number, width: number, height: number) {
  return Array.from({ length: count }, (_, index) => flag(`flag-${index}.png`, width, height))
}

/** What resizing may change of a flat color: its library rounds down, once for each direction. */
const ROUNDING = 2

const BROKEN = { name: 'broken.png', buffer: Buffer.from('This is text, whatever its name says.') }

let visitor: Visitor
let example: ExamplePage

const folder = mkdtempSync(join(tmpdir(), 'atelier-'))
mkdirSync(join(folder, 'inner'))
for (const name of ['a.png', 'b.png', 'inner/deep.png'])
  writeFileSync(join(folder, name), flag(name, 80, 60).buffer)
writeFileSync(join(folder, 'notes.txt'), 'not an image')

beforeAll(async () => {
  visitor = await Visitor.arrive()
})

afterAll(async () => {
  rmSync(folder, { recursive: true })
  await visitor?.leave()
})

afterEach(async () => {
  expect(example.errors).toEqual([])
  await example.page.context().close()
})

it('each file that a user picks becomes a tile with a thumbnail, sizes, colors and a histogram', async () => {
  example = await visitor.open()
  await example.choose([flag('wide.png', 1200, 800), flag('tall.png', 500, 1000), flag('small.png', 60, 40)])
  await example.settled()

  expect(await example.tiles('done').count()).toBe(3)
  expect(await example.tile('wide.png').locator('.detail').textContent()).toContain('1200×800 → 640×427')
  expect(await example.tile('tall.png').locator('.detail').textContent()).toContain('500×1000 → 320×640')
  expect(await example.tile('small.png').locator('.detail').textContent()).toContain('60×40 → 60×40')
  for (const name of ['wide.png', 'tall.png', 'small.png']) {
    const tile = example.tile(name)
    const image = tile.getByRole('img', { name: `Result of ${name}` })
    const natural = await image.evaluate((image: HTMLImageElement) =>
      image.decode().then(() => image.naturalWidth),
    )
    expect(natural).toBe({ 'wide.png': 320, 'tall.png': 160, 'small.png': 60 }[name])
    const colors = await tile.getByRole('img', { name: /^Dominant colors/ }).getAttribute('aria-label')
    const swatches = [...(colors ?? '').matchAll(/#(..)(..)(..) (49|50|51) %/g)].map(([, ...channels]) =>
      channels.slice(0, 3).map(channel => Number.parseInt(channel, 16)),
    )
    swatches.sort(([one = 0], [other = 0]) => other - one)
    expect(swatches).toHaveLength(2)
    // The palette is found among colors of five bits per channel.
    for (const [index, expected] of [RED, BLUE].entries()) {
      for (const [channel, value] of (swatches[index] ?? []).entries()) {
        expect(Math.abs(value - (expected[channel] as number)), `${colors}`).toBeLessThanOrEqual(8)
      }
    }
    expect(await tile.locator('[data-channel="red"]').getAttribute('d')).toMatch(/^M0 24L.+Z$/)
  }
  const bar = example.page.getByRole('progressbar')
  expect(await bar.getAttribute('aria-valuenow')).toBe('3')
  expect(await bar.getAttribute('aria-valuetext')).toBe('3 of 3 images done')
})

it('the results come back in a ZIP archive with the pixels that the settings ask for', async () => {
  example = await visitor.open()
  await example.set('Longest side', 128)
  await example.select('Format', 'image/png')
  await example.choose([flag('one.png', 400, 300), flag('other.png', 300, 400), flag('one.png', 256, 256)])
  await example.settled()
  const { name, bytes } = await example.download(() => example.page.getByText('Download ZIP').click())

  expect(name).toBe('atelier-images.zip')
  const files = unzipSync(bytes)
  expect(Object.keys(files).sort()).toEqual(['one-2.png', 'one.png', 'other.png'])
  const sizes = Object.values(files).map(file => pngSize(file))
  expect(sizes).toContainEqual({ width: 128, height: 96 })
  expect(sizes).toContainEqual({ width: 96, height: 128 })
  expect(sizes).toContainEqual({ width: 128, height: 128 })
  for (const file of Object.values(files)) {
    const { width, pixels } = await example.decode(file, [
      [4, 50],
      [90, 50],
    ])
    for (const [index, color] of [RED, BLUE].entries()) {
      for (const [channel, value] of (pixels[index] ?? []).entries()) {
        const difference = Math.abs(value - (color[channel] as number))
        expect(difference, `of the file that is ${width} wide`).toBeLessThanOrEqual(ROUNDING)
      }
    }
  }
})

it.each([
  ['image/jpeg', 'jpg', 'JFIF'],
  ['image/webp', 'webp', 'WEBP'],
])('the results can be downloaded one by one too: %s', async (type, extension, mark) => {
  example = await visitor.open()
  await example.select('Format', type)
  await example.choose([flag('flag.png', 800, 400)])
  await example.settled()
  const { name, bytes } = await example.download(() =>
    example.page.getByRole('button', { name: 'Download flag.png' }).click(),
  )

  expect(name).toBe(`flag.${extension}`)
  expect(bytes.subarray(0, 16).toString('latin1')).toContain(mark)
  const { width, height, pixels } = await example.decode(bytes, [
    [40, 100],
    [600, 100],
  ])
  expect({ width, height }).toEqual({ width: 640, height: 320 })
  for (const [index, color] of [RED, BLUE].entries()) {
    for (const [channel, value] of (pixels[index] ?? []).entries()) {
      expect(Math.abs(value - (color[channel] as number))).toBeLessThan(8)
    }
  }
})

it('transparent pixels become white in a JPEG', async () => {
  example = await visitor.open()
  await example.select('Format', 'image/jpeg')
  await example.choose([{ name: 'hole.png', buffer: png(64, 64, x => (x < 32 ? RED : [0, 0, 0, 0])) }])
  await example.settled()
  const { bytes } = await example.download(() => example.tile('hole.png').locator('.download').click())
  const { pixels } = await example.decode(bytes, [[60, 30]])
  expect(Math.min(...(pixels[0] ?? []))).toBeGreaterThan(248)
})

it('pixels move to the workers: no buffer is copied, and none stays with the page', async () => {
  example = await visitor.open()
  await example.choose(flags(6, 800, 600))
  await example.settled()

  // Each result of 640 × 480 leaves the page twice, to be analyzed and to be encoded.
  const pixels = (await example.evidence()).posted.filter(({ bytes }) => bytes === 640 * 480 * 4)
  expect(pixels).toHaveLength(12)
  expect(pixels.every(({ detached }) => detached)).toBe(true)
  expect(await example.page.locator('#handed').textContent()).toContain(
    '14.7 MB of pixels moved from worker to',
  )
  expect(await example.page.locator('#handed').textContent()).toContain('0 B copied')
})

it('a user may pick a folder, of which only the images are taken', async () => {
  example = await visitor.open()
  await example.page.locator('#folder').setInputFiles(folder)
  await example.tiles('done').nth(2).waitFor()

  expect(await example.tiles().count()).toBe(3)
  expect(await example.page.locator('#note').textContent()).toBe('1 file skipped: no image by name.')
})

it('files may be dropped anywhere on the page, folders inside folders too', async () => {
  example = await visitor.open()
  await example.drop([folder])
  await example.tiles('done').nth(2).waitFor()

  expect(await example.tiles().count()).toBe(3)
  expect(await example.tile('deep.png').count()).toBe(1)
})

it('images may be dragged out of another page, where they are not files of a folder', async () => {
  example = await visitor.open()
  const transfer = await example.page.evaluateHandle(
    async base64 => {
      const response = await fetch(`data:image/png;base64,${base64}`)
      const transfer = new DataTransfer()
      transfer.items.add(new File([await response.blob()], 'dragged.png', { type: 'image/png' }))
      return transfer
    },
    flag('dragged.png', 80, 60).buffer.toString('base64'),
  )
  await example.page.dispatchEvent('main', 'drop', { dataTransfer: transfer })
  await example.tile('dragged.png').and(example.tiles('done')).waitFor()
})

it('a run keeps its settings, takes files that are added meanwhile, and ends when all are done', async () => {
  example = await visitor.open()
  await example.set('Limit', 2)
  await example.choose(flags(6, 1200, 900))
  await example.choose([flag('late.png', 300, 200)])
  expect(await example.page.getByRole('slider', { name: 'Limit' }).isDisabled()).toBe(true)
  await example.settled()

  expect(await example.tiles('done').count()).toBe(7)
  expect(await example.page.getByRole('slider', { name: 'Limit' }).isEnabled()).toBe(true)
  expect(await example.page.locator('#announcement').textContent()).toBe('Finished. 7 of 7 images done')
})

it('a run can be cleared while it is on, and another one starts from nothing', async () => {
  example = await visitor.open()
  await example.choose(flags(20, 800, 600))
  await example.page.getByRole('button', { name: 'Clear' }).click()
  expect(await example.tiles().count()).toBe(0)
  expect(await example.page.getByRole('heading', { name: 'Bring a folder of photographs' }).isVisible()).toBe(
    true,
  )

  await example.choose([flag('next.png', 300, 200)])
  await example.settled()
  expect(await example.tiles('done').getByRole('heading').allTextContents()).toEqual(['next.png'])
})

it('a file that is not an image says so on its own tile and stops nothing', async () => {
  example = await visitor.open()
  await example.choose([flag('before.png', 300, 200), BROKEN, flag('after.png', 300, 200)])
  await example.settled()

  expect(await example.tiles('done').count()).toBe(2)
  const tile = example.tile('broken.png')
  expect(await tile.getAttribute('data-state')).toBe('failed')
  expect(await tile.locator('.detail').textContent()).toBe(
    'broken.png is not an image that this browser can decode',
  )
  // Another attempt would end the same.
  expect(await tile.getByRole('button', { name: 'Retry broken.png' }).isVisible()).toBe(false)
  expect(await example.page.locator('#retry-all').isVisible()).toBe(false)
})

/** `shape` is drawn on 20 × 10 units. */
function drawing(name: string, shape: string) {
  const buffer = Buffer.from(`<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 20 10">${shape}</svg>`)
  return { name, mimeType: 'image/svg+xml', buffer }
}

it.each(['gone.png', 'gone.svg'])(
  'a file that has gone since it was chosen says so, and is not offered again: %s',
  async name => {
    example = await visitor.open()
    const path = join(folder, name)
    writeFileSync(path, flag(name, 300, 200).buffer)
    await example.set('Limit', 1)
    await example.page.getByLabel('Images of the built-in set').fill('3')
    await example.page.getByRole('button', { name: 'Use the built-in set' }).click()
    await example.choose([path])
    rmSync(path)
    await example.settled()

    const tile = example.tile(name)
    expect(await tile.locator('.detail').textContent()).toBe(
      `${name} has changed or gone since it was chosen`,
    )
    expect(await tile.getByRole('button', { name: `Retry ${name}` }).isVisible()).toBe(false)
  },
)

it('a drawing is shown at the size that was asked for, with HTML in it, too', async () => {
  example = await visitor.open()
  await example.select('Format', 'image/png')
  const html = '<p xmlns="http://www.w3.org/1999/xhtml">text</p>'
  await example.choose([
    drawing('red.svg', '<path fill="#c81e14" d="M0 0h20v10h-20z"/>'),
    drawing('html.svg', `<foreignObject width="20" height="10">${html}</foreignObject>`),
    drawing('broken.svg', '<path'),
  ])
  await example.settled()

  expect(await example.tiles('done').getByRole('heading').allTextContents()).toEqual(['red.svg', 'html.svg'])
  const { bytes } = await example.download(() => example.tile('red.svg').locator('.download').click())
  const { width, height, pixels } = await example.decode(bytes, [[320, 160]])
  expect({ width, height }).toEqual({ width: 640, height: 320 })
  for (const [channel, value] of (pixels[0] ?? []).entries()) {
    expect(Math.abs(value - (RED[channel] as number))).toBeLessThanOrEqual(ROUNDING)
  }
  expect(await example.tile('broken.svg').locator('.detail').textContent()).toBe(
    'broken.svg is not a drawing that this browser can read',
  )
})

it('leaving the page asks during a run, and only then', async () => {
  example = await visitor.open()
  const asks = () =>
    example.page.evaluate(() => !dispatchEvent(new Event('beforeunload', { cancelable: true })))
  expect(await asks()).toBe(false)
  await example.choose(flags(4, 1200, 900))
  expect(await asks()).toBe(true)
  await example.settled()
  await example.page.locator('#announcement', { hasText: 'Finished' }).waitFor({ state: 'attached' })
  expect(await asks()).toBe(false)
})

it('a finished picture opens at its size; arrow keys lead to the others, and Escape back to its tile', async () => {
  example = await visitor.open()
  await example.choose([flag('wide.png', 1200, 800), BROKEN, flag('tall.png', 500, 1000)])
  await example.settled()
  const { page } = example
  await page.getByRole('button', { name: 'Open wide.png' }).click()
  const dialog = page.getByRole('dialog')
  const shown = () =>
    dialog
      .getByRole('img')
      .evaluate((image: HTMLImageElement) =>
        image.decode().then(() => [image.alt, image.naturalWidth, image.naturalHeight]),
      )
  expect(await shown()).toEqual(['Result of wide.png', 640, 427])
  expect(await dialog.getByRole('heading').textContent()).toBe('wide.webp')
  await page.keyboard.press('ArrowRight')
  expect(await shown()).toEqual(['Result of tall.png', 320, 640])
  await page.keyboard.press('ArrowRight')
  expect(await shown()).toEqual(['Result of wide.png', 640, 427])
  const { name } = await example.download(() => dialog.getByRole('button', { name: 'Download' }).click())
  expect(name).toBe('wide.webp')

  await page.keyboard.press('Escape')
  await dialog.waitFor({ state: 'hidden' })
  expect(await page.evaluate(() => document.activeElement?.getAttribute('aria-label'))).toBe('Open wide.png')
  // One for each thumbnail, one for each picture that was shown, and that of the download, which is kept for a while.
  await expect.poll(async () => (await example.evidence()).urls).toEqual({ created: 6, revoked: 5 })
})

it('one image that has not started can be canceled, and the others go on', async () => {
  example = await visitor.open()
  await example.set('Limit', 2)
  await example.choose(flags(8, 1200, 900))
  await example.page.getByRole('button', { name: 'Cancel flag-7.png' }).click()
  await example.settled()

  expect(await example.tile('flag-7.png').getAttribute('data-state')).toBe('canceled')
  expect(await example.tiles('done').count()).toBe(7)
})

it('canceling an image that is on its way frees its place, and moves the focus to its retry button', async () => {
  example = await visitor.open()
  await example.set('Limit', 1)
  await example.choose(flags(3, 2000, 1500))
  const cancel = example.page.getByRole('button', { name: 'Cancel flag-0.png' })
  await example.tile('flag-0.png').and(example.tiles('started')).waitFor()
  await cancel.focus()
  await example.page.keyboard.press('Enter')

  expect(await example.tile('flag-0.png').getAttribute('data-state')).toBe('canceled')
  const focused = await example.page.evaluate(() => document.activeElement?.getAttribute('aria-label'))
  expect(focused).toBe('Retry flag-0.png')
  await example.settled()
  expect(await example.tiles('done').count()).toBe(2)
})

it('an image shows how far it is in words and numbers, and says where it was when it was canceled', async () => {
  example = await visitor.open()
  await example.set('Pool size', 1)
  await example.set('Limit', 1)
  await example.set('Longest side', 2048)
  await example.page.evaluate(watchDetails)
  await example.choose([flag('large.png', 4000, 3000), flag('next.png', 300, 200)])
  const tile = example.tile('large.png')
  await tile.locator('.detail', { hasText: /^Decode \+ resize, [1-9]\d? %$/ }).waitFor()
  expect(await tile.locator('.steps li').allTextContents()).toEqual(['Decode + resize', 'Analyze', 'Encode'])
  await tile.getByRole('button', { name: 'Cancel large.png' }).click()

  const detail = (await tile.locator('.detail').textContent()) ?? ''
  expect(detail).toMatch(/^Canceled: Decode \+ resize, [1-9]\d? %$/)
  await example.settled()
  expect(await example.tile('next.png').getAttribute('data-state')).toBe('done')
  // A report that was on its way changes nothing any more.
  expect(await tile.locator('.detail').textContent()).toBe(detail)
  const shown = await example.page.evaluate(() => (globalThis as unknown as { details: string[] }).details)
  const parts = shown.flatMap(text => text.match(/^Decode \+ resize, (\d+) %$/)?.[1] ?? []).map(Number)
  expect(parts.length).toBeGreaterThan(1)
})

it('all images can be canceled at once, and each can be tried again', async () => {
  example = await visitor.open()
  await example.choose(flags(30, 800, 600))
  await example.page.getByRole('button', { name: 'Cancel all' }).click()

  const left = await example.tiles('done').count()
  expect(left).toBeLessThan(30)
  expect(await example.tiles('canceled').count()).toBe(30 - left)
  await example.page.getByRole('button', { name: `Retry ${30 - left}` }).click()
  await example.settled()
  expect(await example.tiles('done').count()).toBe(30)
})

it('canceling leaves nothing in any queue', async () => {
  example = await visitor.open()
  await example.choose(flags(20, 800, 600))
  await example.page.getByRole('button', { name: 'Cancel all' }).click()
  await example.page
    .locator('#counts', { hasText: /^0 not started · 0 waiting · 0 pending · 0 in flight$/ })
    .waitFor()
  expect(await example.page.locator('#controls fieldset').first().isEnabled()).toBe(true)
})

it('one line says where the images are', async () => {
  example = await visitor.open()
  await example.set('Pool size', 1)
  await example.set('Limit', 8)
  let release = () => {}
  const released = new Promise<void>(resolve => {
    release = resolve
  })
  await example.page.route('**/resize.worker.ts*', async route => {
    await released
    await route.continue()
  })
  await example.choose(flags(12, 90, 60))
  // The first worker has not started. Of the eight in progress, its task has room for one in flight and two pending.
  await example.page
    .locator('#counts', { hasText: /^4 not started · 5 waiting · 2 pending · 1 in flight$/ })
    .waitFor()
  release()
  await example.settled()
  await example.page
    .locator('#counts', { hasText: /^0 not started · 0 waiting · 0 pending · 0 in flight$/ })
    .waitFor()
})

it('the developer tools are loaded when they are asked for, and show the calls of each image', async () => {
  example = await visitor.open()
  const { page } = example
  const loaded: string[] = []
  page.on('request', request => loaded.push(new URL(request.url()).pathname))
  await example.choose(flags(3, 300, 200))
  await example.settled()
  expect(loaded.filter(path => path.includes('devtools'))).toEqual([])

  await page.getByRole('button', { name: 'Look inside' }).press('Enter')
  const panel = page.getByRole('region', { name: 'Atelier devtools' })
  await panel.waitFor()
  await example.choose(flags(3, 300, 200))
  await example.settled()
  await panel.getByRole('tab', { name: 'Calls' }).click()
  await panel.getByRole('row', { name: 'encode' }).nth(2).waitFor()
  expect(await panel.getByRole('row', { name: 'encode' }).count()).toBe(3)

  await panel.getByRole('button', { name: 'Close the panel' }).click()
  await page.getByRole('button', { name: 'Look inside' }).click()
  await panel.waitFor()
  expect(await page.locator('atelier-devtools').count()).toBe(1)
})

describe('a queue that sheds load', () => {
  // There is room for one image in flight and two pending. The others arrive while the first one is still in progress.
  it.each([
    ['reject', ['flag-0.png', 'flag-1.png', 'flag-2.png']],
    ['drop-latest', ['flag-0.png', 'flag-1.png', 'flag-2.png']],
    ['drop-oldest', ['flag-0.png', 'flag-8.png', 'flag-9.png']],
  ])('a full queue drops what it has no room for and says so on the tiles: %s', async (policy, kept) => {
    example = await visitor.open()
    await example.set('Pool size', 1)
    await example.set('Limit', 32)
    await example.select('When full', policy)
    await example.choose(flags(10, 900, 600))
    await example.settled()

    expect(await example.tiles('done').getByRole('heading').allTextContents()).toEqual(kept)
    expect(await example.tiles('dropped').count()).toBe(7)
    expect(await example.tiles('dropped').first().locator('.detail').textContent()).toBe(
      'Dropped: the queue was full',
    )
  })

  it('a full queue takes a dropped image when it is tried again', async () => {
    example = await visitor.open()
    await example.set('Pool size', 1)
    await example.select('When full', 'reject')
    await example.choose(flags(4, 900, 600))
    await example.settled()
    expect(await example.tile('flag-3.png').getAttribute('data-state')).toBe('dropped')

    await example.page.getByRole('button', { name: 'Retry flag-3.png' }).click()
    await example.settled()
    expect(await example.tile('flag-3.png').getAttribute('data-state')).toBe('done')
  })
})

it('two hundred images never exceed the limit of images in progress, and keep no object URL', async () => {
  example = await visitor.open()
  await example.set('Limit', 5)
  await example.set('Longest side', 128)
  await example.choose(flags(200, 160, 120))
  await example.settled()

  expect(await example.tiles('done').count()).toBe(200)
  // Images further down are not decoded before they are scrolled to, so each is decoded explicitly.
  await example.page.evaluate(() => Promise.all([...document.images].map(image => image.decode())))
  await expect
    .poll(() => example.evidence())
    .toMatchObject({ mostStarted: 5, urls: { created: 200, revoked: 200 } })
})

it('the built-in set needs no file: every kind of picture is painted and developed', async () => {
  example = await visitor.open()
  await example.page.getByLabel('Images of the built-in set').fill('8')
  await example.page.getByRole('button', { name: 'Use the built-in set' }).press('Enter')
  await example.settled()
  expect(await example.tiles('done').count()).toBe(8)
})

it('a window 400 pixels wide shows everything without horizontal scrolling', async () => {
  example = await visitor.open({ viewport: { width: 400, height: 800 } })
  await example.choose([
    flag('a-file-with-a-name-that-is-longer-than-any-tile-is-wide.png', 300, 200),
    BROKEN,
  ])
  await example.settled()
  expect(await example.page.evaluate(() => document.documentElement.scrollWidth)).toBe(400)
})

describe.skipIf(!existsSync(KODAK))(
  'the Kodak photographs (skipped where ../shared/data/kodak is not there)',
  () => {
    it('the Kodak photographs are developed at the right size, in both orientations (skipped where ../shared/data/kodak is not there)', async () => {
      const photographs = readdirSync(KODAK).map(name => join(KODAK, name))
      example = await visitor.open()
      await example.select('Format', 'image/png')
      await example.choose(photographs)
      await example.settled()
      const { bytes } = await example.download(() => example.page.getByText('Download ZIP').click())

      expect(await example.tiles('done').count()).toBe(photographs.length)
      const sizes = Object.values(unzipSync(bytes)).map(file => pngSize(file))
      expect(sizes).toHaveLength(photographs.length)
      for (const { width, height } of sizes) {
        expect([Math.max(width, height), Math.min(width, height)]).toEqual([640, 427])
      }
      expect(new Set(sizes.map(({ width }) => width))).toEqual(new Set([640, 427]))
    })
  },
)

/** Runs in the page: keeps every detail that the first tile shows. */
function watchDetails(): void {
  const details: string[] = []
  Object.assign(globalThis, { details })
  new MutationObserver(() => details.push(document.querySelector('.detail')?.textContent ?? '')).observe(
    document.querySelector('#tiles') as HTMLElement,
    { childList: true, characterData: true, subtree: true },
  )
}
