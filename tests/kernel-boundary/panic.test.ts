import { afterEach, beforeEach, expect, it, vi } from 'vitest'
import { replay } from '../../ts/devtools.ts'
import { createTaskRuntime, KernelPanicError } from '../../ts/index.ts'
import { type Bench, bench } from '../support/bench.ts'
import { rejection, watch } from '../support/outcome.ts'
import { effectsOf, recordedBench } from '../support/recorded.ts'
import { turns } from '../support/turns.ts'

const SETUP = { type: 'parallel', poolSize: 2, maxQueueDepth: 1, timeoutMs: 60_000 } as const

beforeEach(() => {
  vi.useFakeTimers()
})

afterEach(() => {
  vi.restoreAllMocks()
  vi.useRealTimers()
})

/** The one thing that the kernel cannot take: a clock that gives no number. */
function panic({ task }: Bench): Promise<unknown> {
  const clock = vi.spyOn(performance, 'now').mockReturnValue(Number.NaN)
  const call = task.echo('last')
  clock.mockRestore()
  return call
}

it('a panic of the kernel rejects every open call, on a worker, pending or waiting, with one KernelPanicError', async () => {
  const b = bench(SETUP)
  const calls = ['a', 'b', 'c', 'd', 'e'].map(name => watch(b.task.run(name)))
  await b.job('b')
  expect(b.task.getState()).toMatchObject({ queueDepth: 2, pendingQueueDepth: 1, waitingQueueDepth: 2 })
  const last = watch(panic(b))
  await turns()
  const reasons = [...calls, last].map(({ reason }) => reason)
  expect(new Set(reasons).size).toBe(1)
  const [reason] = reasons
  expect(reason).toBeInstanceOf(KernelPanicError)
  expect(reason).toMatchObject({
    name: 'KernelPanicError',
    message:
      'The scheduling kernel panicked and its runtime has stopped; create a new one. Panic: the clock gave NaN',
  })
})

it('a panic of the kernel brings the recording up to the input that it did not survive, where the runtime records', async () => {
  const b = recordedBench(SETUP)
  for (const name of ['a', 'b', 'c', 'd']) watch(b.task.run(name))
  await b.job('b')
  const { recording } = (await rejection(panic(b))) as unknown as KernelPanicError
  const replayed = replay(recording as Uint8Array)
  expect(effectsOf(replayed)).toEqual(b.performed)
  expect(replayed.panic).toBe('the clock gave NaN')
  expect(replayed.steps.at(-1)).toMatchObject({ input: 'submit', at: Number.NaN, effects: [] })
  expect(replayed.story).toMatch(/\nNaN submit task 0, call 4, .*\n {2}panic: the clock gave NaN\n$/)
  expect(b.recording()).toEqual(recording)
})

it('a panic of the kernel in the middle of a drain brings a recording that ends there', async () => {
  const b = recordedBench(SETUP)
  const clock = vi.spyOn(performance, 'now')
  const stop = b.runtime.subscribeEvents(({ name }) => {
    if (name !== 'worker.spawn.total') return
    clock.mockReturnValue(Number.NaN)
    watch(b.task.echo('from the listener'))
    clock.mockRestore()
  })
  const { recording } = (await rejection(b.task.echo('outer'))) as unknown as KernelPanicError
  stop()
  const replayed = replay(recording as Uint8Array)
  expect(effectsOf(replayed)).toEqual(b.performed)
  expect(replayed.panic).toBe('the clock gave NaN')
})

it('a panic of the kernel brings no recording where the runtime does not record', async () => {
  expect(await rejection(panic(bench(SETUP)))).toHaveProperty('recording', undefined)
})

it('a panic of the kernel rejects those who wait for the task to drain', async () => {
  const b = bench(SETUP)
  watch(b.task.run('a'))
  const drained = watch(b.task.drain())
  watch(panic(b))
  await turns()
  expect(drained.reason).toBeInstanceOf(KernelPanicError)
})

it('a panic of the kernel terminates the workers of every task and clears the timer', async () => {
  const b = bench(SETUP)
  const other = b.runtime.defineTask({ type: 'singleton', init: 'eager', worker: b.worker })
  watch(b.task.run('a'))
  watch(b.task.run('b'))
  await b.job('b')
  expect(vi.getTimerCount()).toBe(1)
  watch(panic(b))
  expect(b.workers.map(({ terminated }) => terminated)).toEqual([true, true, true])
  expect(vi.getTimerCount()).toBe(0)
  expect(() => other.startWorkers()).toThrow(KernelPanicError)
  expect(b.workers).toHaveLength(3)
})

it('a panic of the kernel makes every later input fail with the same error', async () => {
  const b = bench(SETUP)
  const first = await panic(b).catch(error => error)
  await expect(b.task.echo(1)).rejects.toBe(first)
  await expect(b.task.drain()).rejects.toBe(first)
  const { runtime, task } = b
  const inputs: (() => unknown)[] = [
    () => task.getState(),
    () => task.startWorkers(),
    () => task.stopWorkers(),
    () => runtime.defineTask({ type: 'singleton', worker: b.worker }),
    () => runtime.getRuntimeSnapshot(),
    () => runtime.abortTaskController.abort('key'),
    () => runtime.abortTaskController.signalFor('key'),
    () => runtime.createTrace(),
  ]
  for (const input of inputs) expect(input).toThrow(first)
})

it('a panic of the kernel lets a disposal be called, which has nothing left to do', async () => {
  const b = bench(SETUP)
  await panic(b).catch(() => {})
  expect(() => b.task.dispose()).not.toThrow()
  expect(() => b.runtime.dispose()).not.toThrow()
})

it('a panic of the kernel breaks neither a subscription of snapshots nor the end of one', async () => {
  const { runtime, ...b } = bench(SETUP)
  const told = vi.fn()
  const unsubscribe = [
    runtime.subscribeRuntimeSnapshot(told, { intervalMs: 10 }),
    runtime.subscribeRuntimeSnapshot(told, { intervalMs: 10, onlyOnChange: true }),
    runtime.subscribeEvents(() => {}),
  ]
  await panic({ runtime, ...b }).catch(() => {})
  told.mockClear()
  expect(() => vi.advanceTimersByTime(100)).not.toThrow()
  expect(told).not.toHaveBeenCalled()
  for (const stop of unsubscribe) expect(stop).not.toThrow()
})

it('a panic of the kernel ignores answers, crashes and aborts that come later', async () => {
  const b = bench(SETUP)
  const controller = new AbortController()
  const call = watch(b.task.with({ signal: controller.signal }).run('a'))
  const { resolve } = await b.job('a')
  watch(panic(b))
  resolve('too late')
  b.workers[0]?.crash('too late')
  expect(() => controller.abort()).not.toThrow()
  await turns()
  expect(call.reason).toBeInstanceOf(KernelPanicError)
})

it('a panic of the kernel leaves other runtimes as they are, and a new one works', async () => {
  const [broken, sound] = [bench(SETUP), bench(SETUP)]
  const before = sound.task.echo('before')
  await panic(broken).catch(() => {})
  expect(await before).toBe('before')
  expect(await sound.task.echo('after')).toBe('after')
  expect(await bench(SETUP).task.echo('new')).toBe('new')
  expect(() => createTaskRuntime()).not.toThrow()
})

it('a panic of the kernel in the middle of a drain ends that drain, and its caller gets the error', async () => {
  const b = bench(SETUP)
  const clock = vi.spyOn(performance, 'now')
  const stop = b.runtime.subscribeEvents(() => {
    clock.mockReturnValue(Number.NaN)
    watch(b.task.echo('from the listener'))
    clock.mockRestore()
  })
  const call = watch(b.task.echo('outer'))
  await turns()
  expect(call.reason).toBeInstanceOf(KernelPanicError)
  expect(stop).not.toThrow()
})
