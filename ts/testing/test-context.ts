import type { AbortKey, TaskContext } from '../api/context.ts'
import { refuseUnknown } from '../shared/unknown-options.ts'
import { CANCELED } from '../shared/words.ts'
import { CallContext, viewOf } from '../worker/context.ts'
import { Interrupt } from '../worker/interrupt.ts'

export type TestContextOptions = {
  /** Default: the call has no key. */
  key?: AbortKey | undefined
  /** Default: `test-0`. */
  callId?: string | undefined
  /** Default: the call has no trace. */
  traceparent?: string | undefined
  /** Default: 0. */
  workerIndex?: number | undefined
  /** Whether the context is as on a cross-origin isolated page, with an `interrupt`. Default: false. */
  isolated?: boolean | undefined
  /** Called with each value that is reported, before `report` returns: it may cancel the call in the middle of synchronous code. */
  onReport?: ((value: unknown) => void) | undefined
}

/** A context for one call of a handler, and what a test may do about it. */
export type TestContext = {
  /** For the handler. */
  readonly context: TaskContext
  /** Every value that was reported, in order, cloned as it was then. A task passes on the newest of 16 ms. */
  readonly reports: readonly unknown[]
  /** Whether the handler has asked for its worker to be replaced. */
  readonly retires: boolean
  /** Cancels the call. Nothing that is reported after that is recorded. */
  cancel(): void
}

/**
 * Returns a context for calling a handler directly, without a worker or a runtime. It behaves as that of a task, except that `report` throws
 * where the value cannot be cloned, which a task only logs.
 *
 * @throws TypeError when an option is unknown.
 */
export function createTestContext(options: TestContextOptions = {}): TestContext {
  refuseUnknown('createTestContext', options, OPTIONS)
  const { key, callId = 'test-0', traceparent, workerIndex = 0, isolated = false, onReport } = options
  const reports: unknown[] = []
  let isOver = false
  let retires = false
  const end = () => {
    isOver = true
  }
  const report = (value: unknown) => {
    if (isOver) return
    const copy = structuredClone(value)
    reports.push(copy)
    onReport?.(copy)
  }
  const memory = new Int32Array(new SharedArrayBuffer(Int32Array.BYTES_PER_ELEMENT))
  const interrupt = isolated ? new Interrupt(memory, 1) : undefined
  const worker = {
    index: workerIndex,
    retire() {
      retires = true
    },
  }
  const call = new CallContext(callId, key, { report, cancel: end, end }, interrupt, traceparent, worker)
  return {
    context: viewOf(call),
    reports,
    get retires() {
      return retires
    },
    cancel() {
      Atomics.store(memory, 0, CANCELED)
      CallContext.abort(call)
    },
  }
}

const OPTIONS = Object.keys({
  key: true,
  callId: true,
  traceparent: true,
  workerIndex: true,
  isolated: true,
  onReport: true,
} satisfies Record<keyof TestContextOptions, true>)
