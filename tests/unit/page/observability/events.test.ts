import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest'
import type { TaskConfig } from '../../../../ts/api/config.ts'
import type { RuntimeEvent } from '../../../../ts/api/events.ts'
import { Metrics } from '../../../../ts/page/observability/metrics.ts'
import { ReplyKind } from '../../../../ts/shared/protocol.ts'
import { type Bench, bench } from '../../../support/bench.ts'
import { listen } from '../../../support/events.ts'
import { watch } from '../../../support/outcome.ts'
import { turns } from '../../../support/turns.ts'

beforeEach(() => {
  vi.useFakeTimers()
})

afterEach(() => {
  vi.restoreAllMocks()
  vi.useRealTimers()
})

/** A bench with spans, and everything that it emits. */
const observed = (config: Partial<TaskConfig> = {}) => {
  const b = bench(config, { observability: { spans: 'on' } })
  return { ...b, told: listen(b.runtime) }
}

it('the events of a call are worker, dispatch, reply, span, and then the levels that the reply changed', async () => {
  const { task, job, told } = observed()
  const call = task.run('a')
  expect(told.take()).toEqual([
    'worker.spawn.total',
    ...['queue.in_flight = 0', 'queue.pending = 0', 'queue.blocked = 0', 'workers.active = 1'],
    'task.dispatch.total',
    'queue.wait_ms: 0',
    'queue.in_flight = 1',
  ])
  vi.advanceTimersByTime(30)
  ;(await job('a')).resolve('done')
  await call
  expect(told.take()).toEqual([
    'worker.ready_ms: 30',
    'task.run_ms: 0',
    'task.success.total',
    'task.duration_ms: 30',
    'span run ok',
    'queue.in_flight = 0',
  ])
})

it('the events of a waiting call are waiting, pending, and the dispatch that ends the wait', async () => {
  const { task, job, told } = observed({ maxQueueDepth: 1 })
  for (const name of 'abc') watch(task.run(name))
  const first = await job('a')
  told.take()
  vi.advanceTimersByTime(20)
  first.resolve(0)
  ;(await job('b')).resolve(0)
  await job('c')
  expect(told.take()).toEqual([
    'task.run_ms: 20',
    ...['task.success.total', 'task.duration_ms: 20', 'span run ok', 'queue.in_flight = 0'],
    ...['task.dispatch.total', 'queue.wait_ms: 20', 'queue.in_flight = 1', 'queue.pending = 0'],
    ...['queue.pending = 1', 'queue.blocked = 0'],
    'task.run_ms: 0',
    ...['task.success.total', 'task.duration_ms: 20', 'span run ok', 'queue.in_flight = 0'],
    ...['task.dispatch.total', 'queue.wait_ms: 20', 'queue.in_flight = 1', 'queue.pending = 0'],
  ])
})

it('the run time of a call is told where its handler ran, and nowhere else', async () => {
  const { task, job, runtime, told } = observed({ maxInFlight: 2, maxQueueDepth: 0, queuePolicy: 'reject' })
  const runs = () => told.metrics('task.run_ms').map(({ value }) => value)
  const failed = watch(task.run('fails'))
  watch(task.with({ key: 'k' }).run('aborted'))
  watch(task.run('refused'))
  const fails = await job('fails')
  const aborted = await job('aborted')
  vi.advanceTimersByTime(7)
  runtime.abortTaskController.abort('k')
  aborted.resolve('too late')
  await turns()
  vi.advanceTimersByTime(4)
  fails.reject(new Error('failed'))
  await turns()
  expect(failed.status).toBe('rejected')
  expect(runs()).toEqual([11])
  expect(told.spans().map(({ status, runMs }) => [status, runMs])).toEqual([
    ['error', undefined],
    ['canceled', undefined],
    ['error', 11],
  ])
})

it('the run time of a call that nobody observes is not measured', async () => {
  const b = bench()
  const posted: unknown[][] = []
  const { postMessage } = MessagePort.prototype
  vi.spyOn(MessagePort.prototype, 'postMessage').mockImplementation(function (this: MessagePort, ...args) {
    posted.push((args[0] as { atelier?: unknown[] }).atelier ?? [])
    return Reflect.apply(postMessage, this, args)
  })
  const fieldsOf = async (value: string) => {
    posted.length = 0
    await b.task.echo(value)
    return posted.filter(fields => fields.includes(value)).map(fields => fields.length)
  }
  await b.task.echo('warm')
  const quiet = await fieldsOf('quiet')
  const stop = b.runtime.subscribeEvents(() => {})
  expect(await fieldsOf('observed')).toEqual([quiet[0], (quiet[1] ?? 0) + 3])
  stop()
  expect(await fieldsOf('quiet again')).toEqual(quiet)
})

it('the events of a refused call have no dispatch among them', async () => {
  const { task, job, told } = observed({ maxQueueDepth: 0, queuePolicy: 'reject' })
  watch(task.run('a'))
  await job('a')
  told.take()
  await expect(task.run('b')).rejects.toThrow('refused')
  expect(told.take()).toEqual(['task.rejected.total', 'task.duration_ms: 0', 'span run error/queue'])
})

it('the events of an aborted call are the abort, and later the place that the worker frees', async () => {
  const { task, job, runtime, told } = observed()
  const call = watch(task.with({ key: 'k' }).run('a'))
  const { resolve } = await job('a')
  told.take()
  runtime.abortTaskController.abort('k')
  await turns()
  expect(call.status).toBe('rejected')
  expect(told.take()).toEqual(['task.canceled.total', 'task.duration_ms: 0', 'span run canceled/abort'])
  resolve('too late')
  await turns()
  expect(told.take()).toEqual(['task.ignored.total', 'queue.in_flight = 0'])
})

it('the reply of a handler that honors an abort does not count as ignored', async () => {
  const { task, runtime, told } = observed()
  watch(task.with({ key: 'k' }).cooperate())
  await turns()
  told.take()
  runtime.abortTaskController.abort('k')
  await turns()
  expect(told.take()).toEqual([
    ...['task.canceled.total', 'task.duration_ms: 0', 'span cooperate canceled/abort'],
    'queue.in_flight = 0',
  ])
})

it('a second reply counts as ignored, and so does one to a call that never was', async () => {
  const { task, workers, told } = observed()
  await task.echo('once')
  told.take()
  workers[0]?.say({ atelier: [0, ReplyKind.ok, 'twice', 'no call', ReplyKind.error, null] })
  await turns()
  expect(told.take()).toEqual(['task.ignored.total', 'task.ignored.total'])
})

it('the events of a crash are the crash, the requeue, the new worker and the second dispatch', async () => {
  const { task, job, workers, told } = observed({ crashPolicy: 'restart-requeue-in-flight' })
  watch(task.run('a'))
  await job('a')
  told.take()
  workers[0]?.crash('gone')
  vi.advanceTimersByTime(100)
  await job('a', 1)
  expect(told.take()).toEqual([
    ...['worker.crash.total', 'workers.active = 0', 'task.requeue.total'],
    ...['queue.in_flight = 0', 'queue.pending = 1'],
    ...['worker.spawn.total', 'workers.active = 1'],
    ...['task.dispatch.total', 'queue.wait_ms: 100', 'queue.in_flight = 1', 'queue.pending = 0'],
    'worker.ready_ms: 0',
  ])
})

it('the events of a disposal are those of its calls, and then those of its workers', async () => {
  const { task, job, told } = observed()
  const calls = ['a', 'b'].map(name => watch(task.run(name)))
  await job('a')
  told.take()
  task.dispose()
  expect(told.take()).toEqual([
    ...['task.canceled.total', 'task.duration_ms: 0', 'span run canceled/abort'],
    ...['task.canceled.total', 'task.duration_ms: 0', 'span run canceled/abort'],
    ...['queue.in_flight = 0', 'queue.pending = 0'],
    ...['worker.terminate.total', 'workers.active = 0'],
  ])
  await turns()
  expect(calls.map(({ status }) => status)).toEqual(['rejected', 'rejected'])
})

it('a metric event of a task has its id and type, and its name if it has one', async () => {
  const { task, told } = observed({ taskName: 'Resize' })
  await task.echo(1)
  expect(told.metrics('task.success.total')).toEqual([
    {
      kind: 'counter',
      name: 'task.success.total',
      value: 1,
      ts: Date.now(),
      attrs: { 'task.id': 'bench', 'task.type': 'singleton', 'task.name': 'Resize' },
    },
  ])
})

it.each(['queue.in_flight', 'queue.wait_ms', 'task.rejected.total'])(
  'a metric event of the queue has its policy and limits: %s',
  async name => {
    const limits = { maxInFlight: 3, maxQueueDepth: 0, queuePolicy: 'reject' } as const
    const { task, told } = observed({ type: 'parallel', poolSize: 2, ...limits })
    for (const call of 'abcd') watch(task.run(call))
    expect(told.metrics(name)[0]?.attrs).toEqual({
      'task.id': 'bench',
      'task.type': 'parallel',
      'queue.policy': 'reject',
      'queue.max_in_flight': 3,
      'queue.max_depth': 0,
    })
  },
)

it('a metric event of a worker has its index, and no other event has one', async () => {
  const { task, workers, told } = observed({ type: 'parallel', poolSize: 2, init: 'eager' })
  task.stopWorkers()
  task.startWorkers()
  workers[3]?.crash('gone')
  await task.echo(1)
  const of = (name: string) => told.metrics(name).map(({ attrs }) => attrs?.['worker.index'])
  expect(of('worker.spawn.total')).toEqual([0, 1])
  expect(of('worker.terminate.total')).toEqual([0, 1])
  expect(of('worker.crash.total')).toEqual([1])
  expect(told.metrics('worker.terminate.total').map(({ attrs }) => attrs?.reason)).toEqual([
    'stopped',
    'stopped',
  ])
  expect(of('task.dispatch.total')).toEqual([undefined])
  expect(of('workers.active')).toEqual([1, 0, 1, 2, 1].map(() => undefined))
})

it('every metric event has the kind of its metric', async () => {
  const { task, told } = observed()
  await task.echo(1)
  const kinds = new Map(told.events.map(({ name, kind }) => [name, kind]))
  expect(Object.fromEntries(kinds)).toEqual({
    'worker.spawn.total': 'counter',
    'queue.pending': 'gauge',
    'queue.blocked': 'gauge',
    'workers.active': 'gauge',
    'task.dispatch.total': 'counter',
    'queue.wait_ms': 'histogram',
    'worker.ready_ms': 'histogram',
    'queue.in_flight': 'gauge',
    'task.run_ms': 'histogram',
    'task.success.total': 'counter',
    'task.duration_ms': 'histogram',
    'atelier:span': 'span',
  })
})

it('the counters add up to what callers saw', async () => {
  const { task, job, jobs, runtime, workers, told } = observed({
    maxInFlight: 2,
    maxQueueDepth: 3,
    queuePolicy: 'drop-oldest',
    crashPolicy: 'restart-fail-in-flight',
    keyOf: name => {
      if (name === 'no key') throw new Error('keyOf')
      return ''
    },
  })
  const cloned = { callback: () => {} }
  const calls = [
    task.echo('ok'),
    task.fail('an error'),
    task.echo(cloned),
    task.run('no key'),
    ...[...'abcdef'].map(name => task.with({ key: name }).run(name)),
  ].map(watch)
  await turns()
  for (const key of 'cf') runtime.abortTaskController.abort(key)
  await job('d')
  jobs.find(({ name }) => name === 'd')?.reject(new DOMException('gave up', 'AbortError'))
  await turns()
  workers[0]?.crash('gone')
  await turns()
  vi.advanceTimersByTime(100)
  task.dispose()
  calls.push(watch(task.echo('too late')))
  await turns()

  const seen = calls.map(({ status, reason }) =>
    status === 'fulfilled' ? 'ok' : ((reason as Error | undefined)?.name ?? status),
  )
  const of = (...names: string[]) => seen.filter(name => names.includes(name)).length
  expect(of('open')).toBe(0)
  for (const name of [
    'ok',
    'AbortError',
    'TaskDisposedError',
    'QueueDropError',
    'WorkerCrashedError',
    'Error',
  ]) {
    expect(of(name), name).toBeGreaterThan(0)
  }
  expect(told.count('task.success.total')).toBe(of('ok'))
  expect(told.count('task.canceled.total')).toBe(of('AbortError', 'TaskDisposedError'))
  expect(told.count('task.rejected.total')).toBe(of('QueueDropError'))
  expect(told.count('task.failure.total')).toBe(
    of('WorkerCrashedError', 'Error', 'RangeError', 'TypeError', 'DataCloneError'),
  )
  expect(told.spans()).toHaveLength(calls.length)
  expect(told.metrics('task.duration_ms')).toHaveLength(calls.length)
  expect(told.metrics('queue.wait_ms')).toHaveLength(told.count('task.dispatch.total'))
  expect(told.count('worker.spawn.total')).toBe(
    told.count('worker.crash.total') + told.count('worker.terminate.total'),
  )
})

it('gauges report the state after each change, as a snapshot shows it', async () => {
  const { task, job, runtime, told } = observed({ maxQueueDepth: 1 })
  const levels: Record<string, number> = {}
  runtime.subscribeEvents(event => {
    if (event.kind === 'gauge') levels[event.name] = event.value
  })
  const shown = () => {
    const { queueDepth, pendingQueueDepth, waitingQueueDepth, activeWorkers } = task.getState()
    return { queueDepth, pendingQueueDepth, waitingQueueDepth, activeWorkers }
  }
  for (const name of 'abc') watch(task.run(name))
  const gauged = () => ({
    queueDepth: levels['queue.in_flight'],
    pendingQueueDepth: levels['queue.pending'],
    waitingQueueDepth: levels['queue.blocked'],
    activeWorkers: levels['workers.active'],
  })
  expect(gauged()).toEqual({ queueDepth: 1, pendingQueueDepth: 1, waitingQueueDepth: 1, activeWorkers: 1 })
  for (const name of 'abc') {
    expect(gauged()).toMatchObject(shown())
    ;(await job(name)).resolve(0)
    await turns()
  }
  task.stopWorkers()
  expect(gauged()).toEqual({ queueDepth: 0, pendingQueueDepth: 0, waitingQueueDepth: 0, activeWorkers: 0 })
  expect(told.metrics('queue.pending').map(({ value }) => value)).toEqual([0, 1, 0, 1, 0])
})

it('a listener gets all four gauges with the first event of a task, and then those that change', async () => {
  const { task, job, runtime, worker, told } = observed()
  const other = runtime.defineTask({ type: 'singleton', taskId: 'other', worker })
  watch(task.run('a'))
  await job('a')
  const late = listen(runtime)
  expect(late.events).toEqual([])
  told.take()
  watch(task.run('b'))
  expect(told.take()).toEqual(['queue.pending = 1'])
  expect(late.take()).toEqual([
    ...['queue.in_flight = 1', 'queue.pending = 1', 'queue.blocked = 0', 'workers.active = 1'],
  ])
  watch(task.run('c'))
  expect(late.take()).toEqual(['queue.pending = 2'])
  other.startWorkers()
  const first = ['queue.in_flight = 0', 'queue.pending = 0', 'queue.blocked = 0', 'workers.active = 1']
  expect(late.take()).toEqual(['worker.spawn.total', ...first])
  expect(told.take()).toEqual(['queue.pending = 2', 'worker.spawn.total', ...first])
})

it('a listener that left and came back gets all four gauges again', async () => {
  const { task, job, runtime } = bench()
  watch(task.run('a'))
  for (let round = 0; round < 2; round++) {
    const told = listen(runtime)
    watch(task.run('b'))
    expect(told.take()).toEqual([
      ...['queue.in_flight = 1', `queue.pending = ${round + 1}`, 'queue.blocked = 0', 'workers.active = 1'],
    ])
    told.stop()
  }
  ;(await job('a')).resolve(0)
})

it('a subscription alone, or the end of another one, emits no gauges', async () => {
  const { task, job, runtime, told } = observed()
  watch(task.run('a'))
  await job('a')
  told.take()
  listen(runtime).stop()
  watch(task.run('b'))
  expect(told.take()).toEqual(['queue.pending = 1'])
})

describe('a listener', () => {
  const told = (b: Bench) => {
    const names: string[] = []
    return { names, tell: (event: RuntimeEvent) => names.push(event.name), b }
  }

  it('a listener that throws disturbs neither the call nor the next listener', async () => {
    const b = bench()
    const { names, tell } = told(b)
    b.runtime.subscribeEvents(() => {
      throw new Error('a bad listener')
    })
    b.runtime.subscribeEvents(tell)
    expect(await b.task.echo(1)).toBe(1)
    expect(names).toContain('task.success.total')
  })

  it('every listener gets an event before the next one is emitted, in the order of the subscriptions', async () => {
    const b = bench()
    const order: string[] = []
    for (const who of ['first', 'second'])
      b.runtime.subscribeEvents(({ name }) => order.push(`${who} ${name}`))
    await b.task.echo(1)
    const firsts = order.filter((_, at) => at % 2 === 0)
    expect(firsts.every(entry => entry.startsWith('first '))).toBe(true)
    expect(order.filter((_, at) => at % 2 === 1)).toEqual(
      firsts.map(entry => entry.replace('first', 'second')),
    )
  })

  it('a listener that subscribes during an event gets the events after it', () => {
    const b = bench()
    const inner: string[] = []
    const stop = b.runtime.subscribeEvents(() => {
      stop()
      b.runtime.subscribeEvents(({ name }) => inner.push(name))
    })
    watch(b.task.run('a'))
    expect(inner).toEqual([
      ...['queue.in_flight', 'queue.pending', 'queue.blocked', 'workers.active'],
      ...['task.dispatch.total', 'queue.wait_ms', 'queue.in_flight'],
    ])
  })

  it('a listener may subscribe another one at every event', () => {
    const b = bench()
    const again = () => {
      b.runtime.subscribeEvents(tell)
    }
    const tell = vi.fn(again)
    b.runtime.subscribeEvents(tell)
    watch(b.task.run('a'))
    // Eight events, and each doubles the number of listeners.
    expect(tell).toHaveBeenCalledTimes(2 ** 8 - 1)
  })

  it('a listener that another one ends during an event does not get that event', () => {
    const b = bench()
    const late = vi.fn()
    b.runtime.subscribeEvents(() => stop())
    const stop = b.runtime.subscribeEvents(late)
    watch(b.task.run('a'))
    expect(late).not.toHaveBeenCalled()
  })

  it('a listener that ends itself gets no more events, and may do so twice', async () => {
    const b = bench()
    const { names, tell } = told(b)
    const stop = b.runtime.subscribeEvents(event => {
      tell(event)
      stop()
      stop()
    })
    await b.task.echo(1)
    expect(names).toEqual(['worker.spawn.total'])
  })

  it('a listener that is subscribed twice is called twice, and each subscription ends alone', () => {
    const b = bench()
    const listener = vi.fn()
    const stop = b.runtime.subscribeEvents(listener)
    b.runtime.subscribeEvents(listener)
    watch(b.task.run('a'))
    expect(listener).toHaveBeenCalledTimes(16)
    stop()
    listener.mockClear()
    b.task.stopWorkers()
    expect(listener).toHaveBeenCalledTimes(4)
  })

  it.each<[string, (b: Bench) => unknown]>([
    ['while a call is submitted', b => watch(b.task.run('b'))],
    ['while a call settles', async b => (await b.job('a')).resolve(0)],
    ['while a call is aborted', b => b.runtime.abortTaskController.abort('a')],
    ['while a worker crashes', b => b.workers[0]?.crash('gone')],
  ])('a listener that disposes the runtime %s gets the outcome of every open call', async (_, act) => {
    const b = observed()
    const open = [b.task.with({ key: 'a' }).run('a'), b.task.run('b')].map(watch)
    await b.job('a')
    b.told.take()
    let disposed = false
    b.runtime.subscribeEvents(() => {
      if (!disposed) b.runtime.dispose()
      disposed = true
    })
    await act(b)
    await turns()
    expect(open.map(({ status }) => status)).not.toContain('open')
    const ends = ['success', 'failure', 'canceled', 'rejected'].map(how => b.told.count(`task.${how}.total`))
    const calls = b.told.spans().length
    expect(calls).toBeGreaterThanOrEqual(2)
    expect(ends.reduce((sum, count) => sum + count)).toBe(calls)
    expect(b.told.metrics('task.duration_ms')).toHaveLength(calls)
    expect(b.told.take()).toContain('workers.active = 0')
    await watch(b.task.echo('refused'))
    expect(b.told.take()).toEqual([])
  })

  it('a listener gets nothing after the runtime is disposed', async () => {
    const b = bench()
    const listener = vi.fn()
    b.runtime.subscribeEvents(listener)
    b.runtime.dispose()
    listener.mockClear()
    await watch(b.task.echo(1))
    await turns()
    expect(listener).not.toHaveBeenCalled()
  })

  it('a listener gets the events of its own runtime only', async () => {
    const [here, there] = [bench(), bench()]
    const listener = vi.fn()
    here.runtime.subscribeEvents(listener)
    await there.task.echo(1)
    expect(listener).not.toHaveBeenCalled()
  })

  it.each([undefined, null, {}, 'listener'])('a listener that is %o is a TypeError', listener => {
    const { runtime } = bench()
    expect(() => runtime.subscribeEvents(listener as never)).toThrow(
      new TypeError(`listener must be a function, not ${String(listener)}`),
    )
  })

  it('a listener that cannot even be described is a TypeError that says what is allowed', () => {
    const { runtime } = bench()
    for (const subscribe of [
      runtime.subscribeEvents,
      runtime.subscribeRuntimeSnapshot,
      runtime.observeSpans,
    ]) {
      expect(() => subscribe(Object.create(null))).toThrow('listener must be a function, not [object Object]')
    }
  })
})

it('without a listener the kernel emits no events, and with one only the worker reads the clock more often', async () => {
  const b = bench()
  await b.task.echo('warm')
  const clock = vi.spyOn(performance, 'now')
  const count = vi.spyOn(Metrics.prototype, 'count')
  const readings = async () => {
    clock.mockClear()
    await b.task.echo(1)
    return clock.mock.calls.length
  }
  const quiet = await readings()
  expect(count).not.toHaveBeenCalled()
  const stop = b.runtime.subscribeEvents(() => {})
  // The double's handler runs in this thread: its start and its end.
  expect(await readings()).toBe(quiet + 2)
  expect(count).toHaveBeenCalled()
  stop()
  count.mockClear()
  await readings()
  expect(count).not.toHaveBeenCalled()
})

it('all events that one input causes have the same timestamp', async () => {
  const { task, job, told } = observed()
  vi.advanceTimersByTime(5)
  watch(task.run('a'))
  const { resolve } = await job('a')
  vi.advanceTimersByTime(30)
  resolve(0)
  await turns()
  const moments = told.events.map(({ name, ts }) => `${ts - Date.now() + 35} ${name}`)
  expect(moments).toEqual([
    ...[
      'worker.spawn.total',
      ...['queue.in_flight', 'queue.pending', 'queue.blocked', 'workers.active'],
      'task.dispatch.total',
      'queue.wait_ms',
      'queue.in_flight',
      'worker.ready_ms',
    ].map(name => `5 ${name}`),
    ...['task.run_ms', 'task.success.total', 'task.duration_ms', 'atelier:span', 'queue.in_flight'].map(
      name => `35 ${name}`,
    ),
  ])
})
