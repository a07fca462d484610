import { proxy } from 'comlink'
import type { Case } from '../../page/field.ts'

export default (async t => {
  const task = t.task(() => ({
    async each(callback: (n: number) => Promise<void>) {
      void callback(1)
      await new Promise(resolve => setTimeout(resolve, 50))
      return 'done'
    },
  }))
  t.equal(await t.settles(task.count()), 1)
  t.foresees(/of the page/)
  const failing = proxy(() => {
    throw new Error('of the page')
  }) as unknown as () => Promise<void>
  t.equal(await t.settles(task.each(failing)), 'done')
  t.equal(await t.settles(task.count()), 2, 'the state of the worker')
}) satisfies Case
