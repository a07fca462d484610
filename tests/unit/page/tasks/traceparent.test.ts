import { afterEach, describe, expect, it, vi } from 'vitest'
import type { TaskConfig } from '../../../../ts/api/config.ts'
import type { TraceContext } from '../../../../ts/api/events.ts'
import { createTestWorkers } from '../../../../ts/testing.ts'
import type { TaskContext } from '../../../../ts/worker.ts'
import { bench } from '../../../support/bench.ts'
import { watch } from '../../../support/outcome.ts'
import { turns } from '../../../support/turns.ts'

afterEach(() => {
  vi.useRealTimers()
})

const recording = (config: Partial<TaskConfig> = {}) => bench(config, { observability: { spans: 'on' } })

describe('the traceparent of a call', () => {
  it('has the id of its trace, a parent id that all calls of the trace have, and the flag for sampled', async () => {
    const { runtime, task, job } = recording({ maxInFlight: 3 })
    const [trace, other] = [runtime.createTrace('doc:1'), runtime.createTrace('doc:2')]
    watch(task.with({ trace }).run('a'))
    watch(task.with({ trace }).run('b'))
    watch(task.with({ trace: other }).run('c'))
    const [a, b, c] = await Promise.all(
      ['a', 'b', 'c'].map(async name => (await job(name)).context.traceparent),
    )
    expect(a).toMatch(/^00-[\da-f]{32}-[\da-f]{16}-01$/)
    expect(a?.split('-')[1]).toBe(trace.id)
    expect(b).toBe(a)
    expect(c?.split('-')[1]).toBe(other.id)
    expect(c?.split('-')[2]).not.toBe(a?.split('-')[2])
  })

  it('is in a copy of the context, and stays after a crash', async () => {
    vi.useFakeTimers()
    const { runtime, task, job, workers } = recording({
      crashPolicy: 'restart-requeue-in-flight',
    })
    watch(task.with({ trace: runtime.createTrace() }).run('a'))
    const first = (await job('a')).context
    workers[0]?.crash()
    vi.advanceTimersByTime(60_000)
    const second = (await job('a', 1)).context
    expect({ ...second }.traceparent).toBe(first.traceparent)
    expect(second.traceparent).toBeDefined()
  })

  it.each<[string, 'on' | 'off', (trace: TraceContext) => TraceContext | undefined]>([
    ['there is no trace', 'on', () => undefined],
    ['spans are off', 'off', trace => trace],
    ['the trace is not sampled', 'on', trace => ({ ...trace, sampled: false })],
    ["the trace's id is the application's own", 'on', trace => ({ ...trace, id: 'doc:1' })],
    ["the trace's id is in capitals", 'on', trace => ({ ...trace, id: 'F'.repeat(32) })],
    [
      "the trace's id leaves no parent id",
      'on',
      trace => ({ ...trace, id: 'f'.repeat(16) + '0'.repeat(16) }),
    ],
  ])('is absent where %s', async (_, spans, traceOf) => {
    const { runtime, task, job } = bench({}, { observability: { spans } })
    watch(task.with({ trace: traceOf(runtime.createTrace()) }).run('a'))
    const { context } = await job('a')
    expect('traceparent' in context).toBe(false)
    expect(Object.keys({ ...context })).not.toContain('traceparent')
  })

  it('is apart from the arguments of its call and of its neighbors', async () => {
    const { runtime } = recording()
    const seen: unknown[][] = []
    const handlers = {
      take(...args: unknown[]): void {
        const context = args.pop() as TaskContext
        seen.push([...args, context.traceparent?.slice(-3)])
      },
    }
    const task = runtime.defineTask<{ take(...args: unknown[]): Promise<void> }>({
      type: 'singleton',
      maxInFlight: 8,
      worker: createTestWorkers(handlers).create,
    })
    const traced = task.with({ trace: runtime.createTrace() })
    await Promise.all([
      task.take(),
      traced.take(),
      task.take(1),
      traced.take(1, 'b'),
      traced.take({ c: 3 }),
      task.take(4),
    ])
    expect(seen).toEqual([
      [undefined],
      ['-01'],
      [1, undefined],
      [1, 'b', '-01'],
      [{ c: 3 }, '-01'],
      [4, undefined],
    ])
  })

  it('adds one field to the message of its call, and none to those of calls without a trace', async () => {
    const { runtime, task } = recording()
    await task.echo('up')
    const post = vi.spyOn(MessagePort.prototype, 'postMessage')
    await task.echo(1)
    await task.with({ trace: runtime.createTrace() }).echo(1)
    const sent = post.mock.calls.flatMap(([message]) =>
      (message as { atelier?: unknown[] }).atelier?.includes('echo')
        ? [(message as { atelier: unknown[] }).atelier]
        : [],
    )
    post.mockRestore()
    expect(sent.map(fields => fields.length)).toEqual([7, 8])
    await turns()
  })
})
