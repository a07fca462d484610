import { readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import react from '@vitejs/plugin-react'
import { chromium, type Page } from 'playwright'
import { createServer } from 'vite'
import { launchOptions } from '../support/engines.ts'
import { vite } from './builds.ts'
import { freshApp } from './fresh-app.ts'

/** A page of an application under Vite's development server. */
export type Development = {
  readonly page: Page
  readonly folder: string
  /** Messages of errors that nobody caught. */
  readonly errors: string[]
  /** Replaces a text in a file. */
  edit(file: string, from: string, to: string): void
  close(): Promise<void>
}

/** Opens a new application with these files in Chromium. `src/main.tsx` is its script. */
export async function develop(name: string, files: Record<string, string>): Promise<Development> {
  const html = '<!doctype html><title>app</title><div id="root"></div>'
  const { folder } = freshApp(name, {
    ...files,
    'index.html': `${html}<script type="module" src="/src/main.tsx"></script>`,
  })
  const server = await createServer(
    vite(folder, {
      plugins: [react()],
      // Found when the first worker starts, they would make Vite reload the page under a test's hands.
      optimizeDeps: { include: ['comlink', '@varunkanwar/atelier/worker'] },
    }),
  )
  await server.listen()
  const browser = await chromium.launch(launchOptions('chromium'))
  const page = await browser.newPage()
  const errors: string[] = []
  page.on('pageerror', error => errors.push(error.message))
  await page.goto(server.resolvedUrls?.local[0] ?? '')
  return {
    page,
    folder,
    errors,
    edit(file, from, to) {
      const path = join(folder, file)
      const text = readFileSync(path, 'utf8')
      if (!text.includes(from)) throw new Error(`${file} has no "${from}"`)
      writeFileSync(path, text.replaceAll(from, to))
    },
    async close() {
      await browser.close()
      await server.close()
    },
  }
}
