import { describe, expect, it } from 'vitest'
import { loadKernel, registersOf } from '../../ts/page/kernel/load.ts'
import {
  EffectKind,
  ErrorKind,
  type Kernel,
  Metric,
  Outcome,
  Rejection,
  Status,
} from '../../ts/page/kernel/pkg/kernel.js'
import { effectsOf, effectsOfKind, REGISTERS } from '../support/effects.ts'

const POOL = { type: 'parallel', poolSize: 2 }

/**
 * A kernel in which no two numbers of the same effect are alike: task 1 (of two), whose slot 1 has its first worker and whose
 * slot 0, after a crash, its second. Calls 0 and 1 are in flight; where each is depends on `maxInFlight`.
 */
function busy(config: object = {}): { kernel: Kernel; task: number } {
  const kernel = loadKernel()
  kernel.defineTask({ type: 'singleton' }, undefined, 0)
  const task = kernel.defineTask(
    { ...POOL, crashPolicy: 'restart-requeue-in-flight', ...config },
    undefined,
    0,
  )
  kernel.submit(task, undefined, undefined, undefined, 1)
  kernel.submit(task, undefined, undefined, undefined, 2)
  kernel.workerLost(task, 0, 1, 3)
  kernel.handleTimeout(103)
  effectsOf(kernel)
  return { kernel, task }
}

it('every kind of effect has its list of registers', () => {
  const kinds = Object.keys(EffectKind).filter(name => Number.isNaN(Number(name)))
  expect(['None', ...Object.keys(REGISTERS)].sort()).toEqual(kinds.sort())
})

describe('the registers carry', () => {
  it('the task, slot and epoch of Spawn', () => {
    const { kernel, task } = busy()
    kernel.workerLost(task, 1, 1, 200)
    kernel.handleTimeout(10_000)
    expect(effectsOfKind(kernel, 'Spawn')).toEqual([{ kind: 'Spawn', task: 1, slot: 1, epoch: 2 }])
  })

  it('the task, slot and epoch of Terminate', () => {
    const { kernel, task } = busy()
    kernel.stopWorkers(task, 200)
    expect(effectsOfKind(kernel, 'Terminate')).toEqual([
      { kind: 'Terminate', task: 1, slot: 0, epoch: 2 },
      { kind: 'Terminate', task: 1, slot: 1, epoch: 1 },
    ])
  })

  it('the task, slot and epoch of GiveUp, and the time that the worker had as its value', () => {
    const { kernel } = busy({ startTimeoutMs: 1_500 })
    kernel.handleTimeout(1_502)
    expect(effectsOfKind(kernel, 'GiveUp')).toEqual([
      { kind: 'GiveUp', task: 1, slot: 1, epoch: 1, value: 1_500 },
    ])
  })

  it('the task, call, attempt, slot and epoch of Dispatch', () => {
    const { kernel, task } = busy()
    kernel.workerLost(task, 0, 2, 200)
    kernel.handleTimeout(10_000)
    expect(effectsOfKind(kernel, 'Dispatch')).toEqual([
      { kind: 'Dispatch', task: 1, call: 0, attempt: 3, slot: 0, epoch: 3 },
    ])
  })

  it('the task, call, slot and epoch of Interrupt', () => {
    const { kernel, task } = busy({ maxInFlight: 4 })
    const key = kernel.openKey()
    kernel.submit(task, key, undefined, undefined, 200)
    effectsOf(kernel)
    kernel.abortKey(key, 201)
    expect(effectsOfKind(kernel, 'Interrupt')).toEqual([
      { kind: 'Interrupt', task: 1, call: 2, slot: 0, epoch: 2 },
    ])
  })

  it('the task and call of Resolve', () => {
    const { kernel, task } = busy()
    kernel.settle(task, 0, 2, Outcome.Succeeded, 200)
    expect(effectsOf(kernel)).toEqual([{ kind: 'Resolve', task: 1, call: 0 }])
  })

  it('the task of Drained', () => {
    const { kernel, task } = busy()
    kernel.watchDrain(task, 200)
    kernel.settle(task, 0, 2, Outcome.Succeeded, 201)
    kernel.settle(task, 1, 1, Outcome.Succeeded, 202)
    expect(effectsOfKind(kernel, 'Drained')).toEqual([{ kind: 'Drained', task: 1 }])
  })

  it('the key of AbortSignal and of ReleaseKey', () => {
    const kernel = loadKernel()
    kernel.openKey()
    const key = kernel.openKey()
    kernel.holdKey(key)
    kernel.abortKey(key, 0)
    kernel.clearKey(key)
    expect(effectsOf(kernel)).toEqual([
      { kind: 'AbortSignal', key: 1 },
      { kind: 'ReleaseKey', key: 1 },
    ])
  })

  it('the task, metric, value and slot of Count', () => {
    const { kernel, task } = busy()
    kernel.observe(true, false, 1)
    kernel.workerLost(task, 1, 1, 200)
    expect(effectsOfKind(kernel, 'Count')).toEqual([
      { kind: 'Count', task: 1, metric: Metric.WorkerCrash, value: 1, slot: 1 },
      { kind: 'Count', task: 1, metric: Metric.TaskRequeue, value: 1 },
    ])
  })

  it('the task, metric and value of Gauge', () => {
    const { kernel, task } = busy()
    kernel.observe(true, false, 1)
    for (let n = 0; n < 5; n++) kernel.submit(task, undefined, undefined, undefined, 200)
    expect(effectsOfKind(kernel, 'Gauge')).toEqual([
      { kind: 'Gauge', task: 1, metric: Metric.QueueInFlight, value: 2 },
      { kind: 'Gauge', task: 1, metric: Metric.QueuePending, value: 1 },
      { kind: 'Gauge', task: 1, metric: Metric.QueueBlocked, value: 0 },
      { kind: 'Gauge', task: 1, metric: Metric.WorkersActive, value: 2 },
      ...[2, 3, 4].map(value => ({ kind: 'Gauge', task: 1, metric: Metric.QueuePending, value })),
      { kind: 'Gauge', task: 1, metric: Metric.QueueBlocked, value: 1 },
    ])
  })

  it('the task, metric and value of Histogram', () => {
    const { kernel, task } = busy()
    kernel.observe(true, false, 1)
    kernel.settle(task, 1, 1, Outcome.Succeeded, 52.25)
    // The clock does not go back: the moment is that of the latest input, 103.
    expect(effectsOfKind(kernel, 'Histogram')).toEqual([
      { kind: 'Histogram', task: 1, metric: Metric.TaskDuration, value: 101 },
    ])
  })

  it('the whole account of EndSpan', () => {
    const kernel = loadKernel()
    kernel.observe(false, true, 1)
    kernel.defineTask({ type: 'singleton' }, undefined, 0)
    const task = kernel.defineTask(
      { ...POOL, crashPolicy: 'restart-requeue-in-flight', crashMaxRetries: 1 },
      undefined,
      0,
    )
    for (const at of [1, 2.5]) kernel.submit(task, undefined, undefined, undefined, at)
    const third = kernel.submit(task, undefined, undefined, undefined, 4)
    kernel.settle(task, 1, 1, Outcome.Succeeded, 10)
    kernel.workerLost(task, 1, 1, 20)
    kernel.handleTimeout(120)
    effectsOf(kernel)
    kernel.settle(task, third, 2, Outcome.Failed, 150)
    expect(effectsOfKind(kernel, 'EndSpan')).toEqual([
      {
        kind: 'EndSpan',
        task: 1,
        call: 2,
        attempt: 2,
        worker: 1,
        started: 4,
        ended: 150,
        queueWait: 106,
        queueWaitLast: 100,
        status: Status.Error,
        error: ErrorKind.Exception,
        rejection: Rejection.Failed,
      },
    ])
  })

  it('the trace, times, status and error of EndTrace', () => {
    const kernel = loadKernel()
    kernel.observe(false, true, 1)
    kernel.openTrace(1)
    const traces = [2, 3, 4].map(at => kernel.openTrace(at))
    kernel.endTrace(traces[0] as number, undefined, undefined, 10)
    kernel.endTrace(traces[1] as number, undefined, ErrorKind.Abort, 11)
    kernel.endTrace(traces[2] as number, Status.Error, ErrorKind.Queue, 12)
    expect(effectsOf(kernel)).toEqual([
      { kind: 'EndTrace', trace: 1, started: 2, ended: 10, status: Status.Ok },
      { kind: 'EndTrace', trace: 2, started: 3, ended: 11, status: Status.Canceled, error: ErrorKind.Abort },
      { kind: 'EndTrace', trace: 3, started: 4, ended: 12, status: Status.Error, error: ErrorKind.Queue },
    ])
  })
})

describe('Reject carries the task, the call and', () => {
  type Case = {
    name: keyof typeof Rejection
    config?: object
    happen: (kernel: Kernel, task: number) => void
  }
  const cases: (Case & { with: { slot?: number; key?: number } })[] = [
    {
      name: 'Aborted',
      happen(kernel, task) {
        kernel.openKey()
        const key = kernel.openKey()
        kernel.abortKey(key, 200)
        kernel.submit(task, key, undefined, undefined, 200)
      },
      with: { key: 1 },
    },
    {
      name: 'TimedOut',
      config: { timeoutMs: 1_000 },
      happen: kernel => kernel.handleTimeout(1_001),
      with: {},
    },
    {
      name: 'Dropped',
      config: { maxQueueDepth: 0, queuePolicy: 'reject' },
      happen: (kernel, task) => kernel.submit(task, undefined, undefined, undefined, 200),
      with: {},
    },
    { name: 'Disposed', happen: (kernel, task) => kernel.disposeTask(task, 200), with: {} },
    {
      name: 'Crashed',
      config: { crashMaxRetries: 1 },
      happen: (kernel, task) => kernel.workerLost(task, 1, 1, 200),
      with: { slot: 1 },
    },
    {
      name: 'Killed',
      config: { cancelGraceMs: 10, crashPolicy: 'restart-fail-in-flight', maxInFlight: 4 },
      happen(kernel, task) {
        const key = kernel.openKey()
        kernel.submit(task, undefined, undefined, undefined, 200)
        kernel.submit(task, key, undefined, undefined, 200)
        kernel.submit(task, undefined, undefined, undefined, 200)
        kernel.abortKey(key, 201)
        effectsOf(kernel)
        kernel.handleTimeout(211)
      },
      with: { slot: 1 },
    },
    {
      name: 'Moved',
      happen(kernel, task) {
        kernel.payloadMoved(task, 1, 1)
        kernel.workerLost(task, 1, 1, 200)
      },
      with: { slot: 1 },
    },
    {
      name: 'Failed',
      happen: (kernel, task) => kernel.settle(task, 1, 1, Outcome.Failed, 200),
      with: {},
    },
    {
      name: 'HandlerAborted',
      happen: (kernel, task) => kernel.settle(task, 1, 1, Outcome.Aborted, 200),
      with: {},
    },
  ]

  it.each(cases)('the reason $name, with $with', ({ name, config, happen, with: fields }) => {
    const { kernel, task } = busy(config)
    happen(kernel, task)
    const rejects = effectsOfKind(kernel, 'Reject')
    expect(rejects.length).toBeGreaterThan(0)
    for (const reject of rejects) {
      expect(reject).toEqual({
        kind: 'Reject',
        task: 1,
        call: expect.any(Number),
        rejection: Rejection[name],
        ...fields,
      })
    }
  })
})

describe('an input about something that is no more', () => {
  it.each<[string, (kernel: Kernel, task: number) => void]>([
    ['an old attempt', (kernel, task) => kernel.settle(task, 0, 1, Outcome.Succeeded, 200)],
    ['a call that never was', (kernel, task) => kernel.settle(task, 99, 1, Outcome.Succeeded, 200)],
    ['an old worker', (kernel, task) => kernel.workerLost(task, 0, 1, 200)],
    ['the end of an old worker that is known', (kernel, task) => kernel.workerGone(task, 0, 0, 200)],
    ['the start of an old worker', (kernel, task) => kernel.workerReady(task, 0, 1, 200)],
    ['a slot that never was', (kernel, task) => kernel.workerLost(task, 99, 1, 200)],
    ['a task that never was', kernel => kernel.stopWorkers(99, 200)],
    ['a key that never was', kernel => kernel.abortKey(99, 200)],
    ['a trace that never was', kernel => kernel.endTrace(99, undefined, undefined, 200)],
    ['a deadline that never was', kernel => kernel.handleTimeout(200)],
  ])('is nothing for %s', (_, happen) => {
    const { kernel, task } = busy()
    const registers = registersOf(kernel)
    const before = [kernel.snapshot(task), kernel.revision(), registers.deadline]
    happen(kernel, task)
    expect(effectsOf(kernel)).toEqual([])
    expect([kernel.snapshot(task), kernel.revision(), registers.deadline]).toEqual(before)
  })
})
