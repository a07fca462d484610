import { expect, it, vi } from 'vitest'
import type { RuntimeEvent } from '../../ts/api/events.ts'
import { type Bench, bench } from '../support/bench.ts'
import { type Outcome, watch } from '../support/outcome.ts'
import { turns } from '../support/turns.ts'

/** Does something in the first event of that name, in the middle of a drain. */
function during({ runtime }: Bench, name: string, act: () => void): void {
  const stop = runtime.subscribeEvents((event: RuntimeEvent) => {
    if (event.name !== name) return
    stop()
    act()
  })
}

it('a listener of events may, in the middle of a drain, submit a call', async () => {
  const b = bench({ maxInFlight: 2 })
  let inner: Promise<unknown> | undefined
  during(b, 'task.dispatch.total', () => {
    inner = b.task.echo('inner')
  })
  expect(await b.task.echo('outer')).toBe('outer')
  expect(await inner).toBe('inner')
})

it('a listener of events may, in the middle of a drain, submit a call to a task that it defines', async () => {
  const b = bench()
  let inner: Promise<unknown> | undefined
  during(b, 'task.success.total', () => {
    const config = { type: 'singleton', worker: b.worker, init: 'eager' } as const
    inner = b.runtime.defineTask<{ echo(value: string): Promise<string> }>(config).echo('inner')
  })
  expect(await b.task.echo('outer')).toBe('outer')
  expect(await inner).toBe('inner')
})

it('a listener of events may, in the middle of a drain, abort the call that is being dispatched, which is then never sent', async () => {
  const b = bench()
  during(b, 'task.dispatch.total', () => b.runtime.abortTaskController.abort('key'))
  await expect(b.task.with({ key: 'key' }).run('a')).rejects.toMatchObject({ name: 'AbortError' })
  expect(await b.task.with({ key: 'other' }).echo(1)).toBe(1)
  expect(b.jobs).toEqual([])
})

it('a listener of events may, in the middle of a drain, dispose the task whose call is being dispatched', async () => {
  const b = bench()
  during(b, 'task.dispatch.total', () => b.task.dispose())
  await expect(b.task.run('a')).rejects.toMatchObject({ name: 'TaskDisposedError', taskId: 'bench' })
  expect(b.workers.every(({ terminated }) => terminated)).toBe(true)
  expect(b.kernel.isQuiescent()).toBe(true)
})

it('a listener of events may, in the middle of a drain, dispose the runtime', async () => {
  const b = bench()
  during(b, 'worker.spawn.total', () => b.runtime.dispose())
  await expect(b.task.run('a')).rejects.toMatchObject({ name: 'TaskDisposedError' })
  expect(b.kernel.isQuiescent()).toBe(true)
})

it('a listener of events may, in the middle of a drain, stop and start the workers, and the call goes on', async () => {
  const b = bench()
  during(b, 'task.dispatch.total', () => {
    b.task.stopWorkers()
    b.task.startWorkers()
  })
  expect(await b.task.echo('survives')).toBe('survives')
  expect(b.workers.filter(({ terminated }) => !terminated)).toHaveLength(1)
})

it('a listener of events may, in the middle of a drain, end a trace', async () => {
  const b = bench({}, { observability: { spans: 'on' } })
  const trace = b.runtime.createTrace('all')
  const told = vi.fn()
  b.runtime.subscribeEvents(event => event.kind === 'trace' && told(event.traceId))
  during(b, 'task.success.total', () => trace.end())
  await b.task.with({ trace }).echo(1)
  expect(told).toHaveBeenCalledExactlyOnceWith(trace.id)
})

it('a listener of events may, in the middle of a drain, read states, which are those after the input and before the effects', async () => {
  const b = bench()
  const depth: number[] = []
  b.runtime.subscribeEvents(() => depth.push(b.task.getState().queueDepth))
  await b.task.echo(1)
  expect(new Set(depth)).toEqual(new Set([1, 0]))
})

it.each<[string, (b: Bench) => unknown, Outcome<unknown>['status']]>([
  ['submit a call', b => watch(b.task.run('inner')), 'fulfilled'],
  ['stop and start its task', ({ task }) => [task.stopWorkers(), task.startWorkers()], 'fulfilled'],
  ['dispose its task', ({ task }) => task.dispose(), 'rejected'],
  ['dispose the runtime', ({ runtime }) => runtime.dispose(), 'rejected'],
])('a factory may, in the middle of a drain, %s', async (_, act, status) => {
  let acted = false
  const b: Bench = bench({
    maxInFlight: 2,
    worker: () => {
      if (!acted) {
        acted = true
        act(b)
      }
      return b.worker()
    },
  })
  const call = watch(b.task.echo('outer'))
  await turns()
  expect(call.status).toBe(status)
  const live = b.workers.filter(({ terminated }) => !terminated)
  expect(live).toHaveLength(status === 'fulfilled' ? 1 : 0)
  b.runtime.dispose()
  await turns()
  expect(b.kernel.isQuiescent()).toBe(true)
})

it('a listener on the signal of a key may, in the middle of a drain, submit, abort and clear', async () => {
  const b = bench({ maxInFlight: 4 })
  const keys = b.runtime.abortTaskController
  const seen: Outcome<unknown>[] = []
  keys.signalFor('a').addEventListener('abort', () => {
    keys.abort('b')
    seen.push(watch(b.task.with({ key: 'a' }).run('refused')))
    keys.clear('a')
    seen.push(watch(b.task.with({ key: 'a' }).echo('accepted')))
  })
  const calls = ['a', 'b'].map(key => watch(b.task.with({ key }).run(key)))
  await b.job('b')
  keys.abort('a')
  await turns()
  expect(calls.map(({ status }) => status)).toEqual(['rejected', 'rejected'])
  expect(seen.map(({ status }) => status)).toEqual(['rejected', 'fulfilled'])
})
