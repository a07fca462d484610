import type { RuntimeConfig, RuntimeEvent, SpanEvent, TaskRuntime } from '@varunkanwar/atelier'
import { beforeEach, describe, expect, it } from 'vitest'
import { soon } from '../support/soon.ts'
import { jobs } from './jobs.ts'

beforeEach(() => performance.clearMeasures())

const start = (config: RuntimeConfig = { observability: { spans: 'on' } }) => {
  const { runtime, task } = jobs({ type: 'parallel', poolSize: 2 }, config)
  const events: RuntimeEvent[] = []
  runtime.subscribeEvents(event => events.push(event))
  return { runtime, task, events }
}

const measures = (name: string) => performance.getEntriesByName(name, 'measure') as PerformanceMeasure[]

describe('the performance timeline', () => {
  it('has a measure of each call, with the detail and the times of its event', async () => {
    const { task, events } = start()
    await task.sleep(20)
    const [span] = events.filter((event): event is SpanEvent => event.kind === 'span')
    const { kind: _, name, ts, durationMs, ...fields } = span ?? ({} as never)
    const [measure, ...others] = measures(name)
    expect(others).toEqual([])
    expect(measure?.detail).toMatchObject(fields)
    expect(measure?.duration).toBeCloseTo(durationMs ?? 0, 2)
    expect(Math.abs(ts - Date.now())).toBeLessThan(1_000)
  })

  it('tells how long a handler ran, which is no longer than its call', async () => {
    const { task, events } = start()
    await Promise.all([task.sleep(20), task.sleep(20), task.sleep(20)])
    await task.fail('failed').catch(() => {})
    const spans = events.filter((event): event is SpanEvent => event.kind === 'span')
    const metric = events.flatMap(event => (event.name === 'task.run_ms' ? [event.value] : []))
    expect(metric).toEqual(spans.map(({ runMs }) => runMs))
    expect(metric).toHaveLength(4)
    for (const { runMs = Number.NaN, durationMs, method } of spans) {
      expect(runMs).toBeGreaterThanOrEqual(method === 'sleep' ? 15 : 0)
      expect(runMs).toBeLessThanOrEqual((durationMs ?? 0) + 2)
    }
  })

  it('has a measure of each trace, which spans those of its calls', async () => {
    const { runtime, task } = start()
    await runtime.runWithTrace('doc:1', async trace => {
      await Promise.all([task.with({ trace }).sleep(5), task.with({ trace }).sleep(10)])
      await task.with({ trace }).echo(1)
    })
    const [trace] = measures('atelier:trace')
    const calls = measures('atelier:span')
    expect(trace?.detail).toMatchObject({ traceName: 'doc:1', status: 'ok' })
    expect(calls).toHaveLength(3)
    for (const call of calls) {
      expect(call.detail).toMatchObject({ traceId: trace?.detail.traceId, traceName: 'doc:1' })
      expect(call.startTime).toBeGreaterThanOrEqual((trace?.startTime ?? Infinity) - 0.01)
      expect(call.startTime + call.duration).toBeLessThanOrEqual(
        (trace ? trace.startTime + trace.duration : 0) + 0.01,
      )
    }
  })

  it('has no marks, and tells an observer that came late', async () => {
    const { task } = start()
    await task.echo(1)
    const seen = await new Promise<PerformanceEntryList>(resolve => {
      const observer = new PerformanceObserver(list => {
        resolve(list.getEntries())
        observer.disconnect()
      })
      observer.observe({ type: 'measure', buffered: true })
    })
    expect(seen.filter(({ name }) => name === 'atelier:span')).toHaveLength(1)
    expect(performance.getEntriesByType('mark').filter(({ name }) => name.startsWith('atelier'))).toEqual([])
  })

  it('has the entry of a DevTools track in the detail of a measure', async () => {
    const { task } = start()
    await task.echo(1)
    expect(measures('atelier:span')[0]?.detail.devtools).toMatchObject({
      dataType: 'track-entry',
      trackGroup: 'Atelier',
      track: 'jobs',
      tooltipText: 'jobs.echo',
    })
  })
})

describe('observeSpans', () => {
  type Seen = { name: string; detail: { method?: string; traceName?: string } }
  const seenBy = (runtime: TaskRuntime) => {
    const seen: Seen[] = []
    const stop = runtime.observeSpans(({ name, detail }) => seen.push({ name, detail }))
    const what = () => seen.map(({ name, detail }) => `${name} ${detail.method ?? detail.traceName}`)
    return { seen, stop, what }
  }

  it('hears of the measures of its own runtime, and of no others on the page', async () => {
    const [here, there] = [start(), start()]
    const [ours, theirs] = [seenBy(here.runtime), seenBy(there.runtime)]
    performance.measure('atelier:span', { start: 0, end: 1, detail: { method: 'not ours' } })
    await here.runtime.runWithTrace('doc:1', trace => here.task.with({ trace }).echo(1))
    await Promise.allSettled([there.task.fail('broken'), there.task.echo(2)])
    // A browser hands over measures by when they start, and no two of these start in a known order.
    const sorted = (listener: typeof ours) => listener.what().sort()
    await soon(() => expect(sorted(ours)).toEqual(['atelier:span echo', 'atelier:trace doc:1']))
    await soon(() => expect(sorted(theirs)).toEqual(['atelier:span echo', 'atelier:span fail']))
  })

  it('gives each listener every measure once, with the detail of its event, until it is ended', async () => {
    const { runtime, task, events } = start()
    const [first, second] = [seenBy(runtime), seenBy(runtime)]
    await task.echo(1)
    await soon(() => expect([first.seen.length, second.seen.length]).toEqual([1, 1]))
    const {
      kind: _,
      name,
      ts: __,
      durationMs: ___,
      ...fields
    } = events.find(({ kind }) => kind === 'span') as SpanEvent
    expect(first.seen[0]).toMatchObject({ name, detail: fields })
    first.stop()
    first.stop()
    await task.echo(2)
    await soon(() => expect(second.seen).toHaveLength(2))
    expect(first.seen).toHaveLength(1)
  })

  it('goes on when a listener throws, and may clear the measures that it has seen', async () => {
    const { runtime, task } = start()
    runtime.observeSpans(({ name }) => {
      performance.clearMeasures(name)
      throw new Error('a bad listener')
    })
    const { seen } = seenBy(runtime)
    for (const value of [1, 2, 3]) await task.echo(value)
    await soon(() => expect(seen).toHaveLength(3))
    expect(measures('atelier:span')).toEqual([])
  })

  it('hears of everything that dispose() ends, and then of nothing', async () => {
    const { runtime, task } = start()
    await task.echo('up')
    const { what } = seenBy(runtime)
    const call = task.sleep(1_000).catch(() => {})
    runtime.dispose()
    expect(what()).toEqual(['atelier:span sleep'])
    await call
    await task.echo('refused').catch(() => {})
    await new Promise(resolve => setTimeout(resolve, 50))
    expect(what()).toEqual(['atelier:span sleep'])
  })

  it('hears of nothing where spans are off', async () => {
    const { runtime, task } = start({ observability: { spans: 'off' } })
    const { seen } = seenBy(runtime)
    await task.echo(1)
    await new Promise(resolve => setTimeout(resolve, 50))
    expect(seen).toEqual([])
  })
})

describe('the events of real workers', () => {
  it('tell which worker ran a call, how it ended, and where the levels come to rest', async () => {
    const { task, events } = start()
    await Promise.allSettled([task.echo(1), task.fail('broken'), task.echo(2)])
    await task.drain()
    const spans = events.filter((event): event is SpanEvent => event.kind === 'span')
    expect(new Set(spans.map(({ workerIndex }) => workerIndex))).toEqual(new Set([0, 1]))
    expect(spans.find(({ method }) => method === 'fail')).toMatchObject({
      status: 'error',
      errorKind: 'exception',
      error: 'broken',
    })
    const last = (name: string) => events.findLast(event => event.name === name)
    expect(last('queue.in_flight')).toMatchObject({ value: 0 })
    expect(last('queue.pending')).toMatchObject({ value: 0 })
  })

  it('come in order of their times', async () => {
    const { task, events } = start()
    await Promise.all(Array.from({ length: 20 }, (_, at) => task.echo(at)))
    const times = events.map(({ ts }) => ts)
    expect(times).toEqual(times.toSorted((one, other) => one - other))
  })
})

it('the first gauges of a task are all four, with real workers too', async () => {
  const { task, events } = start()
  await task.echo(1)
  const gauges = events.flatMap(event => (event.kind === 'gauge' ? [event.name] : []))
  expect(gauges.slice(0, 4).sort()).toEqual([
    ...['queue.blocked', 'queue.in_flight', 'queue.pending', 'workers.active'],
  ])
})

it('spans are on in a development build, which this is, and off when told so', async () => {
  const auto = start({})
  await auto.task.echo(1)
  expect(measures('atelier:span')).toHaveLength(1)
  const off = start({ observability: { spans: 'off' } })
  await off.task.echo(1)
  expect(measures('atelier:span')).toHaveLength(1)
})

it('a snapshot shows what real workers do', async () => {
  const { runtime, task } = start()
  const busy = [task.sleep(30), task.sleep(30), task.sleep(30)]
  expect(runtime.getRuntimeSnapshot().tasks).toMatchObject([
    { taskId: 'jobs', activeWorkers: 2, queueDepth: 2, pendingQueueDepth: 1, queueDepthByWorker: [1, 1] },
  ])
  await Promise.all(busy)
  expect(task.getState()).toMatchObject({ queueDepth: 0, totalDispatched: 3, taskStatus: 'idle' })
})
