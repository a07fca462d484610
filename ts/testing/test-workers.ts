import { harnessOf } from '../worker/create-task-worker.ts'
import { TestWorker, type TestWorkerOptions } from './test-worker.ts'

/**
 * What the worker's script would pass to `createTaskWorker`, or a function that creates it, for handlers with state that each
 * worker has for itself. The function receives the number of workers created before.
 */
export type TestHandlers = object | ((index: number) => object)

export type TestWorkers = {
  /** Creates a worker: the `worker` of a task's configuration. Needs no `this`. */
  readonly create: () => TestWorker
  /** Every worker created so far, in order, including terminated ones. */
  readonly all: readonly TestWorker[]
  /** The workers that are not terminated. */
  readonly live: readonly TestWorker[]
}

/**
 * Returns a factory of test workers for one task, which records the workers that it has created.
 *
 * @throws TypeError when `handlers` is an object without a function of its own.
 */
export function createTestWorkers(handlers: TestHandlers, options: TestWorkerOptions = {}): TestWorkers {
  const handlersOf = typeof handlers === 'function' ? (handlers as (index: number) => object) : () => handlers
  // Validated here so that the test gets the error; a factory that throws later would count as a crash.
  if (typeof handlers !== 'function') harnessOf(handlers, {})
  const all: TestWorker[] = []
  return {
    create() {
      const worker = new TestWorker(handlersOf(all.length), options)
      all.push(worker)
      return worker
    },
    all,
    get live() {
      return all.filter(({ terminated }) => !terminated)
    },
  }
}
