/** A page whose only worker has a runtime of its own. */
import { wrap } from 'comlink'
import type { Owner } from './owner.worker.ts'

const worker = new Worker(new URL('./owner.worker.ts', import.meta.url), { type: 'module' })

/** How many workers serve calls: each holds a lock as long as its thread lives. */
async function serving(): Promise<number> {
  const { held = [] } = await navigator.locks.query()
  return held.filter(({ name }) => name?.startsWith('atelier-')).length
}

const page = { runtime: wrap<Owner>(worker), terminate: () => worker.terminate(), serving }

// Comlink may lose what is sent before the worker listens.
worker.addEventListener('message', () => Object.assign(globalThis, { page }), { once: true })
