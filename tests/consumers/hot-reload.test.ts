import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { isPresent } from '../support/engines.ts'
import { filesOf } from '../support/guide.ts'
import { installOnce, removeApps } from './fresh-app.ts'
import { type Development, develop } from './vite-app.ts'

/** A module above the guide's that accepts its updates. */
const MAIN = `
import { show } from './view.ts'
show()
if (import.meta.hot) import.meta.hot.accept('./view.ts', view => view?.show())`

const VIEW = `
import { shouts } from './shout.ts'
import { greet } from './tasks.ts'
Object.assign(globalThis, { shouts })
export async function show() {
  document.getElementById('root')!.textContent = await greet.hello('you')
  globalThis.shown = (globalThis.shown ?? 0) + 1
}`

describe.skipIf(!isPresent('chromium'))('the guide on hot reload', () => {
  let app: Development
  beforeAll(async () => {
    installOnce()
    app = await develop('hot-reload', {
      ...filesOf('hot-reload'),
      'src/main.tsx': MAIN,
      'src/view.ts': VIEW,
    })
    await app.page.getByText('Hello, you').waitFor()
  })
  afterAll(async () => {
    await app?.close()
    removeApps()
  })

  it('five edits of the module with the runtime keep the page, and leave one worker', async () => {
    await app.page.evaluate(() => Object.assign(globalThis, { isSamePage: true }))
    for (let edit = 0; edit < 5; edit++) {
      app.edit('src/tasks.ts', 'export const runtime', `/* edit ${edit} */\nexport const runtime`)
      await expect.poll(() => app.page.evaluate('shown')).toBe(edit + 2)
    }
    await expect.poll(() => app.page.workers().length).toBe(1)
    expect(await app.page.evaluate(() => 'isSamePage' in globalThis)).toBe(true)
    expect(app.errors).toEqual([])
  })

  it('five edits of a worker that accepts them replace the workers and keep the page', async () => {
    const shout = () => app.page.evaluate("shouts.shout('hey')")
    expect(await shout()).toBe('HEY!')
    for (let edit = 1; edit <= 5; edit++) {
      app.edit('src/shout.worker.ts', `}${'!'.repeat(edit)}\``, `}${'!'.repeat(edit + 1)}\``)
      await expect.poll(shout).toBe(`HEY${'!'.repeat(edit + 1)}`)
    }
    // One of each task.
    await expect.poll(() => app.page.workers().length).toBe(2)
    expect(await app.page.evaluate(() => 'isSamePage' in globalThis)).toBe(true)
    expect(app.errors).toEqual([])
  })

  it("five edits of a worker's file run the new code, and leave one worker", async () => {
    for (let edit = 0; edit < 5; edit++) {
      app.edit('src/greet.worker.ts', `Hello${'!'.repeat(edit)},`, `Hello${'!'.repeat(edit + 1)},`)
      await app.page.getByText(`Hello${'!'.repeat(edit + 1)}, you`, { exact: true }).waitFor()
    }
    await expect.poll(() => app.page.workers().length).toBe(1)
    expect(app.errors).toEqual([])
  })
})
