import { afterEach, describe, expect, it, vi } from 'vitest'
import {
  abortError,
  isAbortError,
  KernelPanicError,
  QueueDropError,
  TaskDisposedError,
  timeoutError,
  WorkerCrashedError,
} from '../../../../ts/shared/errors/classes.ts'

afterEach(() => {
  vi.unstubAllGlobals()
})

describe('WorkerCrashedError', () => {
  it('names the task, the worker and what is known of the death', () => {
    const cause = new TypeError('x is not a function')
    const error = new WorkerCrashedError('resize', { workerIndex: 2, cause })
    expect(error).toMatchObject({ name: 'WorkerCrashedError', taskId: 'resize', workerIndex: 2, cause })
    expect(error.message).toBe(
      'Worker 2 of task "resize" crashed before the call was answered: x is not a function',
    )
    expect(error.stack).toContain('classes.test.ts')
  })

  it('has neither index nor cause when none is known', () => {
    const error = new WorkerCrashedError('resize')
    expect(error.message).toBe('A worker of task "resize" crashed before the call was answered.')
    expect('workerIndex' in error).toBe(false)
    expect('cause' in error).toBe(false)
  })
})

describe('QueueDropError', () => {
  it.each(['reject', 'drop-latest'] as const)('tells that the policy %s refused the call', policy => {
    const error = new QueueDropError(policy, 'resize')
    expect(error).toMatchObject({ name: 'QueueDropError', policy, taskId: 'resize' })
    expect(error.message).toBe(
      `Task "resize" refused a call: its queue is full and its policy is "${policy}".`,
    )
  })

  it('tells that drop-oldest gave way to a newer call', () => {
    expect(new QueueDropError('drop-oldest', 'resize').message).toMatch(/dropped its oldest pending call/)
  })
})

describe('TaskDisposedError and KernelPanicError', () => {
  it('name what ended', () => {
    const disposed = new TaskDisposedError('resize')
    expect(disposed).toMatchObject({ name: 'TaskDisposedError', taskId: 'resize' })
    expect(disposed.message).toContain('Task "resize" is disposed')
    const panic = new KernelPanicError('index out of bounds at pool.rs:10')
    expect(panic.name).toBe('KernelPanicError')
    expect(panic.message).toContain('index out of bounds at pool.rs:10')
  })
})

describe('abortError', () => {
  it('is a DOMException with the cause as its own property', () => {
    const reason = { why: 'scrolled away' }
    const error = abortError('The call was aborted.', reason)
    expect(error).toBeInstanceOf(DOMException)
    expect(error.name).toBe('AbortError')
    expect(error.message).toBe('The call was aborted.')
    expect(Object.getOwnPropertyDescriptor(error, 'cause')).toMatchObject({
      value: reason,
      enumerable: false,
    })
  })

  it('has no cause when none is given', () => {
    expect(Object.hasOwn(abortError('The call was aborted.'), 'cause')).toBe(false)
  })

  it('is an Error of that name where the platform has no DOMException', () => {
    vi.stubGlobal('DOMException', undefined)
    const error = abortError('The call was aborted.', 'because')
    expect(error).toBeInstanceOf(Error)
    expect(error).toMatchObject({ name: 'AbortError', message: 'The call was aborted.', cause: 'because' })
  })
})

describe('timeoutError', () => {
  it('names the time in milliseconds', () => {
    const error = timeoutError(250)
    expect(error).toBeInstanceOf(DOMException)
    expect(error).toMatchObject({ name: 'TimeoutError' })
    expect(error.message).toContain('250 ms')
  })
})

describe('isAbortError', () => {
  it('goes by the name alone', () => {
    expect(isAbortError(abortError('stop'))).toBe(true)
    expect(isAbortError({ name: 'AbortError' })).toBe(true)
    expect(isAbortError(timeoutError(1))).toBe(false)
    expect(isAbortError('AbortError')).toBe(false)
    expect(isAbortError(null)).toBe(false)
  })
})
