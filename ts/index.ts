/**
 * What a page needs: the runtime, pipelines and the errors.
 *
 * @module @varunkanwar/atelier
 */

export type * from './api/types.ts'
export type * from './page/pipeline/parallel-limit.ts'
export { parallelLimit, yieldAsCompleted } from './page/pipeline/parallel-limit.ts'
export { createTaskRuntime } from './page/runtime.ts'
export {
  KernelPanicError,
  QueueDropError,
  TaskDisposedError,
  WorkerCrashedError,
} from './shared/errors/classes.ts'
export type { ErrorClass, ErrorRegistration } from './shared/errors/registry.ts'
export { registerError } from './shared/errors/registry.ts'
export { createTaskWorker } from './worker/create-task-worker.ts'
