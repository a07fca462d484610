import { proxy } from 'comlink'
import type { Case } from '../../page/field.ts'

export default (async t => {
  const task = t.task(() => ({
    async ask(call: () => Promise<number>) {
      try {
        return await call()
      } catch (error) {
        return (error as Error).message
      }
    },
  }))
  t.foresees(/of the page/)
  const callback = proxy(() => {
    throw new Error('of the page')
  }) as unknown as () => Promise<number>
  t.equal(await t.settles(task.ask(callback)), 'of the page')
}) satisfies Case
