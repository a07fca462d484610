import { ErrorKind, Metric, Outcome, Reason, Status, Termination } from '../../ts/page/kernel/boundary.ts'
import type { Kernel } from '../../ts/page/kernel/pkg/kernel.js'
import { type BareKernel, bareKernel, type EffectName, submit as submitTo } from '../support/effects.ts'

const POOL = { type: 'parallel', poolSize: 2 }

/**
 * A kernel with two tasks. Slot 1 of task 1 has its first worker, with call 1; slot 0 has, after a crash, its second, with
 * call 0 on its second attempt. By default no further call can start.
 */
export function busy(config: object = {}): BareKernel {
  const bare = bareKernel()
  const { kernel } = bare
  kernel.defineTask({ type: 'singleton' }, undefined, 0)
  kernel.defineTask({ ...POOL, crashPolicy: 'restart-requeue-in-flight', ...config }, undefined, 0)
  submit(kernel, 0, 1)
  submit(kernel, 1, 2)
  kernel.workerLost(1, 0, 1, 3)
  kernel.handleTimeout(103)
  bare.effects()
  return bare
}

function submit(kernel: Kernel, call: number, now: number, key?: number, priority = 0): void {
  submitTo(kernel, 1, call, now, { ...(key !== undefined && { key }), priority })
}

/** Opens scopes up to the one with this number. */
function openScope(kernel: Kernel, number: number): number {
  let scope: number
  do scope = kernel.openScope(0)
  while (scope < number)
  return scope
}

export type Shown = {
  title: string
  config?: object
  happen(bare: BareKernel): void
  /** The arguments of each effect of that name which follows. */
  effects: unknown[][]
}

/** Each effect with what makes the kernel ask for it. The compiler and a test name the effects that are missing. */
export const SHOWN: Record<EffectName, Shown[]> = {
  spawn: [
    {
      title: 'the task, slot and epoch',
      happen({ kernel }) {
        kernel.workerLost(1, 0, 2, 200)
        kernel.handleTimeout(10_000)
      },
      effects: [[1, 0, 3]],
    },
  ],
  giveUp: [
    {
      title: 'the task, slot and epoch, and the time that the worker had',
      config: { startTimeoutMs: 1_500 },
      happen: ({ kernel }) => kernel.handleTimeout(1_603),
      effects: [
        [1, 1, 1, 1_500],
        [1, 0, 2, 1_500],
      ],
    },
  ],
  terminate: [
    {
      title: 'the task, slot and epoch',
      happen: ({ kernel }) => kernel.stopWorkers(1, 200),
      effects: [
        [1, 0, 2],
        [1, 1, 1],
      ],
    },
  ],
  dispatch: [
    {
      title: 'the task, call, attempt, slot and epoch',
      happen({ kernel }) {
        kernel.settle(1, 1, 1, Outcome.Succeeded, undefined, 200)
        submit(kernel, 2, 201)
        submit(kernel, 3, 202)
        kernel.settle(1, 0, 2, Outcome.Succeeded, undefined, 203)
        for (const epoch of [1, 2, 3]) {
          kernel.workerLost(1, 1, epoch, epoch * 1_000)
          kernel.handleTimeout(epoch * 1_000 + 900)
        }
      },
      effects: [
        [1, 3, 1, 0, 2],
        [1, 2, 3, 1, 3],
      ],
    },
  ],
  interrupt: [
    {
      title: 'the task, call, slot and epoch',
      config: { maxInFlight: 4 },
      happen({ kernel, effects }) {
        const key = openScope(kernel, 0)
        for (const call of [2, 3]) submit(kernel, call, 200, key)
        effects()
        kernel.abortScope(key, 201)
      },
      effects: [
        [1, 2, 0, 2],
        [1, 3, 0, 2],
      ],
    },
  ],
  resolve: [
    {
      title: 'the task and call',
      happen: ({ kernel }) => kernel.settle(1, 0, 2, Outcome.Succeeded, undefined, 200),
      effects: [[1, 0]],
    },
  ],
  reject: [
    {
      title: 'that the call was aborted, with the scope',
      happen({ kernel }) {
        submit(kernel, 2, 200, openScope(kernel, 3))
        kernel.abortScope(3, 201)
      },
      effects: [[1, 2, Reason.Aborted, 3, undefined]],
    },
    {
      title: 'that the call timed out',
      config: { timeoutMs: 1_000 },
      happen: ({ kernel }) => kernel.handleTimeout(1_001),
      effects: [[1, 0, Reason.TimedOut, undefined, undefined]],
    },
    {
      title: 'that the queue refused the call',
      config: { maxQueueDepth: 0, queuePolicy: 'reject' },
      happen: ({ kernel }) => submit(kernel, 2, 200),
      effects: [[1, 2, Reason.Dropped, undefined, undefined]],
    },
    {
      title: 'that the task was disposed',
      happen: ({ kernel }) => kernel.disposeTask(1, 200),
      effects: [0, 1].map(call => [1, call, Reason.Disposed, undefined, undefined]),
    },
    {
      title: 'that its worker crashed too often, with the slot',
      config: { crashMaxRetries: 1 },
      happen: ({ kernel }) => kernel.workerLost(1, 0, 2, 200),
      effects: [0, 1].map(call => [1, call, Reason.Crashed, undefined, 0]),
    },
    {
      title: 'that its worker was terminated for the sake of another call, with the slot',
      config: { cancelGraceMs: 10, crashPolicy: 'restart-fail-in-flight', maxInFlight: 4 },
      happen({ kernel, effects }) {
        submit(kernel, 2, 200)
        submit(kernel, 3, 201, openScope(kernel, 2))
        effects()
        kernel.abortScope(2, 202)
        effects()
        kernel.handleTimeout(212)
      },
      effects: [[1, 1, Reason.Killed, undefined, 1]],
    },
    {
      title: 'that its arguments are gone with its worker, with the slot',
      happen({ kernel }) {
        kernel.payloadMoved(1, 1, 1, 1, 199)
        kernel.workerLost(1, 1, 1, 200)
      },
      effects: [[1, 1, Reason.Moved, undefined, 1]],
    },
    {
      title: 'that items of its stream had arrived, with the slot',
      happen({ kernel }) {
        kernel.firstItem(1, 1, 1, 199)
        kernel.workerLost(1, 1, 1, 200)
      },
      effects: [[1, 1, Reason.Begun, undefined, 1]],
    },
    {
      title: 'that no item came in time',
      happen({ kernel }) {
        kernel.limitItemWait(1, 1, 30, 199)
        kernel.moreItems(1, 1, 1, 200)
        kernel.handleTimeout(229.5)
        kernel.handleTimeout(230)
      },
      effects: [[1, 1, Reason.ItemTimedOut, undefined, undefined]],
    },
    {
      title: 'that nobody wants more of it',
      happen: ({ kernel }) => kernel.cancelCall(1, 1, 200),
      effects: [[1, 1, Reason.Left, undefined, undefined]],
    },
    {
      title: 'that the handler threw',
      happen: ({ kernel }) => kernel.settle(1, 0, 2, Outcome.Failed, undefined, 200),
      effects: [[1, 0, Reason.Failed, undefined, undefined]],
    },
    {
      title: 'that the handler threw an AbortError',
      happen: ({ kernel }) => kernel.settle(1, 1, 1, Outcome.Aborted, undefined, 200),
      effects: [[1, 1, Reason.HandlerAborted, undefined, undefined]],
    },
  ],
  abortSignal: [
    {
      title: 'the scope',
      happen({ kernel }) {
        kernel.holdScope(openScope(kernel, 2), 200)
        kernel.abortScope(2, 201)
      },
      effects: [[2]],
    },
  ],
  releaseScope: [
    {
      title: 'the scope',
      happen({ kernel }) {
        kernel.abortScope(openScope(kernel, 2), 200)
        kernel.clearScope(2, 201)
      },
      effects: [[2]],
    },
  ],
  drained: [
    {
      title: 'the task',
      happen({ kernel }) {
        kernel.watchDrain(1, 200)
        kernel.settle(1, 0, 2, Outcome.Succeeded, undefined, 201)
        kernel.settle(1, 1, 1, Outcome.Succeeded, undefined, 202)
      },
      effects: [[1]],
    },
  ],
  replaced: [
    {
      title: 'the task',
      happen({ kernel }) {
        kernel.replaceWorkers(1, 200)
        kernel.stopWorkers(1, 201)
      },
      effects: [[1]],
    },
  ],
  count: [
    {
      title: 'why a worker was terminated',
      happen({ kernel }) {
        kernel.observe(true, false, 1, 199)
        kernel.stopWorkers(1, 200)
      },
      effects: [
        [Metric.WorkerTerminate, 1, 0, Termination.Stopped],
        [Metric.WorkerTerminate, 1, 1, Termination.Stopped],
      ],
    },
    {
      title: 'the metric, task and slot',
      happen({ kernel }) {
        kernel.observe(true, false, 1, 199)
        kernel.workerLost(1, 0, 2, 200)
      },
      effects: [
        [Metric.WorkerCrash, 1, 0, undefined],
        [Metric.TaskRequeue, 1, undefined, undefined],
      ],
    },
  ],
  gauge: [
    {
      title: 'the metric, task and value',
      happen({ kernel }) {
        kernel.observe(true, false, 1, 199)
        for (const call of [2, 3, 4, 5, 6]) submit(kernel, call, 200)
      },
      effects: [
        [Metric.QueueInFlight, 1, 2],
        [Metric.QueuePending, 1, 1],
        [Metric.QueueBlocked, 1, 0],
        [Metric.WorkersActive, 1, 2],
        ...[2, 3, 4].map(value => [Metric.QueuePending, 1, value]),
        [Metric.QueueBlocked, 1, 1],
      ],
    },
    {
      title: 'how many streams rest, with the other gauges once one does',
      happen({ kernel }) {
        kernel.observe(true, false, 1, 199)
        kernel.firstItem(1, 1, 1, 200)
        kernel.rest(1, 1, 1, 201)
        kernel.resume(1, 1, 1, 202)
      },
      effects: [
        [Metric.QueueInFlight, 1, 1],
        [Metric.QueuePending, 1, 0],
        [Metric.QueueBlocked, 1, 0],
        [Metric.QueueResting, 1, 1],
        [Metric.WorkersActive, 1, 2],
        [Metric.QueueInFlight, 1, 2],
        [Metric.QueueResting, 1, 0],
      ],
    },
  ],
  histogram: [
    {
      title: 'the metric, task and value',
      happen({ kernel }) {
        kernel.observe(true, false, 1, 199)
        kernel.settle(1, 1, 1, Outcome.Succeeded, undefined, 202.25)
      },
      effects: [[Metric.TaskDuration, 1, 200.25]],
    },
    {
      title: 'when the first item of a stream came',
      happen({ kernel }) {
        kernel.observe(true, false, 1, 199)
        kernel.firstItem(1, 1, 1, 202.25)
      },
      effects: [[Metric.StreamFirstItem, 1, 200.25]],
    },
  ],
  busyWorkers: [
    {
      title: 'how many workers are busy',
      happen({ kernel }) {
        kernel.observe(true, false, 1, 199)
        kernel.limitBusyWorkers(3, 199)
        kernel.settle(1, 1, 1, Outcome.Succeeded, undefined, 200)
      },
      effects: [[2], [1]],
    },
  ],
  endSpan: [
    {
      title: 'the account of a call that failed on its second attempt',
      happen({ kernel, effects }) {
        kernel.observe(false, true, 1, 190)
        submit(kernel, 2, 195, undefined, 7)
        kernel.settle(1, 1, 1, Outcome.Succeeded, undefined, 200)
        effects()
        kernel.workerLost(1, 1, 1, 220.5)
        kernel.handleTimeout(1_000)
        effects()
        kernel.settle(1, 2, 2, Outcome.Failed, 40.25, 1_050)
      },
      effects: [
        [
          {
            task: 1,
            call: 2,
            started: 195,
            ended: 1_050,
            queueWait: 784.5,
            queueWaitLast: 779.5,
            attempts: 2,
            priority: 7,
            run: 40.25,
            firstItem: undefined,
            slot: 1,
            status: Status.Error,
            error: ErrorKind.Exception,
            rejection: Reason.Failed,
            aborted: undefined,
            blamed: undefined,
          },
        ],
      ],
    },
    {
      title: 'the account of a stream whose caller has left it after its first item',
      happen({ kernel, effects }) {
        kernel.observe(false, true, 1, 190)
        kernel.settle(1, 0, 2, Outcome.Succeeded, undefined, 191)
        submit(kernel, 2, 195)
        effects()
        kernel.firstItem(1, 2, 1, 199.5)
        kernel.rest(1, 2, 1, 200)
        kernel.cancelCall(1, 2, 201)
      },
      effects: [
        [
          {
            task: 1,
            call: 2,
            started: 195,
            ended: 201,
            queueWait: 0,
            queueWaitLast: 0,
            attempts: 1,
            priority: 0,
            run: undefined,
            firstItem: 4.5,
            slot: 0,
            status: Status.Canceled,
            error: ErrorKind.Abort,
            rejection: Reason.Left,
            aborted: undefined,
            blamed: undefined,
          },
        ],
      ],
    },
    {
      title: 'the account of a call that was aborted while it was pending',
      happen({ kernel }) {
        kernel.observe(false, true, 1, 190)
        submit(kernel, 2, 195, openScope(kernel, 3))
        kernel.abortScope(3, 199.5)
      },
      effects: [
        [
          {
            task: 1,
            call: 2,
            started: 195,
            ended: 199.5,
            queueWait: 4.5,
            queueWaitLast: 4.5,
            attempts: 0,
            priority: 0,
            run: undefined,
            firstItem: undefined,
            slot: undefined,
            status: Status.Canceled,
            error: ErrorKind.Abort,
            rejection: Reason.Aborted,
            aborted: 3,
            blamed: undefined,
          },
        ],
      ],
    },
    {
      title: 'the account of a call of a task that has failed',
      config: { crashMaxRetries: 1 },
      happen({ kernel, effects }) {
        kernel.observe(false, true, 1, 190)
        kernel.workerLost(1, 0, 2, 191)
        effects()
        submit(kernel, 2, 195)
      },
      effects: [
        [
          {
            task: 1,
            call: 2,
            started: 195,
            ended: 195,
            queueWait: 0,
            queueWaitLast: 0,
            attempts: 0,
            priority: 0,
            run: undefined,
            firstItem: undefined,
            slot: undefined,
            status: Status.Error,
            error: ErrorKind.Crash,
            rejection: Reason.Crashed,
            aborted: undefined,
            blamed: 0,
          },
        ],
      ],
    },
    {
      title: 'the account of a call that returned',
      happen({ kernel, effects }) {
        kernel.observe(false, true, 1, 190)
        kernel.settle(1, 0, 2, Outcome.Succeeded, undefined, 191)
        submit(kernel, 2, 195)
        effects()
        kernel.settle(1, 2, 1, Outcome.Succeeded, undefined, 197)
      },
      effects: [
        [
          {
            task: 1,
            call: 2,
            started: 195,
            ended: 197,
            queueWait: 0,
            queueWaitLast: 0,
            attempts: 1,
            priority: 0,
            run: undefined,
            firstItem: undefined,
            slot: 0,
            status: Status.Ok,
            error: undefined,
            rejection: undefined,
            aborted: undefined,
            blamed: undefined,
          },
        ],
      ],
    },
  ],
  endTrace: [
    {
      title: 'the trace, times, status and error',
      happen({ kernel }) {
        kernel.observe(false, true, 1, 199)
        for (const at of [200, 201, 202, 203]) kernel.openTrace(at)
        kernel.endTrace(1, undefined, undefined, 210)
        kernel.endTrace(2, undefined, ErrorKind.Abort, 211)
        kernel.endTrace(3, Status.Error, ErrorKind.Crash, 212)
      },
      effects: [
        [1, 201, 210, Status.Ok, undefined],
        [2, 202, 211, Status.Canceled, ErrorKind.Abort],
        [3, 203, 212, Status.Error, ErrorKind.Crash],
      ],
    },
  ],
}
