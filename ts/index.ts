/**
 * What a page needs: the runtime, pipelines and the errors.
 *
 * @module @varunkanwar/atelier
 */

export { expose } from 'comlink'
export type {
  CrashPolicy,
  InitMode,
  ObservabilityConfig,
  QueueOrder,
  QueuePolicy,
  RecordConfig,
  RuntimeConfig,
  SpansConfig,
  TaskConfig,
  TaskType,
  WorkerRange,
} from './api/config.ts'
export type { AbortKey, TaskContext } from './api/context.ts'
export type {
  ErrorKind,
  MetricEvent,
  RuntimeEvent,
  SpanEvent,
  TraceContext,
  TraceEndOptions,
  TraceEvent,
} from './api/events.ts'
export type {
  AbortTaskController,
  RuntimeSnapshot,
  RuntimeSnapshotSubscriptionOptions,
  RuntimeTaskSnapshot,
  TaskRuntime,
} from './api/runtime.ts'
export type { StreamOptions, TaskStream } from './api/streams.ts'
export type {
  StreamingMethods,
  StripTaskContext,
  TaskHandler,
  TaskHandlerMap,
  TaskHandlers,
  TaskWorkerOptions,
} from './api/strip-context.ts'
export type { ProgressListener, Task, TaskDispatchOptions, TaskWorkers, WorkerState } from './api/task.ts'
export type {
  ParallelLimitEitherOptions,
  ParallelLimitErrorPolicy,
  ParallelLimitFulfilled,
  ParallelLimitIterator,
  ParallelLimitOptions,
  ParallelLimitRejected,
  ParallelLimitSettledOptions,
  ParallelLimitSettledResult,
} from './page/pipeline/options.ts'
export { parallelLimit, yieldAsCompleted } from './page/pipeline/parallel-limit.ts'
export { createTaskRuntime } from './page/runtime.ts'
export {
  KernelPanicError,
  QueueDropError,
  SupersededError,
  TaskDisposedError,
  WorkerCrashedError,
} from './shared/errors/classes.ts'
export type { ErrorClass, ErrorRegistration } from './shared/errors/registry.ts'
export { registerError } from './shared/errors/registry.ts'
export type { TaskWorker } from './shared/protocol.ts'
export { createTaskWorker } from './worker/create-task-worker.ts'
