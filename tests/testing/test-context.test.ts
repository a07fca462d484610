import { afterEach, expect, it, vi } from 'vitest'
import { createTestContext } from '../../ts/testing.ts'
import type { TaskContext } from '../../ts/worker.ts'

afterEach(() => {
  vi.useRealTimers()
})

it('a test context has what a call without options has', () => {
  const { context } = createTestContext()
  expect(context).toMatchObject({ callId: 'test-0', aborted: false })
  expect(context.signal.aborted).toBe(false)
  for (const name of ['key', 'traceparent', 'interrupt']) expect(name in context).toBe(false)
})

it('a test context has the key, the id and the trace that it was made with', () => {
  const options = { key: 'k', callId: 'words-7', traceparent: `00-${'a'.repeat(32)}-${'b'.repeat(16)}-01` }
  expect({ ...createTestContext(options).context }).toMatchObject(options)
})

it('a test context records every value that is reported, cloned as it was', () => {
  const { context, reports } = createTestContext()
  const { report } = { ...context }
  const value = { done: 1 }
  report(value)
  value.done = 2
  report(value)
  expect(reports).toEqual([{ done: 1 }, { done: 2 }])
  expect(() => report(() => 1)).toThrow(expect.objectContaining({ name: 'DataCloneError' }))
})

it('a canceled call has its signal aborted, throws, yields no more and reports nothing', async () => {
  const { context, reports, cancel } = createTestContext()
  const aborted = vi.fn()
  context.signal.addEventListener('abort', aborted)
  const copy = { ...context }
  await context.yield()
  cancel()
  expect(aborted).toHaveBeenCalledOnce()
  expect([context.aborted, copy.aborted]).toEqual([true, false])
  expect(() => copy.throwIfAborted()).toThrow(expect.objectContaining({ name: 'AbortError' }))
  await expect(copy.yield()).rejects.toBe(context.signal.reason)
  context.report(1)
  expect(reports).toEqual([])
})

it('synchronous code can be canceled where it reports, and sees it by its interrupt', () => {
  const spin = ({ report, interrupt }: TaskContext) => {
    let steps = 0
    while (interrupt?.[0] !== 2) report(++steps)
    return steps
  }
  const call = createTestContext({ isolated: true, onReport: value => value === 3 && call.cancel() })
  expect(call.context.interrupt).toEqual(new Int32Array([0]))
  expect(spin(call.context)).toBe(3)
  call.context.interrupt?.fill(0)
  expect(call.context.aborted).toBe(true)
})

it('a loop that yields can be canceled between two steps', async () => {
  const call = createTestContext()
  let steps = 0
  const loop = async ({ yield: letIn }: TaskContext) => {
    for (;;) {
      steps++
      await letIn()
    }
  }
  const ended = expect(loop(call.context)).rejects.toMatchObject({ name: 'AbortError' })
  await new Promise(resolve => setTimeout(resolve))
  call.cancel()
  await ended
  expect(steps).toBeGreaterThan(0)
})

it('an unknown option is refused', () => {
  expect(() => createTestContext({ isolatd: true } as object)).toThrow(
    /^createTestContext has no option "isolatd"/,
  )
})
