import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest'
import type { SpansConfig, TaskConfig } from '../../../../ts/api/config.ts'
import { createTaskRuntime } from '../../../../ts/index.ts'
import { bench } from '../../../support/bench.ts'
import { listen } from '../../../support/events.ts'
import { watch } from '../../../support/outcome.ts'
import { turns } from '../../../support/turns.ts'

beforeEach(() => {
  vi.useFakeTimers()
})

afterEach(() => {
  vi.restoreAllMocks()
  vi.unstubAllEnvs()
  vi.unstubAllGlobals()
  vi.useRealTimers()
})

/** A bench with these spans, the events that it emits and the measures that it makes. */
const spanned = (config: Partial<TaskConfig> = {}, spans: SpansConfig = 'on') => {
  const measure = vi.spyOn(performance, 'measure')
  const b = bench(config, { observability: { spans } })
  const measures = () =>
    measure.mock.calls.map(([name, options]) => ({ name, ...(options as PerformanceMeasureOptions) }))
  return { ...b, told: listen(b.runtime), measures }
}

it('a span has all that is known of a call', async () => {
  vi.advanceTimersByTime(1_000)
  const { task, job, told } = spanned({ taskName: 'Bench', type: 'parallel', poolSize: 1 })
  const call = task.run('a')
  const { resolve } = await job('a')
  vi.advanceTimersByTime(30)
  resolve('done')
  await call
  expect(told.spans()).toEqual([
    {
      kind: 'span',
      name: 'atelier:span',
      ts: Date.now(),
      spanId: 'bench-0',
      callId: 'bench-0',
      taskId: 'bench',
      taskName: 'Bench',
      taskType: 'parallel',
      method: 'run',
      workerIndex: 0,
      queueWaitMs: 0,
      queueWaitLastMs: 0,
      attemptCount: 1,
      runMs: 30,
      durationMs: 30,
      status: 'ok',
    },
  ])
})

it('a span has no name, trace or worker that the call does not have', async () => {
  const { task, job, told } = spanned({ maxQueueDepth: 0, queuePolicy: 'reject' })
  watch(task.run('a'))
  await job('a')
  await watch(task.run('b'))
  const absent = ['taskName', 'traceId', 'traceName', 'workerIndex']
  for (const field of absent) expect(told.spans()[0]).not.toHaveProperty(field)
})

it('a span has the call id that the worker knows', async () => {
  const { task, job, told } = spanned()
  watch(task.run('a'))
  const { context, resolve } = await job('a')
  resolve(0)
  await turns()
  expect(told.spans()[0]).toMatchObject({ spanId: context.callId, callId: context.callId })
})

it('the span of a call that waited has the sum of the waits of all its attempts, and the last one', async () => {
  const { task, job, workers, told } = spanned({ crashPolicy: 'restart-requeue-in-flight' })
  watch(task.echo(0))
  const call = watch(task.run('a'))
  vi.advanceTimersByTime(7)
  await job('a')
  vi.advanceTimersByTime(50)
  workers[0]?.crash('gone')
  vi.advanceTimersByTime(100)
  ;(await job('a', 1)).resolve('done')
  await turns()
  expect(call.status).toBe('fulfilled')
  expect(told.spans().at(-1)).toMatchObject({
    method: 'run',
    attemptCount: 2,
    queueWaitMs: 107,
    queueWaitLastMs: 100,
    durationMs: 157,
    workerIndex: 0,
  })
})

describe('the span of a call that was never dispatched', () => {
  const never = { attemptCount: 0, durationMs: 20, queueWaitMs: 20, queueWaitLastMs: 20 }

  it.each<[string, Partial<TaskConfig>, (b: ReturnType<typeof spanned>) => unknown, object]>([
    [
      'was aborted',
      {},
      b => b.runtime.abortTaskController.abort('b'),
      {
        ...never,
        status: 'canceled',
        errorKind: 'abort',
        error:
          'The call "run" of task "bench" was aborted by its key "b". Calls with this key are aborted until ' +
          'abortTaskController.clear("b").',
      },
    ],
    [
      'timed out',
      { timeoutMs: 20 },
      () => {},
      {
        ...never,
        status: 'canceled',
        errorKind: 'abort',
        error: 'The call "run" of task "bench" timed out.',
      },
    ],
    [
      'was dropped for a newer one',
      { queuePolicy: 'drop-oldest', maxQueueDepth: 1 },
      b => watch(b.task.run('c')),
      {
        ...never,
        status: 'error',
        errorKind: 'queue',
        error:
          'Task "bench" dropped its oldest pending call for a newer one: its queue is full and its policy is "drop-oldest".',
      },
    ],
    [
      'was rejected by the disposal of its task',
      {},
      b => b.task.dispose(),
      {
        ...never,
        status: 'canceled',
        errorKind: 'abort',
        error: 'Task "bench" is disposed: it takes no more calls and its open calls are rejected.',
      },
    ],
    [
      'was rejected by the failure of its task',
      { crashPolicy: 'fail-task' },
      b => b.workers[0]?.crash('gone'),
      {
        ...never,
        status: 'error',
        errorKind: 'crash',
        error: 'Worker 0 of task "bench" crashed before the call was answered: gone (test-worker:1)',
      },
    ],
  ])(
    'the span of a call that %s in the queue says so, with the time that it waited',
    async (_, config, end, expected) => {
      const b = spanned(config)
      watch(b.task.run('a'))
      await b.job('a')
      const call = watch(b.task.with({ key: 'b' }).run('b'))
      vi.advanceTimersByTime(20)
      end(b)
      await turns()
      expect(b.told.spans().find(({ callId }) => callId === 'bench-1')).toMatchObject(expected)
      expect(call.status).toBe('rejected')
    },
  )

  it.each<[string, (b: ReturnType<typeof spanned>) => Promise<unknown>, object]>([
    [
      'its queue refused',
      ({ task }) => task.echo(1),
      { status: 'error', errorKind: 'queue', error: expect.stringContaining('refused') },
    ],
    [
      'has no key because keyOf threw',
      ({ task }) => task.run('keyless'),
      { status: 'error', errorKind: 'exception', error: 'no key' },
    ],
    [
      'carries an aborted key',
      ({ task, runtime }) => {
        runtime.abortTaskController.abort('k')
        return task.with({ key: 'k' }).run('b')
      },
      { status: 'canceled', errorKind: 'abort' },
    ],
    [
      'comes after the disposal of its task',
      ({ task }) => {
        task.dispose()
        return task.echo(1)
      },
      { status: 'canceled', errorKind: 'abort' },
    ],
  ])('the span of a call that %s is emitted at once', async (_, make, expected) => {
    const b = spanned({
      maxQueueDepth: 0,
      queuePolicy: 'reject',
      keyOf: name => {
        if (name === 'keyless') throw new Error('no key')
        return ''
      },
    })
    watch(b.task.run('a'))
    await b.job('a')
    await watch(make(b))
    await turns()
    expect(b.told.spans().at(-1)).toMatchObject({
      ...expected,
      attemptCount: 0,
      durationMs: 0,
      queueWaitMs: 0,
    })
  })
})

it.each<[string, unknown, object]>([
  ['a class', new RangeError('too large'), { status: 'error', errorKind: 'exception', error: 'too large' }],
  ['a string', 'just a string', { status: 'error', errorKind: 'exception', error: 'just a string' }],
  ['nothing', undefined, { status: 'error', errorKind: 'exception', error: 'undefined' }],
  ['an error without a message', new TypeError(), { error: 'TypeError' }],
  [
    'an AbortError',
    new DOMException('gave up', 'AbortError'),
    { status: 'canceled', errorKind: 'abort', error: 'gave up' },
  ],
  [
    'an AbortError without a message',
    new DOMException('', 'AbortError'),
    { status: 'canceled', errorKind: 'abort', error: 'AbortError' },
  ],
  [
    'an object named AbortError',
    { name: 'AbortError', message: 'in its own way' },
    { status: 'canceled', errorKind: 'abort', error: 'in its own way' },
  ],
])('the error of a span is the message of what the handler threw: %s', async (_, thrown, expected) => {
  const { task, job, told } = spanned()
  const call = watch(task.run('a'))
  ;(await job('a')).reject(thrown)
  await turns()
  expect(call.status).toBe('rejected')
  expect(told.spans()[0]).toMatchObject({ ...expected, attemptCount: 1 })
})

it('the error of an argument that cannot be sent names the method, after the attempt', async () => {
  const { task, told } = spanned()
  await watch(task.echo(() => {}))
  await turns()
  expect(told.spans()[0]).toMatchObject({ status: 'error', errorKind: 'exception', attemptCount: 1 })
  expect(told.spans()[0]?.error).toContain('An argument of "echo" cannot be sent to a worker')
})

it('the error of a crash names the worker', async () => {
  const { task, job, workers, told } = spanned()
  watch(task.run('a'))
  await job('a')
  workers[0]?.crash('gone')
  await turns()
  expect(told.spans()[0]).toMatchObject({
    status: 'error',
    errorKind: 'crash',
    error: 'Worker 0 of task "bench" crashed before the call was answered: gone (test-worker:1)',
    attemptCount: 1,
    workerIndex: 0,
  })
})

it('the measure of a span has explicit times, and the fields of the event but for its kind, name and times', async () => {
  const { task, job, told, measures } = spanned({ taskName: 'Bench' })
  vi.advanceTimersByTime(500)
  const call = task.run('a')
  const { resolve } = await job('a')
  vi.advanceTimersByTime(12)
  resolve(0)
  await call
  const { kind: _, name, ts, durationMs, ...fields } = told.spans()[0] ?? ({} as never)
  expect(measures()).toEqual([
    { name: 'atelier:span', start: 500, end: 512, detail: { ...fields, devtools: expect.anything() } },
  ])
  expect([name, ts, durationMs]).toEqual(['atelier:span', Date.now(), 12])
})

it('the measure of a span lies on the timeline of the page after a freeze, which the kernel does not count', async () => {
  const page = new EventTarget()
  vi.stubGlobal('document', page)
  vi.stubGlobal('addEventListener', () => {})
  vi.resetModules()
  // The test support captures the real timers when it is loaded.
  vi.useRealTimers()
  const fresh = await import('../../../support/bench.ts')
  vi.useFakeTimers()
  const measure = vi.spyOn(performance, 'measure')
  const { task, job } = fresh.bench({}, { observability: { spans: 'on' } })
  page.dispatchEvent(new Event('freeze'))
  vi.advanceTimersByTime(60_000)
  page.dispatchEvent(new Event('resume'))
  const call = task.run('a')
  const { resolve } = await job('a')
  vi.advanceTimersByTime(5)
  resolve(0)
  await call
  expect(measure.mock.calls[0]?.[1]).toMatchObject({ start: 60_000, end: 60_005 })
})

it("the measure of a span is an entry of the task's own track in the Performance panel", async () => {
  const { task, job, measures } = spanned({ taskName: 'Bench', maxInFlight: 2 })
  for (const name of 'ab') watch(task.run(name))
  ;(await job('a')).resolve(0)
  ;(await job('b')).reject(new Error('broken'))
  await turns()
  expect(measures().map(({ detail }) => detail.devtools)).toEqual([
    {
      dataType: 'track-entry',
      trackGroup: 'Atelier',
      track: 'Bench',
      color: 'primary',
      tooltipText: 'Bench.run',
      properties: [
        ['call', 'bench-0'],
        ['status', 'ok'],
        ['attempts', '1'],
        ['worker', '0'],
        ['queue wait', '0.00 ms'],
      ],
    },
    expect.objectContaining({
      color: 'error',
      properties: expect.arrayContaining([['exception', 'broken']]),
    }),
  ])
})

it('a span is measured without a listener too', async () => {
  const measure = vi.spyOn(performance, 'measure')
  const { task } = bench({}, { observability: { spans: 'on' } })
  await task.echo(1)
  expect(measure).toHaveBeenCalledOnce()
})

it('the measure of a span has no detail where the platform refuses one', async () => {
  const { task, told } = spanned()
  const made: unknown[] = []
  vi.mocked(performance.measure).mockImplementation((name, options) => {
    if ((options as PerformanceMeasureOptions).detail) throw new DOMException('no detail', 'DataCloneError')
    made.push([name, options])
    return undefined as never
  })
  expect(await task.echo(1)).toBe(1)
  expect(made).toEqual([['atelier:span', { start: 0, end: 0 }]])
  expect(told.spans()).toHaveLength(1)
})

it('a measure that throws whatever it is given disturbs neither the call nor the event', async () => {
  const { task, told } = spanned()
  vi.mocked(performance.measure).mockImplementation(() => {
    throw new Error('the buffer is full')
  })
  expect(await task.echo(1)).toBe(1)
  expect(told.spans()).toHaveLength(1)
})

it('a span is not measured where the platform has no measures', async () => {
  const { task, told } = spanned()
  const clock = performance
  vi.stubGlobal('performance', { now: () => clock.now() })
  expect(await task.echo(1)).toBe(1)
  expect(told.spans()).toHaveLength(1)
})

it.each([undefined, null, {}, 'listener'])(
  'observeSpans refuses %o with a TypeError that says what is allowed',
  listener => {
    expect(() => bench().runtime.observeSpans(listener as never)).toThrow(
      new TypeError(`listener must be a function, not ${String(listener)}`),
    )
  },
)

it('observeSpans never calls its listener where the platform has no PerformanceObserver, and can be ended', async () => {
  vi.stubGlobal('PerformanceObserver', undefined)
  const { runtime, task, told } = spanned()
  const listener = vi.fn()
  const stop = runtime.observeSpans(listener)
  await task.echo(1)
  await turns()
  expect(told.spans()).toHaveLength(1)
  stop()
  runtime.dispose()
  expect(listener).not.toHaveBeenCalled()
})

it.each<[SpansConfig | undefined, boolean]>([
  ['on', true],
  ['off', false],
  [{}, true],
  [{ sampleRate: 1 }, true],
  [{ mode: 'off', sampleRate: 1 }, false],
  [{ mode: 'on', sampleRate: 0 }, false],
  [{ sampleRate: -3 }, false],
  [{ sampleRate: 7 }, true],
  [{ sampleRate: Number.NaN }, true],
])('with spans set to %o, spans are %s: measured and emitted, or neither', async (spans, recorded) => {
  const { task, told, measures } = spanned({}, spans)
  await task.echo(1)
  expect(told.spans()).toHaveLength(recorded ? 1 : 0)
  expect(measures()).toHaveLength(recorded ? 1 : 0)
  expect(told.count('task.success.total')).toBe(1)
})

it.each<[string, boolean, boolean]>([
  ['development', true, true],
  ['production', false, false],
])('without a setting, or with "auto", spans follow the build: %s', async (_, DEV, recorded) => {
  vi.stubEnv('DEV', DEV)
  expect(createTaskRuntime().createTrace().sampled).toBe(recorded)
  for (const observability of [{}, { spans: 'auto' }, { spans: { mode: 'auto' } }] as const) {
    const { task, runtime } = bench({}, { observability })
    const told = listen(runtime)
    await task.echo(1)
    expect(told.spans()).toHaveLength(recorded ? 1 : 0)
  }
})

it.each([
  ['loud', "observability.spans must be 'auto', 'on' or 'off', not loud"],
  [{ mode: 1 }, "observability.spans must be 'auto', 'on' or 'off', not 1"],
  [{ sampleRate: '1' }, 'observability.spans.sampleRate must be a number, not 1'],
  [null, "observability.spans must be 'auto', 'on', 'off' or an object with a mode or sampleRate, not null"],
  [true, "observability.spans must be 'auto', 'on', 'off' or an object with a mode or sampleRate, not true"],
])('spans set to %o are a TypeError that says what is allowed', (spans, message) => {
  expect(() => createTaskRuntime({ observability: { spans: spans as never } })).toThrow(
    new TypeError(message),
  )
})

it.each<[unknown, string]>([
  ['on', 'observability must be an object, not "on"'],
  [true, 'observability must be an object, not true'],
  [null, 'observability must be an object, not null'],
])('an observability of %o is a TypeError that says what is allowed', (config, message) => {
  expect(() => createTaskRuntime({ observability: config as never })).toThrow(new TypeError(message))
})

describe('the sampling of calls without a trace', () => {
  const sampledCalls = async (seed: number, sampleRate: number) => {
    vi.spyOn(crypto, 'getRandomValues').mockImplementationOnce(
      array => (array as Uint32Array).fill(seed) as never,
    )
    const { task, told } = spanned({ maxInFlight: 200 }, { sampleRate })
    await Promise.all(Array.from({ length: 200 }, () => task.echo(0)))
    return told.spans().map(({ callId }) => callId)
  }

  it('sampling takes about its part of the calls, the same in every run with the same seed', async () => {
    const calls = await sampledCalls(1, 0.25)
    expect(calls.length).toBeGreaterThan(30)
    expect(calls.length).toBeLessThan(70)
    expect(await sampledCalls(1, 0.25)).toEqual(calls)
    expect(await sampledCalls(1, 0.5)).toEqual(expect.arrayContaining(calls))
  })

  it('sampling takes other calls in another runtime, so that the first call is not taken everywhere or nowhere', async () => {
    const firsts = []
    for (let seed = 0; seed < 20; seed++) firsts.push((await sampledCalls(seed, 0.5)).includes('bench-0'))
    expect(new Set(firsts)).toEqual(new Set([true, false]))
  })

  it('sampling leaves metrics complete', async () => {
    const { task, told } = spanned({ maxInFlight: 50 }, { sampleRate: 0.1 })
    await Promise.all(Array.from({ length: 50 }, () => task.echo(0)))
    expect(told.spans().length).toBeLessThan(50)
    expect(told.count('task.success.total')).toBe(50)
    expect(told.metrics('task.duration_ms')).toHaveLength(50)
  })
})
