/**
 * What a page needs: the runtime, pipelines and the errors.
 *
 * @module @varunkanwar/atelier
 */
export type { ErrorClass, ErrorRegistration } from './error-registry.ts'
export { registerError } from './error-registry.ts'
export {
  KernelPanicError,
  QueueDropError,
  TaskDisposedError,
  WorkerCrashedError,
} from './errors.ts'
export type * from './pipeline.ts'
export { parallelLimit, yieldAsCompleted } from './pipeline.ts'
export { createTaskRuntime } from './runtime.ts'
export type * from './types.ts'
export { createTaskWorker } from './worker.ts'
