import { afterEach, expect, it, vi } from 'vitest'
import { type Bench, bench } from '../support/bench.ts'
import { watch } from '../support/outcome.ts'
import { turns } from '../support/turns.ts'

afterEach(() => {
  vi.useRealTimers()
})

const BUSY = {
  type: 'parallel',
  poolSize: 2,
  maxQueueDepth: 2,
  timeoutMs: 60_000,
  idleTimeoutMs: 30_000,
  cancelGraceMs: 10_000,
} as const

/** Calls on workers, pending and waiting, by keys, signals and traces; one abandoned, one worker lost. */
async function populate({ runtime, task, job, workers }: Bench): Promise<void> {
  const { signal } = new AbortController()
  for (const key of ['a', 'b', 'c', 'd', 'e', 'f']) watch(task.with({ key, signal }).run(key))
  await job('b')
  runtime.abortTaskController.abort('a')
  runtime.abortTaskController.clear('a')
  workers[1]?.crash('gone')
  await turns()
}

it.each<[string, (b: Bench) => unknown]>([
  ['task.dispose()', ({ task }) => task.dispose()],
  ['task[Symbol.dispose]()', ({ task }) => task[Symbol.dispose]()],
  ['runtime.dispose()', ({ runtime }) => runtime.dispose()],
  ['runtime[Symbol.dispose]()', ({ runtime }) => runtime[Symbol.dispose]()],
])('after %s no call, timer, scope, trace or effect is left in the kernel', async (_, dispose) => {
  vi.useFakeTimers()
  const b = bench(BUSY)
  await populate(b)
  expect(b.kernel.isQuiescent()).toBe(false)
  dispose(b)
  expect(b.kernel.isQuiescent()).toBe(true)
  expect(vi.getTimerCount()).toBe(0)
  expect(b.workers.every(({ terminated }) => terminated)).toBe(true)
})

it('nothing is left in the kernel after every call has ended in its own way', async () => {
  const b = bench(BUSY)
  const { abort, clear } = b.runtime.abortTaskController
  const controller = new AbortController()
  const calls = [
    b.task.with({ key: 'a' }).echo('value'),
    b.task.fail('thrown'),
    b.task.with({ key: 'b' }).cooperate(),
    b.task.with({ signal: controller.signal }).cooperate(),
  ].map(watch)
  await turns()
  abort('b')
  clear('b')
  controller.abort()
  await b.task.drain()
  await turns()
  expect(calls.map(({ status }) => status)).toEqual(['fulfilled', 'rejected', 'rejected', 'rejected'])
  b.task.stopWorkers()
  expect(b.kernel.isQuiescent()).toBe(true)
})

it.each<[string, (b: Bench) => void]>([
  ['disposed', ({ task }) => task.dispose()],
  ['failed', ({ workers }) => workers[0]?.crash('gone')],
])('nothing is left in the kernel of calls to a task that is %s', async (_, end) => {
  const b = bench({ crashPolicy: 'fail-task', keyOf: (name: string) => name })
  await b.task.echo('a')
  end(b)
  const { signal } = new AbortController()
  await expect(b.task.with({ signal }).echo('b')).rejects.toThrow()
  expect(b.kernel.isQuiescent()).toBe(true)
})

it('nothing is left in the kernel of a call whose key is new and whose signal is aborted', async () => {
  const b = bench()
  const signal = AbortSignal.abort()
  await expect(b.task.with({ key: 'new', signal }).echo(1)).rejects.toThrow()
  expect(b.kernel.isQuiescent()).toBe(true)
})

it('nothing is left in the kernel of a call whose signal is new and whose key is aborted, once the key is cleared', async () => {
  const b = bench()
  const keys = b.runtime.abortTaskController
  keys.abort('gone')
  const { signal } = new AbortController()
  await expect(b.task.with({ key: 'gone', signal }).echo(1)).rejects.toThrow()
  keys.clear('gone')
  expect(b.kernel.isQuiescent()).toBe(true)
})

it('nothing is left in the kernel of calls that a full queue refused', async () => {
  const b = bench({ maxQueueDepth: 0, queuePolicy: 'reject' })
  const first = watch(b.task.run('a'))
  const { signal } = new AbortController()
  await expect(b.task.with({ key: 'b', signal }).run('b')).rejects.toThrow()
  ;(await b.job('a')).resolve('done')
  await turns()
  expect(first.value).toBe('done')
  expect(b.kernel.isQuiescent()).toBe(true)
})

it('nothing is left in the kernel of a call whose keyOf throws', async () => {
  const b = bench({
    keyOf: () => {
      throw new Error('no key')
    },
  })
  const { signal } = new AbortController()
  await expect(b.task.with({ signal }).echo(1)).rejects.toThrow('no key')
  expect(b.kernel.isQuiescent()).toBe(true)
})
