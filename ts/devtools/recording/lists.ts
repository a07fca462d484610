// Written by kernel/tests/boundary.rs from the list in kernel/src/boundary: do not edit.

import { ErrorKind, Metric, Outcome, Reason, Status, Termination } from '../../page/kernel/boundary.ts'

/** A field: its name, and what its number means. */
export type Field = {
  readonly name: string
  /** The names of an enum's variants, each with its number. */
  readonly kinds?: Readonly<Record<string, number>>
  /** It is 0 or 1. */
  readonly flag?: true
}

/** A field of an effect, with the register that holds it. */
export type StoredField = Field & { readonly register: number; readonly optional?: true }

/** The facade's methods for the inputs, in the order of the list. */
export const INPUTS = [
  'defineTask',
  'submit',
  'submitFailed',
  'settle',
  'replyIgnored',
  'payloadMoved',
  'firstItem',
  'moreItems',
  'limitItemWait',
  'rest',
  'resume',
  'cancelCall',
  'workerReady',
  'workerLost',
  'workerGone',
  'retireWorker',
  'workerUnhandled',
  'holdWorker',
  'releaseWorker',
  'openScope',
  'closeScope',
  'holdScope',
  'abortScope',
  'clearScope',
  'prioritize',
  'startWorkers',
  'stopWorkers',
  'replaceWorkers',
  'disposeTask',
  'forgetTask',
  'watchDrain',
  'openTrace',
  'endTrace',
  'observe',
  'seedSampling',
  'handleTimeout',
  'limitBusyWorkers',
  'beginBatch',
  'endBatch',
] as const

/** The fields of a configuration that the kernel reads. */
export const CONFIG_FIELDS = [
  'type',
  'init',
  'poolSize',
  'poolSize.min',
  'poolSize.max',
  'maxCallsPerWorker',
  'timeoutMs',
  'crashPolicy',
  'crashMaxRetries',
  'maxInFlight',
  'maxQueueDepth',
  'order',
  'weight',
  'queuePolicy',
  'idleTimeoutMs',
  'cancelGraceMs',
  'startTimeoutMs',
] as const

/** The words that such a field may be. */
export const CONFIG_WORDS = [
  'parallel',
  'singleton',
  'lazy',
  'eager',
  'block',
  'reject',
  'drop-latest',
  'drop-oldest',
  'oldest-first',
  'newest-first',
  'restart-fail-in-flight',
  'restart-requeue-in-flight',
  'fail-task',
] as const

/** What a recording begins with: a mark, the version of the kernel, and a fingerprint of what it can record. */
export const RECORDING_HEADER = [97, 116, 114, 99, 0, 1, 0, 33, 116, 17, 68]

/** The fields of each input, in the order of `INPUTS`; those of a configuration have no place here. */
export const INPUT_FIELDS: readonly (readonly Field[])[] = [
  // DefineTask
  [],
  // Submit
  [{ name: 'task' }, { name: 'call' }, { name: 'key' }, { name: 'signal' }, { name: 'timeout' }, { name: 'priority' }, { name: 'followsSignal', flag: true }, { name: 'latest' }, { name: 'replaceRunning', flag: true }, { name: 'sampling' }],
  // SubmitFailed
  [{ name: 'task' }, { name: 'call' }, { name: 'sampling' }],
  // Settle
  [{ name: 'task' }, { name: 'call' }, { name: 'attempt' }, { name: 'outcome', kinds: Outcome }, { name: 'run' }],
  // ReplyIgnored
  [{ name: 'task' }],
  // PayloadMoved
  [{ name: 'task' }, { name: 'call' }, { name: 'attempt' }, { name: 'slot' }],
  // FirstItem
  [{ name: 'task' }, { name: 'call' }, { name: 'attempt' }],
  // MoreItems
  [{ name: 'task' }, { name: 'call' }, { name: 'attempt' }],
  // LimitItemWait
  [{ name: 'task' }, { name: 'call' }, { name: 'timeout' }],
  // Rest
  [{ name: 'task' }, { name: 'call' }, { name: 'attempt' }],
  // Resume
  [{ name: 'task' }, { name: 'call' }, { name: 'attempt' }],
  // CancelCall
  [{ name: 'task' }, { name: 'call' }],
  // WorkerReady
  [{ name: 'task' }, { name: 'slot' }, { name: 'epoch' }],
  // WorkerLost
  [{ name: 'task' }, { name: 'slot' }, { name: 'epoch' }],
  // WorkerGone
  [{ name: 'task' }, { name: 'slot' }, { name: 'epoch' }],
  // RetireWorker
  [{ name: 'task' }, { name: 'slot' }, { name: 'epoch' }],
  // WorkerUnhandled
  [{ name: 'task' }, { name: 'slot' }, { name: 'epoch' }],
  // HoldWorker
  [{ name: 'task' }, { name: 'slot' }, { name: 'epoch' }],
  // ReleaseWorker
  [{ name: 'task' }, { name: 'slot' }, { name: 'epoch' }],
  // OpenScope
  [],
  // CloseScope
  [{ name: 'scope' }],
  // HoldScope
  [{ name: 'scope' }],
  // AbortScope
  [{ name: 'scope' }],
  // ClearScope
  [{ name: 'scope' }],
  // Prioritize
  [{ name: 'scope' }, { name: 'priority' }, { name: 'followers', flag: true }],
  // StartWorkers
  [{ name: 'task' }],
  // StopWorkers
  [{ name: 'task' }],
  // ReplaceWorkers
  [{ name: 'task' }],
  // DisposeTask
  [{ name: 'task' }],
  // ForgetTask
  [{ name: 'task' }],
  // WatchDrain
  [{ name: 'task' }],
  // OpenTrace
  [],
  // EndTrace
  [{ name: 'trace' }, { name: 'status', kinds: Status }, { name: 'error', kinds: ErrorKind }],
  // Observe
  [{ name: 'events' }, { name: 'spans' }, { name: 'sampleRate' }],
  // SeedSampling
  [{ name: 'seed' }],
  // HandleTimeout
  [],
  // LimitBusyWorkers
  [{ name: 'max' }],
  // BeginBatch
  [],
  // EndBatch
  [],
]

/** Each effect with its fields, in the order of their kinds, which count from 1. */
export const EFFECTS: readonly { readonly name: string; readonly fields: readonly StoredField[] }[] = [
  {
    name: 'spawn',
    fields: [
      { name: 'task', register: 0 },
      { name: 'slot', register: 5 },
      { name: 'epoch', register: 6 },
    ],
  },
  {
    name: 'giveUp',
    fields: [
      { name: 'task', register: 0 },
      { name: 'slot', register: 5 },
      { name: 'epoch', register: 6 },
      { name: 'after', register: 15 },
    ],
  },
  {
    name: 'terminate',
    fields: [
      { name: 'task', register: 0 },
      { name: 'slot', register: 5 },
      { name: 'epoch', register: 6 },
    ],
  },
  {
    name: 'dispatch',
    fields: [
      { name: 'task', register: 0 },
      { name: 'call', register: 1 },
      { name: 'attempt', register: 3 },
      { name: 'slot', register: 5 },
      { name: 'epoch', register: 6 },
    ],
  },
  {
    name: 'interrupt',
    fields: [
      { name: 'task', register: 0 },
      { name: 'call', register: 1 },
      { name: 'slot', register: 5 },
      { name: 'epoch', register: 6 },
    ],
  },
  {
    name: 'resolve',
    fields: [
      { name: 'task', register: 0 },
      { name: 'call', register: 1 },
    ],
  },
  {
    name: 'reject',
    fields: [
      { name: 'task', register: 0 },
      { name: 'call', register: 1 },
      { name: 'rejection', register: 9, kinds: Reason },
      { name: 'aborted', register: 10, optional: true },
      { name: 'blamed', register: 11, optional: true },
    ],
  },
  {
    name: 'abortSignal',
    fields: [
      { name: 'scope', register: 7 },
    ],
  },
  {
    name: 'releaseScope',
    fields: [
      { name: 'scope', register: 7 },
    ],
  },
  {
    name: 'drained',
    fields: [
      { name: 'task', register: 0 },
    ],
  },
  {
    name: 'replaced',
    fields: [
      { name: 'task', register: 0 },
    ],
  },
  {
    name: 'count',
    fields: [
      { name: 'metric', register: 12, kinds: Metric },
      { name: 'task', register: 0 },
      { name: 'slot', register: 5, optional: true },
      { name: 'termination', register: 14, optional: true, kinds: Termination },
    ],
  },
  {
    name: 'gauge',
    fields: [
      { name: 'metric', register: 12, kinds: Metric },
      { name: 'task', register: 0 },
      { name: 'value', register: 13 },
    ],
  },
  {
    name: 'histogram',
    fields: [
      { name: 'metric', register: 12, kinds: Metric },
      { name: 'task', register: 0 },
      { name: 'value', register: 13 },
    ],
  },
  {
    name: 'busyWorkers',
    fields: [
      { name: 'value', register: 13 },
    ],
  },
  {
    name: 'endSpan',
    fields: [
      { name: 'task', register: 0 },
      { name: 'call', register: 1 },
      { name: 'started', register: 16 },
      { name: 'ended', register: 17 },
      { name: 'queueWait', register: 20 },
      { name: 'queueWaitLast', register: 21 },
      { name: 'attempts', register: 4 },
      { name: 'priority', register: 2 },
      { name: 'run', register: 18, optional: true },
      { name: 'firstItem', register: 19, optional: true },
      { name: 'slot', register: 5, optional: true },
      { name: 'status', register: 22, kinds: Status },
      { name: 'error', register: 23, optional: true, kinds: ErrorKind },
      { name: 'rejection', register: 9, optional: true, kinds: Reason },
      { name: 'aborted', register: 10, optional: true },
      { name: 'blamed', register: 11, optional: true },
    ],
  },
  {
    name: 'endTrace',
    fields: [
      { name: 'trace', register: 8 },
      { name: 'started', register: 16 },
      { name: 'ended', register: 17 },
      { name: 'status', register: 22, kinds: Status },
      { name: 'error', register: 23, optional: true, kinds: ErrorKind },
    ],
  },
]
