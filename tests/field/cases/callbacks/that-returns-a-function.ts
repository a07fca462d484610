/** What the page's function returns cannot be cloned: awaited it rejects, and otherwise nothing is lost. */
import { proxy } from 'comlink'
import type { Case } from '../../page/field.ts'

export default (async t => {
  const task = t.task(() => ({
    async ask(call: () => Promise<number>) {
      void call()
      try {
        return await call()
      } catch (error) {
        return (error as Error).message
      }
    },
  }))
  t.foresees(/What a function of the page returned cannot be sent/)
  const callback = proxy(() => ({ deep: [() => 1] })) as unknown as () => Promise<number>
  const message = String(await t.settles(task.ask(callback)))
  t.ok(message.includes('result.deep[0] is a function'), message)
  t.equal(await t.settles(task.echo('after')), 'after')
  t.equal(t.workers.length, 1)
}) satisfies Case
