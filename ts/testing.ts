/**
 * Doubles of workers, of calls and of time, for tests of an application's own tasks in Node: the real runtime, kernel and Comlink, with
 * handlers that run in the test's own thread and timers that wait for the test.
 *
 * Works with any test runner. Not for browsers, which have real workers.
 *
 * @module @varunkanwar/atelier/testing
 */
export { settle } from './testing/settle.ts'
export { createTestContext, type TestContext, type TestContextOptions } from './testing/test-context.ts'
export { TestWorker, type TestWorkerOptions } from './testing/test-worker.ts'
export { createTestWorkers, type TestHandlers, type TestWorkers } from './testing/test-workers.ts'
export { createVirtualClock, type VirtualClock } from './testing/virtual-clock.ts'
