/** The worker lengthens every list in its own messages. */
import type { Case } from '../../page/field.ts'

export const quick = true

export default (async t => {
  const task = t.task(() => {
    const post = globalThis.postMessage
    let hostile = false
    globalThis.postMessage = (message: object, ...rest: unknown[]) => {
      if (hostile)
        for (const list of Object.values(message)) if (Array.isArray(list)) list.length = 4_294_967_295
      Reflect.apply(post, globalThis, [message, ...rest])
    }
    return {
      turn() {
        hostile = true
        return 'turned'
      },
    }
  })
  await t.settles(task.turn().catch(() => undefined))
  await t.settles(t.sleep(20), 'a timer of the page')
  t.ended(task)
}) satisfies Case
