import type { Case } from '../../page/field.ts'

export default (async t => {
  const task = t.task(undefined, { maxInFlight: 8, maxQueueDepth: 100 })
  const { signal } = new AbortController()
  let listeners = 0
  const { addEventListener, removeEventListener } = signal
  signal.addEventListener = (...args: unknown[]) => {
    listeners++
    Reflect.apply(addEventListener, signal, args)
  }
  signal.removeEventListener = (...args: unknown[]) => {
    listeners--
    Reflect.apply(removeEventListener, signal, args)
  }
  const bound = task.with({ signal })
  await t.settles(Promise.all(Array.from({ length: 50 }, (_, n) => bound.echo(n))))
  t.ok(listeners <= 1, `at most one listener is left, not ${listeners}`)
}) satisfies Case
