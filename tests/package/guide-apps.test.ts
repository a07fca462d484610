import { join } from 'node:path'
import { type Browser, chromium, firefox } from 'playwright'
import { build, type InlineConfig, preview } from 'vite'
import { afterAll, beforeAll, describe, expect, it, vi } from 'vitest'
import { type Consumer, installPackage } from '../support/consumer.ts'
import { launchOptions, presentEngines } from '../support/engines.ts'
import { filesOf } from '../support/guide.ts'

vi.setConfig({ testTimeout: 60_000, hookTimeout: 60_000 })

/** A page for each guide that uses the files in the guide, and what it then shows. */
const PAGES = {
  'worker-setup': {
    main: `
      import { runtime, thumbnails } from './src/thumbnails.ts'
      import type { WordsAPI } from './src/words.worker.ts'

      const canvas = new OffscreenCanvas(400, 200)
      canvas.getContext('2d')?.fillRect(0, 0, 400, 200)
      const { width, height } = await thumbnails.thumbnail(await canvas.convertToBlob(), 100)

      const words = runtime.defineTask<WordsAPI>({
        type: 'singleton',
        worker: () => new Worker(new URL('./src/words.worker.ts', import.meta.url), { type: 'module' }),
      })
      const failure = await words.unknownWords('data:broken', 'one').catch(error => error.name)
      const unknown = await words.unknownWords('data:,one%0Atwo', 'One, two, trois')
      document.body.innerHTML = '<output></output>'
      document.querySelector('output')!.textContent = JSON.stringify({ width, height, failure, unknown })`,
    says: { width: 100, height: 50, failure: 'TypeError', unknown: ['trois'] },
  },
  'from-comlink': migration(),
  'from-workerpool': migration(),
}

function migration() {
  const digests = [
    'ca978112ca1bbdcafac231b39a23dc4da786eff8147c4e72b9807785afee48bb',
    '3e23e8160039594a33894f6564e1b1348bbd7a0088d42c4acb73eeaed59c009d',
  ]
  return {
    main: `
      import { sha256 as after } from './after/hash.ts'
      import { sha256 as before } from './before/hash.ts'

      const files = ['a', 'b'].map(text => new Blob([text]))
      const hash = (sha256: (file: Blob) => Promise<string>) => Promise.all(files.map(file => sha256(file)))
      const told = { before: await hash(before), after: await hash(after) }
      document.body.innerHTML = '<output></output>'
      document.querySelector('output')!.textContent = JSON.stringify(told)`,
    says: { before: digests, after: digests },
  }
}

let consumer: Consumer
beforeAll(() => {
  consumer = installPackage()
  for (const name of ['workerpool', 'vite', 'typescript']) consumer.link(name)
})
afterAll(() => consumer.remove())

describe.each(Object.entries(PAGES))('the application of the guide %s', (guide, { main, says }) => {
  beforeAll(async () => {
    const files = {
      ...filesOf(guide),
      'main.ts': main,
      'index.html': '<!doctype html><title>Guide</title><script type="module" src="./main.ts"></script>',
      'tsconfig.json': JSON.stringify({
        compilerOptions: {
          target: 'es2022',
          module: 'esnext',
          moduleResolution: 'bundler',
          lib: ['es2022', 'esnext.disposable', 'dom', 'dom.iterable'],
          types: ['vite/client'],
          allowImportingTsExtensions: true,
          noEmit: true,
          strict: true,
          noUncheckedIndexedAccess: true,
          exactOptionalPropertyTypes: true,
          skipLibCheck: true,
        },
        include: ['.'],
      }),
    }
    consumer.write(
      Object.fromEntries(Object.entries(files).map(([name, text]) => [`${guide}/${name}`, text])),
    )
    await build(siteOf(guide))
  })

  it(`the application of the guide ${guide} compiles`, () => {
    expect(consumer.tsc('-p', guide)).toBe('')
  })

  it.each(presentEngines())(
    `the application of the guide ${guide} runs in %s as Vite builds it`,
    async engine => {
      const browser = await { chromium, firefox }[engine].launch(launchOptions(engine))
      try {
        expect(await visit(browser, siteOf(guide))).toEqual(says)
      } finally {
        await browser.close()
      }
    },
  )
})

/** A configuration that only says where the files are. */
function siteOf(guide: string): InlineConfig {
  return {
    configFile: false,
    root: join(consumer.folder, guide),
    logLevel: 'error',
    build: { target: 'es2022' },
    preview: { host: '127.0.0.1', port: 0 },
  }
}

async function visit(browser: Browser, site: InlineConfig): Promise<unknown> {
  const server = await preview(site)
  try {
    const page = await browser.newPage()
    await page.goto(server.resolvedUrls?.local[0] ?? '')
    return JSON.parse((await page.locator('output').textContent()) ?? '')
  } finally {
    await server.close()
  }
}
