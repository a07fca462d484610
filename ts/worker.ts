/**
 * What a worker file needs, and nothing of the kernel.
 *
 * @module @varunkanwar/atelier/worker
 */
export { expose } from 'comlink'
export type { TaskContext } from './api/context.ts'
export type {
  StripTaskContext,
  TaskHandler,
  TaskHandlerMap,
  TaskHandlers,
  TaskWorkerOptions,
  WorkerSetup,
} from './api/strip-context.ts'
export type { ErrorClass, ErrorRegistration } from './shared/errors/registry.ts'
export { registerError } from './shared/errors/registry.ts'
export type { TaskWorker } from './shared/protocol.ts'
export { createTaskWorker } from './worker/create-task-worker.ts'
