// Written by kernel/tests/boundary.rs from the list in kernel/src/boundary: do not edit.

import type { Registers } from './registers.ts'

/** A task of one kernel. Counts from 0 and is never reused. */
export type TaskId = number & { readonly __id: 'TaskId' }

/** A call of one task. The shell counts its calls from 0; after 2^32 calls the count begins anew. */
export type CallSeq = number & { readonly __id: 'CallSeq' }

/** A place for a worker in a task's pool: `0..poolSize`. Callers know it as the worker index. */
export type Slot = number & { readonly __id: 'Slot' }

/** Which worker is in a slot. Rises with every spawn, so that news about an earlier worker is recognized as stale. */
export type Epoch = number & { readonly __id: 'Epoch' }

/** One dispatch of a call, counting from 1. A reply carries it, so that a reply to an earlier attempt is stale. */
export type Attempt = number & { readonly __id: 'Attempt' }

/** A cancellation scope: what a key or an `AbortSignal` is to the kernel. Reused after it was closed. */
export type ScopeId = number & { readonly __id: 'ScopeId' }

/** A trace. Counts from 0 per kernel and is never reused. */
export type TraceId = number & { readonly __id: 'TraceId' }

/** How an attempt ended, as its worker or the sending of it reports. */
export const Outcome = {
  /** The handler returned. */
  Succeeded: 0,
  /** The handler threw, or the call could not be sent. */
  Failed: 1,
  /** The handler threw an `AbortError`. */
  Aborted: 2,
} as const
export type Outcome = (typeof Outcome)[keyof typeof Outcome]

/** How a call or trace ended. */
export const Status = {
  /** It returned. */
  Ok: 0,
  /** It failed. */
  Error: 1,
  /** It was canceled. */
  Canceled: 2,
} as const
export type Status = (typeof Status)[keyof typeof Status]

/** What kind of error ended a call or trace. */
export const ErrorKind = {
  /** An `AbortError`, or the end of the task. */
  Abort: 0,
  /** A queue policy. */
  Queue: 1,
  /** A worker crash. */
  Crash: 2,
  /** Anything else that was thrown. */
  Exception: 3,
} as const
export type ErrorKind = (typeof ErrorKind)[keyof typeof ErrorKind]

/** Why a worker is terminated that has not crashed. */
export const Termination = {
  /** It asked for that, or has served its `maxCallsPerWorker`. */
  Retired: 0,
  /** The user replaces the task's workers. */
  Replaced: 1,
  /** It had no call for `idleTimeoutMs`. */
  Idle: 2,
  /** The user stopped the task, or the task has failed by the crash of another worker. */
  Stopped: 3,
  /** The task was disposed. */
  Disposed: 4,
  /** A canceled call on it exceeded `cancelGraceMs`. */
  Killed: 5,
} as const
export type Termination = (typeof Termination)[keyof typeof Termination]

/** Why a call is rejected. */
export const Reason = {
  /** Its key or signal was aborted. */
  Aborted: 0,
  /** `timeoutMs` has passed. */
  TimedOut: 1,
  /** Its loop has waited for an item for as long as `LimitItemWait` allows. */
  ItemTimedOut: 2,
  /** Its caller wants no more of it: the loop of its stream was left, or nobody holds the stream any more. */
  Left: 3,
  /** A newer call with the same `latest` word took its place. */
  Superseded: 4,
  /** The queue policy refused or dropped the call. */
  Dropped: 5,
  /** The task was disposed. */
  Disposed: 6,
  /** The worker crashed or could not be created. For a call of a task that has failed for good: the worker that failed it. */
  Crashed: 7,
  /** The worker was terminated because another call on it exceeded its cancel grace. */
  Killed: 8,
  /** The call would be sent again, but its arguments were moved to a worker that is gone. */
  Moved: 9,
  /** The call would be sent again, but items of its stream have arrived. */
  Begun: 10,
  /** The handler threw, or the call could not be sent, with the error that the settling input brought. */
  Failed: 11,
  /** The handler threw an `AbortError`, which the settling input brought. */
  HandlerAborted: 12,
} as const
export type Reason = (typeof Reason)[keyof typeof Reason]

/** A metric. The doc line of each begins with its name in events. */
export const Metric = {
  /** `task.dispatch.total`: attempts sent to workers. */
  TaskDispatch: 0,
  /** `task.success.total`: calls whose handler returned. */
  TaskSuccess: 1,
  /** `task.failure.total`: calls that failed, by an exception or a crash. */
  TaskFailure: 2,
  /** `task.canceled.total`: calls that were aborted, timed out or ended by their task. */
  TaskCanceled: 3,
  /** `task.rejected.total`: calls that the queue policy refused or dropped. */
  TaskRejected: 4,
  /** `task.requeue.total`: calls put back into the queue after a crash. */
  TaskRequeue: 5,
  /** `task.ignored.total`: replies that settled no call. */
  TaskIgnored: 6,
  /** `worker.spawn.total`: workers created. */
  WorkerSpawn: 7,
  /** `worker.crash.total`: workers that crashed or could not be created. */
  WorkerCrash: 8,
  /** `worker.terminate.total`: workers that the runtime terminated. */
  WorkerTerminate: 9,
  /** `worker.unhandled.total`: unhandled rejections in workers. */
  WorkerUnhandled: 10,
  /** `queue.in_flight`: calls on workers. */
  QueueInFlight: 11,
  /** `queue.pending`: calls that are accepted and not started. */
  QueuePending: 12,
  /** `queue.blocked`: calls whose caller waits for room. */
  QueueBlocked: 13,
  /** `queue.resting`: streams that stay on their workers without counting there. */
  QueueResting: 14,
  /** `workers.active`: workers that exist. */
  WorkersActive: 15,
  /** `task.duration_ms`: from the method call to the answer. */
  TaskDuration: 16,
  /** `task.run_ms`: time in the handler, on the worker's clock. */
  TaskRun: 17,
  /** `stream.first_item_ms`: from the method call to the first item of its stream. */
  StreamFirstItem: 18,
  /** `queue.wait_ms`: time in queues before a dispatch. */
  QueueWait: 19,
  /** `worker.ready_ms`: from the creation of a worker until it serves calls. */
  WorkerReady: 20,
} as const
export type Metric = (typeof Metric)[keyof typeof Metric]

/** Where the next deadline is. */
export const DEADLINE = 24

/** How many registers there are. */
export const REGISTERS = 25

/** What `endSpan` carries. */
export type EndSpan = {
  /** The task that the effect is about. */
  task: TaskId
  /** The call that the effect is about. */
  call: CallSeq
  /** When the call was made or the trace was opened, in milliseconds. */
  started: number
  /** When it ended, in milliseconds. */
  ended: number
  /** Time in queues over all attempts, in milliseconds. */
  queueWait: number
  /** Time in queues before the last attempt, in milliseconds. */
  queueWaitLast: number
  /** How often the call was dispatched. */
  attempts: number
  /** The priority of the call. */
  priority: number
  /** Time in the handler on the worker's clock, in milliseconds, where it was measured. */
  run: number | undefined
  /** Time from the method call to the first item of its stream, in milliseconds, if one has arrived. */
  firstItem: number | undefined
  /** The slot of the worker that the effect is about. */
  slot: Slot | undefined
  /** How the call or trace ended. */
  status: Status
  /** What kind of error ended it. */
  error: ErrorKind | undefined
  /** Why the call was rejected. */
  rejection: Reason | undefined
  /** The scope whose abort rejected the call. */
  aborted: ScopeId | undefined
  /** The slot of the worker to blame for the rejection. */
  blamed: Slot | undefined
}

/** Who performs the effects. No method may throw. */
export type Performer = {
  /** Create a worker in the slot. Report a failure with `WorkerLost`. */
  spawn(task: TaskId, slot: Slot, epoch: Epoch): void
  /** The worker was not ready within `after` milliseconds, its `startTimeoutMs`: note that as the cause of its crash, which follows. */
  giveUp(task: TaskId, slot: Slot, epoch: Epoch, after: number): void
  /** Terminate the slot's worker, if it still lives, and stop listening to it. Report the end of its thread with `WorkerGone`. */
  terminate(task: TaskId, slot: Slot, epoch: Epoch): void
  /** Send the call's arguments to the worker. */
  dispatch(task: TaskId, call: CallSeq, attempt: Attempt, slot: Slot, epoch: Epoch): void
  /** Tell the worker that the call is canceled. The worker still owes a reply. */
  interrupt(task: TaskId, call: CallSeq, slot: Slot, epoch: Epoch): void
  /** Give the caller the result that the settling input brought. */
  resolve(task: TaskId, call: CallSeq): void
  /** Give the caller an error. */
  reject(task: TaskId, call: CallSeq, rejection: Reason, aborted: ScopeId | undefined, blamed: Slot | undefined): void
  /** Abort the signal that was handed out for the scope. */
  abortSignal(scope: ScopeId): void
  /** Nothing uses the scope any more: offer to forget it with `CloseScope`. */
  releaseScope(scope: ScopeId): void
  /** Nothing is waiting, pending or in flight: resolve what was promised since `WatchDrain`. */
  drained(task: TaskId): void
  /** None of the workers lives that the first open `ReplaceWorkers` was about: resolve what was promised for it. */
  replaced(task: TaskId): void
  /** Report that a counter rose by one. */
  count(metric: Metric, task: TaskId, slot: Slot | undefined, termination: Termination | undefined): void
  /** Report the value of a gauge. */
  gauge(metric: Metric, task: TaskId, value: number): void
  /** Report a duration in milliseconds. */
  histogram(metric: Metric, task: TaskId, value: number): void
  /** Report how many workers are busy, where that is limited. */
  busyWorkers(value: number): void
  /** Report the span of a call that ends. */
  endSpan(end: EndSpan): void
  /** Report a trace that ends. */
  endTrace(trace: TraceId, started: number, ended: number, status: Status, error: ErrorKind | undefined): void
}

/** Hands the effect in the registers to the performer. `kind` is what `poll` returned. */
export function perform(kind: number, registers: Registers, performer: Performer): void {
  switch (kind) {
    case 1:
      performer.spawn(registers.id<TaskId>(0), registers.id<Slot>(5), registers.id<Epoch>(6))
      break
    case 2:
      performer.giveUp(registers.id<TaskId>(0), registers.id<Slot>(5), registers.id<Epoch>(6), registers.number(15))
      break
    case 3:
      performer.terminate(registers.id<TaskId>(0), registers.id<Slot>(5), registers.id<Epoch>(6))
      break
    case 4:
      performer.dispatch(registers.id<TaskId>(0), registers.id<CallSeq>(1), registers.id<Attempt>(3), registers.id<Slot>(5), registers.id<Epoch>(6))
      break
    case 5:
      performer.interrupt(registers.id<TaskId>(0), registers.id<CallSeq>(1), registers.id<Slot>(5), registers.id<Epoch>(6))
      break
    case 6:
      performer.resolve(registers.id<TaskId>(0), registers.id<CallSeq>(1))
      break
    case 7:
      performer.reject(registers.id<TaskId>(0), registers.id<CallSeq>(1), registers.id<Reason>(9), registers.optional<ScopeId>(10), registers.optional<Slot>(11))
      break
    case 8:
      performer.abortSignal(registers.id<ScopeId>(7))
      break
    case 9:
      performer.releaseScope(registers.id<ScopeId>(7))
      break
    case 10:
      performer.drained(registers.id<TaskId>(0))
      break
    case 11:
      performer.replaced(registers.id<TaskId>(0))
      break
    case 12:
      performer.count(registers.id<Metric>(12), registers.id<TaskId>(0), registers.optional<Slot>(5), registers.optional<Termination>(14))
      break
    case 13:
      performer.gauge(registers.id<Metric>(12), registers.id<TaskId>(0), registers.number(13))
      break
    case 14:
      performer.histogram(registers.id<Metric>(12), registers.id<TaskId>(0), registers.number(13))
      break
    case 15:
      performer.busyWorkers(registers.number(13))
      break
    case 16:
      performer.endSpan({
        task: registers.id<TaskId>(0),
        call: registers.id<CallSeq>(1),
        started: registers.number(16),
        ended: registers.number(17),
        queueWait: registers.number(20),
        queueWaitLast: registers.number(21),
        attempts: registers.number(4),
        priority: registers.number(2),
        run: registers.optional<number>(18),
        firstItem: registers.optional<number>(19),
        slot: registers.optional<Slot>(5),
        status: registers.id<Status>(22),
        error: registers.optional<ErrorKind>(23),
        rejection: registers.optional<Reason>(9),
        aborted: registers.optional<ScopeId>(10),
        blamed: registers.optional<Slot>(11),
      })
      break
    case 17:
      performer.endTrace(registers.id<TraceId>(8), registers.number(16), registers.number(17), registers.id<Status>(22), registers.optional<ErrorKind>(23))
      break
  }
}
