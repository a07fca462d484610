import { afterEach, beforeEach, expect, it, vi } from 'vitest'
import { ReplyKind } from '../../../../ts/shared/protocol.ts'
import { bench } from '../../../support/bench.ts'
import { watch } from '../../../support/outcome.ts'
import { soon } from '../../../support/soon.ts'
import { turns } from '../../../support/turns.ts'

beforeEach(() => {
  vi.stubGlobal('crossOriginIsolated', true)
})

afterEach(() => {
  vi.unstubAllGlobals()
})

it('a handler sees that its call was canceled before any message has arrived', async () => {
  const { task, job, runtime } = bench({ maxInFlight: 2 })
  watch(task.with({ key: 'k' }).run('a'))
  watch(task.run('b'))
  const [a, b] = [await job('a'), await job('b')]
  const copy = { ...a.context }
  expect([a.context.interrupt, b.context.interrupt]).toEqual([new Int32Array([0]), new Int32Array([0])])
  runtime.abortTaskController.abort('k')
  expect(a.context.aborted).toBe(true)
  expect(copy.aborted).toBe(false)
  expect(copy.interrupt).toEqual(new Int32Array([2]))
  expect(() => a.context.throwIfAborted()).toThrow(expect.objectContaining({ name: 'AbortError' }))
  await expect(a.context.yield()).rejects.toMatchObject({ name: 'AbortError' })
  expect(a.context.signal.aborted).toBe(true)
  expect(b.context.aborted).toBe(false)
})

it('a call stays canceled for a handler that has written 0 to its word', async () => {
  const { task, job, runtime } = bench()
  watch(task.with({ key: 'k' }).run('a'))
  const { context } = await job('a')
  runtime.abortTaskController.abort('k')
  expect(context.aborted).toBe(true)
  context.interrupt?.fill(0)
  expect(context.aborted).toBe(true)
})

it('the word of a call that has ended goes to another, which starts with 0 and which the first context does not see', async () => {
  const { task, job, runtime } = bench()
  watch(task.with({ key: 'k' }).run('a'))
  const first = await job('a')
  const word = first.context.interrupt
  runtime.abortTaskController.abort('k')
  first.resolve(0)
  await turns()
  watch(task.with({ key: 'other' }).run('b'))
  const second = await job('b')
  expect(second.context.interrupt?.byteOffset).toBe(word?.byteOffset)
  expect(second.context.aborted).toBe(false)
  const third = watch(task.run('c'))
  runtime.abortTaskController.abort('other')
  second.resolve(0)
  const { context, resolve } = await job('c')
  expect(context.interrupt).toEqual(new Int32Array([0]))
  resolve('done')
  await turns()
  expect(third.value).toBe('done')
  expect([context.aborted, context.interrupt]).toEqual([false, undefined])
})

it('a call keeps its word as long as its handler runs, although its caller has been told', async () => {
  const { task, job, runtime } = bench({ maxInFlight: 3 })
  watch(task.with({ key: 'k' }).run('a'))
  const a = await job('a')
  runtime.abortTaskController.abort('k')
  await turns()
  watch(task.run('b'))
  const b = await job('b')
  expect(b.context.interrupt?.byteOffset).not.toBe(a.context.interrupt?.byteOffset)
  expect(b.context.aborted).toBe(false)
})

it('calls beyond 1,024 on a worker have no word, and are canceled by messages', async () => {
  const { task, jobs, runtime } = bench({ maxInFlight: 1_026, maxQueueDepth: 1_026 })
  for (let n = 0; n < 1_026; n++) watch(task.with({ key: `k${n}` }).run(n))
  await soon(() => expect(jobs).toHaveLength(1_026))
  const words = new Set(jobs.map(({ context }) => context.interrupt?.byteOffset))
  expect(words.size).toBe(1_025)
  const [last, none] = jobs.slice(1_023, 1_025)
  expect([last && 'interrupt' in last.context, none && 'interrupt' in none.context]).toEqual([true, false])
  runtime.abortTaskController.abort('k1024')
  expect(none?.context.aborted).toBe(false)
  await turns()
  expect(none?.context.aborted).toBe(true)
})

it('what a worker forges as its memory changes nothing', async () => {
  const { task, job, runtime, workers } = bench()
  watch(task.with({ key: 'k' }).run('a'))
  const { context } = await job('a')
  for (const memory of [1, null, new ArrayBuffer(4_096), new SharedArrayBuffer(8)]) {
    workers[0]?.say({ atelier: [undefined, ReplyKind.memory, memory] })
  }
  await turns()
  runtime.abortTaskController.abort('k')
  expect(context.aborted).toBe(true)
})

it('nothing is shared where the page is not isolated', async () => {
  vi.stubGlobal('crossOriginIsolated', false)
  const memory = vi.spyOn(globalThis, 'SharedArrayBuffer')
  const { task, job } = bench()
  watch(task.run('a'))
  const { context } = await job('a')
  expect('interrupt' in context).toBe(false)
  expect(context.interrupt).toBeUndefined()
  expect(Object.keys(context)).not.toContain('interrupt')
  expect(memory).not.toHaveBeenCalled()
})
