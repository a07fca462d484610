import { wrap } from 'comlink'
import { describe, expect, it, onTestFinished } from 'vitest'
import { soon } from '../support/soon.ts'
import type { Owner } from './workers/owner.worker.ts'

/** A dedicated worker with a runtime in it, terminated when the test ends. Comlink may lose what is sent before that worker listens. */
async function owner() {
  const worker = new Worker(new URL('./workers/owner.worker.ts', import.meta.url), { type: 'module' })
  onTestFinished(() => worker.terminate())
  await new Promise(resolve => worker.addEventListener('message', resolve, { once: true }))
  return { worker, runtime: wrap<Owner>(worker) }
}

/** How many workers serve calls: each holds a lock as long as its thread lives. */
async function serving(): Promise<number> {
  const { held = [] } = await navigator.locks.query()
  return held.filter(({ name }) => name?.startsWith('atelier-')).length
}

describe('a runtime in a dedicated worker', () => {
  it('makes calls to workers of that worker, and moves what moves', async () => {
    const { runtime } = await owner()
    expect(await runtime.echo({ nested: [1, 2] })).toEqual({ nested: [1, 2] })
    expect(await runtime.sum(new Uint8Array([1, 2, 3]))).toEqual({ sum: 6, left: 0 })
  })

  it('ends calls by their key, by their timeout and by the crash of their worker', async () => {
    const { runtime } = await owner()
    expect(await runtime.ends()).toEqual([
      'AbortError by undefined',
      'AbortError by TimeoutError',
      'WorkerCrashedError by Error',
    ])
    expect(await runtime.echo('again')).toBe('again')
  })

  it.each(['dispose', 'terminate'] as const)('leaves no thread behind after %s', async how => {
    const { worker, runtime } = await owner()
    const before = await serving()
    await runtime.echo('up')
    expect(await serving()).toBeGreaterThan(before)
    if (how === 'dispose') await runtime.dispose()
    else worker.terminate()
    await soon(async () => expect(await serving()).toBeLessThanOrEqual(before))
  })
})
