import { getEventListeners } from 'node:events'
import { expect, it, vi } from 'vitest'
import { createTaskRuntime } from '../../../../ts/index.ts'
import { bench } from '../../../support/bench.ts'
import { liveHeapBytes } from '../../../support/heap.ts'
import { rejection, watch } from '../../../support/outcome.ts'
import { turns } from '../../../support/turns.ts'

const MB = 2 ** 20

it('abort cancels the calls of the key in every task of the runtime', async () => {
  const b = bench({ maxInFlight: 2 })
  const other = b.runtime.defineTask<{ run(name: string): Promise<unknown> }>({
    type: 'singleton',
    worker: b.worker,
  })
  const doomed = [
    watch(b.task.with({ key: 'a' }).run('one')),
    watch(other.with({ key: 'a' }).run('two')),
    watch(other.with({ key: 'a' }).run('three')),
  ]
  const spared = watch(b.task.with({ key: 'b' }).run('four'))
  await b.job('four')
  b.runtime.abortTaskController.abort('a')
  await turns()
  expect(doomed.map(({ status }) => status)).toEqual(['rejected', 'rejected', 'rejected'])
  expect(spared.status).toBe('open')
})

it('abort refuses later calls of the key, which never reach a worker, until the key is cleared', async () => {
  const { task, runtime, workers } = bench()
  const { abort, clear } = runtime.abortTaskController
  abort('a')
  const error = await rejection(task.with({ key: 'a' }).echo(1))
  expect(error).toMatchObject({
    name: 'AbortError',
    message:
      'The call "echo" of task "bench" was aborted by its key "a". Calls with this key are aborted until ' +
      'abortTaskController.clear("a").',
  })
  expect(workers).toEqual([])
  clear('a')
  expect(await task.with({ key: 'a' }).echo(2)).toBe(2)
})

it('abort of a key that no call carries is remembered, and a second abort changes nothing', () => {
  const { abort, isAborted } = createTaskRuntime().abortTaskController
  expect(isAborted('a')).toBe(false)
  abort('a')
  abort('a')
  expect(isAborted('a')).toBe(true)
  expect(isAborted('b')).toBe(false)
})

it('any string can be a key', async () => {
  const { task, runtime } = bench({ maxInFlight: 8 })
  const { abort, isAborted } = runtime.abortTaskController
  for (const key of ['__proto__', 'constructor', ' ', '\u0000', '🔑', 'x'.repeat(10_000)]) {
    const call = watch(task.with({ key }).cooperate())
    expect(isAborted(key)).toBe(false)
    abort(key)
    await turns()
    expect(call.status).toBe('rejected')
    expect(isAborted(key)).toBe(true)
  }
})

it('abortMany aborts each of its keys', async () => {
  const { task, runtime } = bench({ maxInFlight: 3 })
  const calls = ['a', 'b', 'c'].map(key => watch(task.with({ key }).cooperate()))
  await turns()
  runtime.abortTaskController.abortMany(['a', 'c', 'a'])
  await turns()
  expect(calls.map(({ status }) => status)).toEqual(['rejected', 'open', 'rejected'])
})

it('abortMany aborts none when one of its keys is not a string', () => {
  const keys = createTaskRuntime().abortTaskController
  expect(() => keys.abortMany(['a', 7 as unknown as string])).toThrow(TypeError)
  expect(keys.isAborted('a')).toBe(false)
})

it('signalFor returns one signal per key, which aborts with the key', () => {
  const { signalFor, abort } = createTaskRuntime().abortTaskController
  const signal = signalFor('a')
  expect(signalFor('a')).toBe(signal)
  expect(signalFor('b')).not.toBe(signal)
  expect(signal.aborted).toBe(false)
  abort('a')
  expect(signal.aborted).toBe(true)
  expect(signal.reason).toBeInstanceOf(DOMException)
  expect(signal.reason).toMatchObject({ name: 'AbortError', message: 'The key "a" was aborted.' })
  expect(signalFor('b').aborted).toBe(false)
})

it('signalFor returns an aborted signal for a key that is aborted', () => {
  const { signalFor, abort } = createTaskRuntime().abortTaskController
  abort('a')
  expect(signalFor('a').aborted).toBe(true)
  expect(signalFor('a')).toBe(signalFor('a'))
})

it("a key's signal notifies its listeners once, and later calls are already refused by then", async () => {
  const { runtime, task } = bench()
  const { signalFor, abort, isAborted } = runtime.abortTaskController
  const seen = vi.fn(() => isAborted('a'))
  signalFor('a').addEventListener('abort', seen)
  const call = watch(task.with({ key: 'a' }).cooperate())
  abort('a')
  abort('a')
  await turns()
  expect(seen).toHaveBeenCalledOnce()
  expect(seen).toHaveReturnedWith(true)
  expect(call.status).toBe('rejected')
})

it("a key's signal may be used as the signal of a call", async () => {
  const { task, runtime } = bench()
  const { signalFor, abort } = runtime.abortTaskController
  const call = rejection(task.with({ signal: signalFor('a'), key: 'a' }).cooperate())
  await turns()
  abort('a')
  expect(await call).toMatchObject({ name: 'AbortError' })
})

it("a key's signal stays the same while calls with its key come and go", async () => {
  const { task, runtime } = bench()
  const { signalFor, abort } = runtime.abortTaskController
  const signal = signalFor('a')
  for (let n = 0; n < 3; n++) await task.with({ key: 'a' }).echo(n)
  expect(signalFor('a')).toBe(signal)
  abort('a')
  expect(signal.aborted).toBe(true)
})

it('a listener that aborts and clears a key takes a new signal that stays as it is', async () => {
  const { task, runtime } = bench()
  const { signalFor, abort, clear } = runtime.abortTaskController
  const signals = [signalFor('a')]
  runtime.subscribeEvents(({ name }) => {
    if (name !== 'task.dispatch.total' || signals.length > 1) return
    abort('a')
    clear('a')
    signals.push(signalFor('a'))
  })
  await task.echo(1)
  expect(signals.map(({ aborted }) => aborted)).toEqual([true, false])
})

it('clear makes the key new: not aborted, with another signal', () => {
  const { signalFor, abort, clear, isAborted } = createTaskRuntime().abortTaskController
  const old = signalFor('a')
  abort('a')
  clear('a')
  expect(isAborted('a')).toBe(false)
  const fresh = signalFor('a')
  expect(fresh).not.toBe(old)
  expect([old.aborted, fresh.aborted]).toEqual([true, false])
  abort('a')
  expect(fresh.aborted).toBe(true)
})

it('clear leaves open calls tied to the key', async () => {
  const { task, runtime } = bench()
  const { abort, clear } = runtime.abortTaskController
  const call = watch(task.with({ key: 'a' }).cooperate())
  clear('a')
  await turns()
  expect(call.status).toBe('open')
  abort('a')
  await turns()
  expect(call.status).toBe('rejected')
})

it('clear of an unknown key does nothing', () => {
  const { clear, clearAll, isAborted } = createTaskRuntime().abortTaskController
  clear('a')
  clearAll()
  expect(isAborted('a')).toBe(false)
})

it('clearAll clears every key', () => {
  const { signalFor, abortMany, clearAll, isAborted } = createTaskRuntime().abortTaskController
  const old = signalFor('b')
  abortMany(['a', 'b', 'c'])
  clearAll()
  expect(['a', 'b', 'c'].map(isAborted)).toEqual([false, false, false])
  expect(signalFor('b')).not.toBe(old)
})

it.each(['signalFor', 'abort', 'isAborted', 'clear'] as const)(
  '%s throws a TypeError for a key that is not a string',
  method => {
    const keys = createTaskRuntime().abortTaskController
    for (const key of [undefined, null, 7, {}, ['a']]) {
      expect(() => keys[method](key as string)).toThrow(/^A cancellation key must be a string, not /)
    }
  },
)

it('200,000 keys that nobody aborts and nobody holds leave nothing behind', { timeout: 60_000 }, async () => {
  const b = bench({
    maxInFlight: 256,
    maxQueueDepth: Number.POSITIVE_INFINITY,
    keyOf: (n: number) => `document:${n}`,
  })
  const round = async (from: number) => {
    await Promise.all(Array.from({ length: 10_000 }, (_, n) => b.task.echo(from + n)))
  }
  for (let warm = 0; warm < 3; warm++) await round(-10_000 * (warm + 1))
  const before = await liveHeapBytes()
  for (let from = 0; from < 200_000; from += 10_000) await round(from)
  expect(b.kernel.isQuiescent()).toBe(true)
  expect((await liveHeapBytes()) - before).toBeLessThan(MB)
})

it('keys that are aborted and cleared, or asked about, leave nothing behind', async () => {
  const b = bench()
  const { abort, clear, isAborted, signalFor, clearAll } = b.runtime.abortTaskController
  for (let n = 0; n < 1_000; n++) {
    isAborted(`asked-${n}`)
    abort(`aborted-${n}`)
    clear(`aborted-${n}`)
    signalFor(`held-${n}`)
  }
  clearAll()
  expect(b.kernel.isQuiescent()).toBe(true)
})

it('100,000 calls on one key leave the key alone', { timeout: 60_000 }, async () => {
  const b = bench({ maxInFlight: 256, maxQueueDepth: Number.POSITIVE_INFINITY })
  const signal = b.runtime.abortTaskController.signalFor('a')
  const keyed = b.task.with({ key: 'a' })
  await Promise.all(Array.from({ length: 100_000 }, (_, n) => keyed.echo(n)))
  expect(getEventListeners(signal, 'abort')).toHaveLength(0)
  b.runtime.abortTaskController.clear('a')
  expect(b.kernel.isQuiescent()).toBe(true)
})
