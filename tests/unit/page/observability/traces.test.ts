import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest'
import type { SpansConfig } from '../../../../ts/api/config.ts'
import type { TraceContext } from '../../../../ts/api/events.ts'
import {
  createTaskRuntime,
  QueueDropError,
  TaskDisposedError,
  WorkerCrashedError,
} from '../../../../ts/index.ts'
import { bench } from '../../../support/bench.ts'
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

/** A bench with these spans, the events that it emits and the measures of traces that it makes. */
const traced = (spans: SpansConfig = 'on') => {
  const measure = vi.spyOn(performance, 'measure')
  const b = bench({ maxInFlight: 4 }, { observability: { spans } })
  const measures = () =>
    measure.mock.calls.filter(([name]) => name === 'atelier:trace').map(([, options]) => options)
  return { ...b, told: listen(b.runtime), measures }
}

it('a trace ends with an event that has its name, its duration and how it ended', () => {
  const { runtime, told } = traced()
  vi.advanceTimersByTime(100)
  const trace = runtime.createTrace('doc:1')
  vi.advanceTimersByTime(40)
  trace.end()
  expect(told.events).toEqual([
    {
      kind: 'trace',
      name: 'atelier:trace',
      ts: Date.now(),
      traceId: trace.id,
      traceName: 'doc:1',
      durationMs: 40,
      status: 'ok',
    },
  ])
})

it('a trace ends with a measure of explicit times, whose detail is the event but for its kind, name and times', () => {
  const { runtime, measures } = traced()
  vi.advanceTimersByTime(100)
  const trace = runtime.createTrace('doc:1')
  vi.advanceTimersByTime(40)
  trace.end({ error: new Error('broken') })
  expect(measures()).toEqual([
    {
      start: 100,
      end: 140,
      detail: {
        traceId: trace.id,
        traceName: 'doc:1',
        status: 'error',
        errorKind: 'exception',
        error: 'broken',
        devtools: {
          dataType: 'track-entry',
          trackGroup: 'Atelier',
          track: 'Traces',
          color: 'error',
          tooltipText: 'doc:1',
          properties: [
            ['trace', trace.id],
            ['status', 'error'],
            ['exception', 'broken'],
          ],
        },
      },
    },
  ])
})

it('a trace without a name has none, neither in its context nor in its event', async () => {
  const { runtime, task, told } = traced()
  const trace = runtime.createTrace()
  await task.with({ trace }).echo(1)
  trace.end()
  expect(trace).not.toHaveProperty('name')
  for (const event of [...told.spans(), ...told.traces()]) {
    expect(event.traceId).toBe(trace.id)
    expect(event).not.toHaveProperty('traceName')
  }
})

it('a trace has an id of 32 hexadecimal digits that no other trace of any runtime has', () => {
  const ids = [createTaskRuntime(), createTaskRuntime()].flatMap(runtime =>
    Array.from({ length: 300 }, () => runtime.createTrace('the same name').id),
  )
  expect(new Set(ids).size).toBe(600)
  for (const id of ids) expect(id).toMatch(/^[0-9a-f]{32}$/)
})

it('a trace ends once: later ends change nothing', () => {
  const { runtime, told, measures } = traced()
  const trace = runtime.createTrace('once')
  trace.end({ status: 'canceled' })
  vi.advanceTimersByTime(10)
  trace.end()
  trace.end({ error: new Error('late') })
  expect(told.traces()).toMatchObject([{ status: 'canceled', durationMs: 0 }])
  expect(measures()).toHaveLength(1)
})

it('a trace adds nothing to the metrics', () => {
  const { runtime, told } = traced()
  runtime.createTrace('quiet').end()
  expect(told.events.map(({ kind }) => kind)).toEqual(['trace'])
})

it('a trace leaves nothing in the kernel once it has ended, sampled or not', () => {
  for (const sampleRate of [0, 1]) {
    const { runtime, kernel } = traced({ sampleRate })
    const trace = runtime.createTrace('a')
    expect(kernel.isQuiescent()).toBe(false)
    trace.end()
    expect(kernel.isQuiescent()).toBe(true)
  }
})

it.each<[object | undefined, object]>([
  [undefined, { status: 'ok' }],
  [{}, { status: 'ok' }],
  [{ status: 'error' }, { status: 'error' }],
  [{ status: 'canceled' }, { status: 'canceled' }],
  [{ error: undefined }, { status: 'ok' }],
  [{ error: new RangeError('too large') }, { status: 'error', errorKind: 'exception', error: 'too large' }],
  [{ error: 'a string' }, { status: 'error', errorKind: 'exception', error: 'a string' }],
  [{ error: null }, { status: 'error', errorKind: 'exception', error: 'null' }],
  [
    { error: new DOMException('stop', 'AbortError') },
    { status: 'canceled', errorKind: 'abort', error: 'stop' },
  ],
  [{ error: new WorkerCrashedError('t') }, { status: 'error', errorKind: 'crash' }],
  [{ error: new QueueDropError('reject', 't') }, { status: 'error', errorKind: 'queue' }],
  [{ error: new TaskDisposedError('t') }, { status: 'error', errorKind: 'exception' }],
  [
    { status: 'error', error: new DOMException('stop', 'AbortError') },
    { status: 'error', errorKind: 'abort', error: 'stop' },
  ],
])('a trace ended with %o is %o', (options, expected) => {
  const { runtime, told } = traced()
  runtime.createTrace().end(options)
  const { status, errorKind, error } = told.traces()[0] ?? {}
  expect({ status, errorKind, error }).toMatchObject(expected)
  if (!('errorKind' in expected)) expect(told.traces()[0]).not.toHaveProperty('errorKind')
})

it('a trace ended with an unknown status is a TypeError, and the trace can still end', () => {
  const { runtime, told } = traced()
  const trace = runtime.createTrace()
  expect(() => trace.end({ status: 'done' as never })).toThrow(
    new TypeError("status must be 'ok', 'error' or 'canceled', not done"),
  )
  trace.end()
  expect(told.traces()).toMatchObject([{ status: 'ok' }])
})

it.each(['ok', 7, null])('a trace ended with %o is a TypeError, and the trace can still end', options => {
  const { runtime, told } = traced()
  const trace = runtime.createTrace()
  expect(() => trace.end(options as never)).toThrow(/^end\(\) of a trace takes an object of options, not /)
  trace.end()
  expect(told.traces()).toMatchObject([{ status: 'ok' }])
})

it('runWithTrace passes the trace to its callback, resolves with its result and ends the trace as ok', async () => {
  const { runtime, task, told } = traced()
  const result = await runtime.runWithTrace('doc:1', async trace => {
    vi.advanceTimersByTime(25)
    return task.with({ trace }).echo(trace.name)
  })
  expect(result).toBe('doc:1')
  expect(told.traces()).toMatchObject([{ traceName: 'doc:1', status: 'ok', durationMs: 25 }])
})

it('runWithTrace takes a callback that is not async', async () => {
  const { runtime, told } = traced()
  expect(await runtime.runWithTrace('now', () => 7)).toBe(7)
  expect(told.traces()).toMatchObject([{ status: 'ok' }])
})

it.each<[string, unknown, object]>([
  ['an error', new Error('broken'), { status: 'error', errorKind: 'exception', error: 'broken' }],
  ['an AbortError', new DOMException('stop', 'AbortError'), { status: 'canceled', errorKind: 'abort' }],
  ['a crash', new WorkerCrashedError('t'), { status: 'error', errorKind: 'crash' }],
  ['undefined', undefined, { status: 'error', errorKind: 'exception', error: 'undefined' }],
  ['null', null, { status: 'error', errorKind: 'exception', error: 'null' }],
])(
  'runWithTrace ends the trace with the error when its callback throws %s, and rejects with the same value',
  async (_, thrown, expected) => {
    for (const throws of [
      () => {
        throw thrown
      },
      () => Promise.reject(thrown),
    ]) {
      const { runtime, told } = traced()
      const run = watch(runtime.runWithTrace('doc', throws))
      await turns()
      expect([run.status, run.reason]).toEqual(['rejected', thrown])
      expect(told.traces()).toMatchObject([expected])
    }
  },
)

it('runWithTrace ends the trace as canceled with the call that it waits for', async () => {
  const { runtime, task, job, told } = traced()
  const run = watch(runtime.runWithTrace('doc', trace => task.with({ trace, key: 'k' }).run('a')))
  await job('a')
  runtime.abortTaskController.abort('k')
  await turns()
  expect(run.reason).toMatchObject({ name: 'AbortError' })
  expect(told.traces()).toMatchObject([{ status: 'canceled', errorKind: 'abort' }])
})

it('runWithTrace leaves an explicit end to the callback', async () => {
  const { runtime, told } = traced()
  await runtime.runWithTrace('doc', trace => trace.end({ status: 'canceled' }))
  expect(told.traces()).toMatchObject([{ status: 'canceled' }])
})

it('the calls of a trace carry its id and name, and the worker never sees it', async () => {
  const { runtime, task, job, told } = traced()
  const trace = runtime.createTrace('doc:1')
  const calls = ['a', 'b'].map(name => task.with({ trace }).run(name))
  const { context, resolve } = await job('a')
  expect('trace' in context).toBe(false)
  resolve(0)
  ;(await job('b')).resolve(0)
  await Promise.all(calls)
  await task.echo('untraced')
  expect(told.spans().map(({ traceId, traceName }) => [traceId, traceName])).toEqual([
    [trace.id, 'doc:1'],
    [trace.id, 'doc:1'],
    [undefined, undefined],
  ])
})

it('the calls of a trace may outlive it', async () => {
  const { runtime, task, job, told } = traced()
  const trace = runtime.createTrace('short')
  watch(task.with({ trace }).run('a'))
  trace.end()
  ;(await job('a')).resolve(0)
  await turns()
  expect(told.spans()).toMatchObject([{ traceId: trace.id, status: 'ok' }])
})

it('the calls of a trace follow its sampling decision, whatever the rate of their own runtime', async () => {
  const { runtime } = traced({ sampleRate: 0 })
  const other = traced('on')
  const [no, yes] = [runtime.createTrace('no'), other.runtime.createTrace('yes')]
  await other.task.with({ trace: no }).echo(1)
  expect(other.told.spans()).toEqual([])
  await other.task.with({ trace: yes }).echo(1)
  expect(other.told.spans()).toMatchObject([{ traceId: yes.id, traceName: 'yes' }])
})

it.each(['a trace', 7, {}, { id: 'x' }, { sampled: true }, { id: 1, sampled: true }])(
  'with() refuses %o as a trace',
  trace => {
    const { task } = traced()
    expect(() => task.with({ trace: trace as never })).toThrow(/^trace must be a TraceContext, not /)
  },
)

it.each<[string, SpansConfig]>([
  ['because spans are off', 'off'],
  ['because the rate is 0', { sampleRate: 0 }],
  ['because the rate is below 0', { sampleRate: -1 }],
])('a trace that is not sampled %s says so and emits nothing, and neither do its calls', async (_, spans) => {
  const { runtime, task, told, measures } = traced(spans)
  await runtime.runWithTrace('quiet', async trace => {
    expect(trace.sampled).toBe(false)
    await task.with({ trace }).echo(1)
  })
  expect([...told.spans(), ...told.traces(), ...measures()]).toEqual([])
  expect(told.count('task.success.total')).toBe(1)
})

describe('the sampling of traces', () => {
  const taken = (traces: TraceContext[]) => traces.map(({ sampled }) => sampled)

  /** The traces of a runtime whose ids are derived from `seed`. */
  const tracesOf = (seed: number, sampleRate: number) => {
    vi.spyOn(crypto, 'getRandomValues').mockImplementationOnce(
      array => (array as Uint32Array).fill(seed) as never,
    )
    const runtime = createTaskRuntime({ observability: { spans: { sampleRate } } })
    return Array.from({ length: 400 }, () => runtime.createTrace())
  }

  it('the sampling of traces is the same for the same ids', () => {
    const [first, second] = [tracesOf(3, 0.3), tracesOf(3, 0.3)]
    expect(first.map(({ id }) => id)).toEqual(second.map(({ id }) => id))
    expect(taken(first)).toEqual(taken(second))
  })

  it('the sampling of traces takes about its part, and at a higher rate the same and more', () => {
    const [some, more] = [taken(tracesOf(3, 0.3)), taken(tracesOf(3, 0.6))]
    const part = some.filter(Boolean).length / some.length
    expect(part).toBeGreaterThan(0.2)
    expect(part).toBeLessThan(0.4)
    expect(some.every((sampled, at) => !sampled || more[at])).toBe(true)
  })

  it('the sampling of traces differs in another runtime, so that the first trace of a page is not taken always or never', () => {
    const firsts = Array.from({ length: 200 }, (_, seed) => taken(tracesOf(seed, 0.3))[0])
    const part = firsts.filter(Boolean).length / firsts.length
    expect(part).toBeGreaterThan(0.2)
    expect(part).toBeLessThan(0.4)
  })
})

it('a name of a trace that is not a string is a TypeError', () => {
  const { runtime } = traced()
  expect(() => runtime.createTrace(7 as never)).toThrow(
    new TypeError('The name of a trace must be a string, not 7'),
  )
})

it('after a panic the end of a trace is quiet, and runWithTrace resolves with what its callback returned', async () => {
  const { runtime, task } = traced()
  const trace = runtime.createTrace('before')
  const run = runtime.runWithTrace('during', async () => {
    const clock = vi.spyOn(performance, 'now').mockReturnValue(Number.NaN)
    const call = watch(task.echo(1))
    clock.mockRestore()
    await turns()
    return call.status
  })
  expect(await run).toBe('rejected')
  expect(() => trace.end()).not.toThrow()
})
