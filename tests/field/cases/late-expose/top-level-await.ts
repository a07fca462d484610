import type { Case } from '../../page/field.ts'

export const quick = true

export default (async t => {
  const task = t.define<{ ping(): Promise<string> }>({
    type: 'singleton',
    startTimeoutMs: 5_000,
    worker: () => new Worker(new URL('./top-level-await.worker.ts', import.meta.url), { type: 'module' }),
  })
  t.equal(await t.settles(task.ping()), 'pong')
}) satisfies Case
