/**
 * What a worker file needs, and nothing of the kernel.
 *
 * @module @varunkanwar/atelier/worker
 */
export type { StripTaskContext, TaskContext, TaskHandlerMap } from './api/types.ts'
export type { ErrorClass, ErrorRegistration } from './shared/errors/registry.ts'
export { registerError } from './shared/errors/registry.ts'
export type { TaskWorker } from './shared/protocol.ts'
export { createTaskWorker } from './worker/create-task-worker.ts'
