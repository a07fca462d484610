import { execFileSync } from 'node:child_process'
import { writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { isPresent } from '../support/engines.ts'
import { filesOf, STRICT_OPTIONS } from '../support/guide.ts'
import { installOnce, removeApps } from './fresh-app.ts'
import { type Development, develop } from './vite-app.ts'

/** Shows one component of the guide at a time, in StrictMode, as the buttons say. */
const MAIN = `
import { QueryClient, QueryClientProvider } from '@tanstack/react-query'
import { StrictMode } from 'react'
import { createRoot } from 'react-dom/client'
import { App } from './app.tsx'

createRoot(document.getElementById('root')!).render(
  <StrictMode>
    <QueryClientProvider client={new QueryClient()}>
      <App />
    </QueryClientProvider>
  </StrictMode>,
)`

const APP = `
import { useState } from 'react'
import { Count } from './count.tsx'
import { OwnCount } from './own-count.tsx'
import { QueriedCount } from './query.tsx'
import { runtime } from './tasks.ts'

export function App() {
  Object.assign(globalThis, { runtime })
  const [shown, show] = useState('nothing')
  const [limit, setLimit] = useState(1_000)
  return (
    <>
      {['nothing', 'Count', 'QueriedCount', 'OwnCount'].map(name => (
        <button key={name} onClick={() => show(name)}>show {name}</button>
      ))}
      <button onClick={() => setLimit(30_000_000)}>more</button>
      <button onClick={() => setLimit(100)}>fewer</button>
      <main>
        {shown === 'Count' && <Count limit={limit} />}
        {shown === 'QueriedCount' && <QueriedCount limit={limit} />}
        {shown === 'OwnCount' && <OwnCount />}
      </main>
    </>
  )
}`

const root = fileURLToPath(new URL('../..', import.meta.url))

describe.skipIf(!isPresent('chromium'))('the components of the guide on React', () => {
  let app: Development
  beforeAll(async () => {
    installOnce()
    app = await develop('react', { ...filesOf('react'), 'src/main.tsx': MAIN, 'src/app.tsx': APP })
  })
  afterAll(async () => {
    await app?.close()
    removeApps()
  })

  const show = (name: string) => app.page.getByRole('button', { name: `show ${name}` }).click()
  const shows = (text: string) => app.page.getByText(text).waitFor()
  /** How many calls are on workers, for each task that is not disposed. */
  const onWorkers = (): Promise<number[]> =>
    app.page.evaluate(() =>
      // biome-ignore lint/suspicious/noExplicitAny: the page's global.
      (globalThis as any).runtime
        .getRuntimeSnapshot()
        .tasks.map(({ queueDepth }: { queueDepth: number }) => queueDepth),
    )

  it('a component that calls in an effect shows the result, and its older call is canceled', async () => {
    await show('Count')
    await shows('168 primes below 1000')
    await app.page.getByRole('button', { name: 'more' }).click()
    await app.page.getByRole('button', { name: 'fewer' }).click()
    await shows('25 primes below 100')
    expect(app.errors).toEqual([])
  })

  it('a query that nobody shows any more ends in the worker', async () => {
    await app.page.getByRole('button', { name: 'more' }).click()
    await show('QueriedCount')
    await expect.poll(onWorkers).toEqual([1])
    await app.page.getByRole('button', { name: 'fewer' }).click()
    await shows('25 primes below 100')
    await expect.poll(onWorkers).toEqual([0])
    expect(app.errors).toEqual([])
  })

  it('a task of a component survives StrictMode and ends with its component', async () => {
    await show('OwnCount')
    await app.page.getByRole('button', { name: 'Count', exact: true }).click()
    await shows('168 primes')
    expect(await onWorkers()).toHaveLength(2)
    await show('nothing')
    await expect.poll(onWorkers).toHaveLength(1)
    expect(app.errors).toEqual([])
  })

  describe('under Fast Refresh', () => {
    const called = () => app.page.getByRole('button', { name: '168 primes' })
    beforeAll(async () => {
      await show('OwnCount')
      await app.page.getByRole('button', { name: 'Count', exact: true }).click()
      await called().waitFor()
      await app.page.evaluate(() => Object.assign(globalThis, { isSamePage: true }))
    })

    it('five edits of a component leave its task and its worker alone', async () => {
      const workers = app.page.workers()
      for (let edit = 0; edit < 5; edit++) {
        app.edit('src/own-count.tsx', `primes${'!'.repeat(edit)}\``, `primes${'!'.repeat(edit + 1)}\``)
        await shows(`168 primes${'!'.repeat(edit + 1)}`)
      }
      await called().click()
      expect(app.page.workers()).toEqual(workers)
    })

    it('five edits of the module with the runtime leave no worker behind', async () => {
      for (let edit = 0; edit < 5; edit++) {
        const worker = app.page.waitForEvent('worker')
        await app.page.evaluate('globalThis.replaced = runtime')
        app.edit('src/tasks.ts', 'export const runtime', `/* edit ${edit} */\nexport const runtime`)
        await app.page.waitForFunction('globalThis.replaced !== runtime')
        await expect.poll(onWorkers).toHaveLength(2)
        await called().click()
        await worker
        // The next edit would reject the call.
        await expect.poll(onWorkers).toEqual([0, 0])
      }
      await expect.poll(() => app.page.workers().length).toBe(1)
      expect(await onWorkers()).toHaveLength(2)
    })

    afterAll(async () => {
      expect(await app.page.evaluate('isSamePage')).toBe(true)
      expect(app.errors).toEqual([])
    })
  })

  it('the files of the guide on React compile in strict mode', () => {
    const compilerOptions = { ...STRICT_OPTIONS, jsx: 'react-jsx', typeRoots: [join(root, 'node_modules')] }
    writeFileSync(
      join(app.folder, 'tsconfig.json'),
      JSON.stringify({ compilerOptions, files: Object.keys(filesOf('react')) }),
    )
    expect(errorsOf(app.folder)).toBe('')
  })
})

/** The compiler's errors. */
function errorsOf(folder: string): string {
  try {
    const tsc = join(root, 'node_modules/typescript/bin/tsc')
    return execFileSync(process.execPath, [tsc, '-p', folder], { encoding: 'utf8' })
  } catch (error) {
    return (error as { stdout: string }).stdout
  }
}
