import { harnessOf } from '../worker/create-task-worker.ts'
import { TestWorker, type TestWorkerOptions } from './test-worker.ts'

/**
 * What the worker's script would give to `createTaskWorker`; or a function that makes it, for handlers that keep a state,
 * which each worker has for itself. It is given how many workers were created before.
 */
export type TestHandlers = object | ((index: number) => object)

export type TestWorkers = {
  /** Creates a worker: the `worker` of a task's configuration. Needs no `this`. */
  readonly create: () => TestWorker
  /** Every worker created so far, in order, the ended ones included. */
  readonly all: readonly TestWorker[]
  /** Those that are not terminated. */
  readonly live: readonly TestWorker[]
}

/**
 * A factory of test workers for one task, which remembers those that it created.
 *
 * @throws TypeError when `handlers` is an object without a function of its own.
 */
export function createTestWorkers(handlers: TestHandlers, options: TestWorkerOptions = {}): TestWorkers {
  const handlersOf = typeof handlers === 'function' ? (handlers as (index: number) => object) : () => handlers
  // What is wrong with them is the test's to know now; a factory that throws is a crash, which the runtime deals with.
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
