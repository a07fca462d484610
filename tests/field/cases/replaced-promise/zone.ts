import type { Case } from '../../page/field.ts'

export const quick = true

export default (async t => {
  const task = t.define<{
    ping(): Promise<string>
    later(value: number): Promise<number>
    fail(): Promise<never>
  }>({
    type: 'singleton',
    worker: () => new Worker(new URL('./zone.worker.ts', import.meta.url), { type: 'module' }),
  })
  t.equal(await t.settles(task.later(7)), 7)
  await t.rejects(task.fail(), 'RangeError', /in a zone/)
}) satisfies Case
