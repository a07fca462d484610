/** Subscriptions: the worker calls long after the call was answered. */
import { proxy } from 'comlink'
import type { Case } from '../../page/field.ts'

export default (async t => {
  const task = t.task(() => {
    const listeners: ((n: number) => void)[] = []
    return {
      subscribe: (listener: (n: number) => void) => void listeners.push(listener),
      tell(n: number) {
        for (const listener of listeners) listener(n)
      },
    }
  })
  const heard: number[] = []
  await t.settles(task.subscribe(proxy((n: number) => void heard.push(n))))
  await t.settles(task.tell(1))
  await t.settles(task.tell(2))
  await t.until(() => heard.length === 2, 'both calls of the listener')
  t.equal(heard, [1, 2])
}) satisfies Case
