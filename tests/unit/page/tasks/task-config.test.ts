import { expect, it } from 'vitest'
import type { TaskConfig } from '../../../../ts/api/config.ts'
import { bench } from '../../../support/bench.ts'

const define = (config: Record<string, unknown>) => () => bench(config as Partial<TaskConfig>)

const positive = 'a positive number of milliseconds'
const positiveOrNone = 'a positive number of milliseconds or Infinity'

it.each<[string, unknown, string, string]>([
  ['type', undefined, "'parallel' or 'singleton'", 'undefined'],
  ['type', 7, "'parallel' or 'singleton'", '7'],
  ['worker', undefined, 'a function that creates a Worker', 'undefined'],
  ['worker', 'resize.worker.js', 'a function that creates a Worker', '"resize.worker.js"'],
  ['keyOf', 'docId', 'a function that derives a string from the arguments', '"docId"'],
  ['taskId', 7, 'a string', '7'],
  ['taskName', null, 'a string', 'null'],
  ['init', true, "'lazy' or 'eager'", 'true'],
  ['maxInFlight', null, 'a positive integer or Infinity', 'null'],
  ['maxQueueDepth', [], 'a non-negative integer or Infinity', ''],
  ['queuePolicy', 1, "'block', 'reject', 'drop-latest' or 'drop-oldest'", '1'],
  ['crashPolicy', null, "'restart-fail-in-flight', 'restart-requeue-in-flight' or 'fail-task'", 'null'],
  ['crashMaxRetries', 3n, 'a non-negative integer', '3'],
  ['timeoutMs', '10s', positiveOrNone, '"10s"'],
  ['idleTimeoutMs', Symbol('soon'), positive, 'Symbol(soon)'],
  ['cancelGraceMs', false, 'a non-negative number of milliseconds', 'false'],
])(
  'a field of the wrong type is a TypeError that names the field, what is allowed and the value: %s %o',
  (field, value, allowed, shown) => {
    expect(define({ [field]: value })).toThrow(new TypeError(`${field} must be ${allowed}, not ${shown}`))
  },
)

it.each<[string, unknown, string]>([
  ['type', 'pool', "'parallel' or 'singleton'"],
  ['init', 'soon', "'lazy' or 'eager'"],
  ['queuePolicy', 'fifo', "'block', 'reject', 'drop-latest' or 'drop-oldest'"],
  ['crashPolicy', '', "'restart-fail-in-flight', 'restart-requeue-in-flight' or 'fail-task'"],
  ['maxInFlight', 0, 'a positive integer or Infinity'],
  ['maxInFlight', 1.5, 'a positive integer or Infinity'],
  ['maxInFlight', Number.NaN, 'a positive integer or Infinity'],
  ['maxQueueDepth', -1, 'a non-negative integer or Infinity'],
  ['crashMaxRetries', -1, 'a non-negative integer'],
  ['crashMaxRetries', Number.POSITIVE_INFINITY, 'a non-negative integer'],
  ['timeoutMs', 0, positiveOrNone],
  ['timeoutMs', Number.NaN, positiveOrNone],
  ['timeoutMs', Number.NEGATIVE_INFINITY, positiveOrNone],
  ['idleTimeoutMs', Number.POSITIVE_INFINITY, positive],
  ['idleTimeoutMs', -1, positive],
  ['cancelGraceMs', -1, 'a non-negative number of milliseconds'],
])(
  'a value out of range is a RangeError that names the field, what is allowed and the value: %s %o',
  (field, value, allowed) => {
    const shown = typeof value === 'string' ? JSON.stringify(value) : String(value)
    expect(define({ [field]: value })).toThrow(new RangeError(`${field} must be ${allowed}, not ${shown}`))
  },
)

it.each([0, 1_025, 2.5, -1, Number.NaN, Number.POSITIVE_INFINITY])(
  'a pool size out of range is a RangeError that names what is allowed and the value: %o',
  poolSize => {
    expect(define({ type: 'parallel', poolSize })).toThrow(
      new RangeError(`poolSize must be an integer from 1 to 1024, not ${poolSize}`),
    )
  },
)

it('a configuration may leave out or set to undefined whatever has a default', () => {
  const left = {
    init: undefined,
    poolSize: undefined,
    keyOf: undefined,
    timeoutMs: undefined,
    crashPolicy: undefined,
    crashMaxRetries: undefined,
    taskName: undefined,
    maxInFlight: undefined,
    maxQueueDepth: undefined,
    queuePolicy: undefined,
    idleTimeoutMs: undefined,
    cancelGraceMs: undefined,
  }
  expect(bench(left).task.getState()).toEqual(bench().task.getState())
})

it('a configuration that is not an object is a TypeError', () => {
  const { runtime } = bench()
  for (const config of [undefined, null, 7, 'parallel']) {
    expect(() => runtime.defineTask(config as never)).toThrow(TypeError)
  }
})

it('a refusal names the field also when the value cannot be shown', () => {
  expect(define({ maxInFlight: Object.create(null) })).toThrow(/^maxInFlight must be a positive integer/)
})

it('a configuration that is refused leaves nothing behind', async () => {
  const { runtime, worker } = bench()
  expect(() => runtime.defineTask({ type: 'singleton', worker, taskId: 'again', maxInFlight: 0 })).toThrow(
    RangeError,
  )
  expect(runtime.getRuntimeSnapshot().tasks.map(({ taskId }) => taskId)).toEqual(['bench'])
  expect(() => runtime.defineTask({ type: 'singleton', worker, taskId: 'again' })).not.toThrow()
})

it('a configuration is read once, and later changes to the object have no effect', async () => {
  const { runtime, worker } = bench()
  const config: TaskConfig = { type: 'singleton', worker, keyOf: () => 'a' }
  const task = runtime.defineTask<{ echo(value: number): Promise<number> }>(config)
  Object.assign(config, { keyOf: () => 'b', worker: undefined, type: 'parallel' })
  runtime.abortTaskController.abort('b')
  expect(await task.echo(1)).toBe(1)
})

it('a configuration may be read through getters, and their errors reach the caller', () => {
  const { runtime, worker } = bench()
  const config = {
    type: 'singleton' as const,
    get worker(): () => Worker {
      runtime.getRuntimeSnapshot()
      return worker
    },
  }
  expect(() => runtime.defineTask(config)).not.toThrow()
  const broken = {
    ...config,
    get taskName(): string {
      throw new Error('from the getter')
    },
  }
  expect(() => runtime.defineTask(broken)).toThrow('from the getter')
  expect(() => runtime.getRuntimeSnapshot()).not.toThrow()
})

it('taskId defaults to task-0, task-1 and so on, and skips those that are taken', () => {
  const { runtime, worker } = bench({ taskId: 'task-1' })
  for (let n = 0; n < 3; n++) runtime.defineTask({ type: 'singleton', worker })
  const ids = runtime.getRuntimeSnapshot().tasks.map(({ taskId }) => taskId)
  expect(new Set(ids).size).toBe(4)
  expect(ids.every(id => /^task-\d+$/.test(id))).toBe(true)
})

it('a taskId is refused while a live task has it, and free again once that task is disposed', () => {
  const { runtime, worker, task } = bench()
  const again = () => runtime.defineTask({ type: 'singleton', worker, taskId: 'bench' })
  expect(again).toThrow(RangeError)
  expect(again).toThrow('taskId must be unique among the live tasks of this runtime, not "bench"')
  task.dispose()
  expect(again).not.toThrow()
})
