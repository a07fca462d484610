import { afterEach, beforeEach, expect, it } from 'vitest'
import { createTaskRuntime, type TaskRuntime } from '../../ts/index.ts'
import { createTestWorkers, createVirtualClock, settle, type VirtualClock } from '../../ts/testing.ts'
import type { StripTaskContext, TaskContext } from '../../ts/worker.ts'
import { rejection, watch } from '../support/outcome.ts'

let clock: VirtualClock | undefined
let runtime: TaskRuntime

beforeEach(() => {
  clock = createVirtualClock()
  runtime = createTaskRuntime()
})

afterEach(() => {
  clock?.restore()
  runtime.dispose()
})

function looping() {
  const seen = { steps: 0 }
  const handlers = {
    async loop(steps: number, ctx: TaskContext): Promise<number> {
      for (let step = 0; step < steps; step++) {
        seen.steps++
        ctx.report(step)
        await ctx.yield()
      }
      return steps
    },
    echo: (value: number) => value,
  }
  const task = runtime.defineTask<StripTaskContext<typeof handlers>>({
    type: 'singleton',
    maxInFlight: 2,
    timeoutMs: 1_000,
    worker: createTestWorkers(handlers).create,
  })
  return { task, seen }
}

it('a loop that yields ends while time stands still, however long the machine takes', async () => {
  const { task } = looping()
  expect(await task.loop(50)).toBe(50)
  expect(clock?.elapsed).toBe(0)
})

it('settle() waits for a loop that yields to end', async () => {
  const { task } = looping()
  const call = watch(task.loop(500))
  await settle()
  expect(call.value).toBe(500)
})

it('a loop that yields takes no virtual time, so its timeout does not end it', async () => {
  const { task } = looping()
  const call = watch(task.loop(500))
  await clock?.advance(10_000)
  expect(call.value).toBe(500)
})

it('a loop that yields for ever lets other calls in, and ends at its timeout', async () => {
  const { task, seen } = looping()
  const call = rejection(task.loop(Number.POSITIVE_INFINITY))
  expect(await task.echo(1)).toBe(1)
  await settle()
  const before = seen.steps
  await clock?.advance(999)
  expect(seen.steps).toBeGreaterThan(before)
  await clock?.advance(1)
  expect(await call).toMatchObject({ name: 'AbortError', cause: { name: 'TimeoutError' } })
  await settle()
  const after = seen.steps
  await settle()
  expect(seen.steps).toBe(after)
})

it('a loop that yields ends at the first step after its listener has canceled it', async () => {
  const { task, seen } = looping()
  const stop = new AbortController()
  const options = { signal: stop.signal, onProgress: () => stop.abort() }
  const call = rejection(task.with(options).loop(Number.POSITIVE_INFINITY))
  expect((await call).name).toBe('AbortError')
  await settle()
  const after = seen.steps
  await settle()
  expect(seen.steps).toBe(after)
})

it("a loop lets messages in on the platform's clock after a virtual one was far ahead", async () => {
  const { task } = looping()
  await task.loop(1)
  await clock?.advance(3_600_000)
  await task.loop(1)
  clock?.restore()
  runtime.dispose()
  runtime = createTaskRuntime()
  const { task: later } = looping()
  const call = rejection(later.with({ timeoutMs: 50 }).loop(Number.POSITIVE_INFINITY))
  expect((await call).cause).toMatchObject({ name: 'TimeoutError' })
})
