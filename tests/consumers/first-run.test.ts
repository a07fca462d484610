import { type Browser, chromium } from 'playwright'
import { createServer } from 'vite'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { isPresent, launchOptions } from '../support/engines.ts'
import { vite } from './builds.ts'
import { freshApp, installOnce, removeApps } from './fresh-app.ts'

const MAIN = `
  import { createTaskRuntime } from '@varunkanwar/atelier'

  const task = createTaskRuntime().defineTask<{ double(n: number): Promise<number> }>({
    type: 'singleton',
    worker: () => new Worker(new URL('./double.worker.ts', import.meta.url), { type: 'module' }),
  })
  document.querySelector('button')!.onclick = async () => {
    document.querySelector('output')!.textContent = String(await task.double(21))
  }`

const WORKER = `
  import { createTaskWorker, expose } from '@varunkanwar/atelier'
  expose(createTaskWorker({ double: (n: number) => 2 * n }))`

describe.skipIf(!isPresent('chromium'))(
  "the first visit of a new application under Vite's development server",
  () => {
    let browser: Browser
    beforeAll(async () => {
      installOnce()
      browser = await chromium.launch(launchOptions('chromium'))
    })
    afterAll(async () => {
      await browser.close()
      removeApps()
    })

    it('the first click of the first visit has its answer: a worker that imports from the entry of the page brings Vite nothing new', async () => {
      const { folder } = freshApp('first-run', {
        'index.html':
          '<!doctype html><title>app</title><button>Run</button><output></output><script type="module" src="/src/main.ts"></script>',
        'src/main.ts': MAIN,
        'src/double.worker.ts': WORKER,
      })
      const server = await createServer(vite(folder))
      await server.listen()
      try {
        const page = await browser.newPage()
        let loads = 0
        page.on('load', () => loads++)
        await page.goto(server.resolvedUrls?.local[0] ?? '', { waitUntil: 'networkidle' })
        const loadsBefore = loads
        await page.getByRole('button').click()
        await page.waitForFunction(() => document.querySelector('output')?.textContent === '42')
        await page.waitForLoadState('networkidle')
        expect(loads).toBe(loadsBefore)
      } finally {
        await server.close()
      }
    })
  },
)
