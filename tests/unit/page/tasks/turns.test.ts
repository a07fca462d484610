import { describe, expect, it } from 'vitest'
import { SupersededError } from '../../../../ts/index.ts'
import { bench } from '../../../support/bench.ts'
import { listen } from '../../../support/events.ts'
import { rejection, watch } from '../../../support/outcome.ts'
import { turns } from '../../../support/turns.ts'

/** A TaskSignal as the Prioritized Task Scheduling API has it, where the platform lacks it. */
class FakeTaskSignal extends EventTarget {
  readonly aborted = false
  readonly reason = undefined
  priority = 'background'

  change(priority: string): void {
    this.priority = priority
    this.dispatchEvent(new Event('prioritychange'))
  }
}

const taskSignal = () => {
  const signal = new FakeTaskSignal()
  return { signal: signal as unknown as AbortSignal, change: (priority: string) => signal.change(priority) }
}

/** Ends the jobs one after the other and returns the names in the order in which they started. */
async function startOrder({ jobs }: ReturnType<typeof bench>, calls: number): Promise<unknown[]> {
  for (let ended = 0; ended < calls; ended++) {
    await turns()
    jobs[ended]?.resolve(undefined)
  }
  return jobs.map(({ name }) => name)
}

describe('priority', () => {
  it('decides which queued call starts first, and among equals the older one', async () => {
    const b = bench({ maxQueueDepth: 10 })
    for (const [name, priority] of [
      ['first', 0],
      ['low', -3],
      ['normal', 0],
      ['high', 7],
      ['high too', 7],
    ] as const) {
      watch(b.task.with({ priority }).run(name))
    }
    expect(await startOrder(b, 5)).toEqual(['first', 'high', 'high too', 'normal', 'low'])
  })

  it('lets an urgent call that waits for room start before pending ones', async () => {
    const b = bench({ maxQueueDepth: 1 })
    for (const name of ['first', 'pending', 'waiting']) watch(b.task.run(name))
    watch(b.task.with({ priority: 1 }).run('urgent'))
    expect(await startOrder(b, 4)).toEqual(['first', 'urgent', 'pending', 'waiting'])
  })

  it('is derived by priorityOf, and 0 for what is no priority', async () => {
    const b = bench({
      maxQueueDepth: 10,
      priorityOf: (name: string) => ({ high: 3, far: 99, half: 0.5 })[name] as number,
    })
    for (const name of ['first', 'far', 'half', 'none', 'high']) watch(b.task.run(name))
    expect(await startOrder(b, 5)).toEqual(['first', 'high', 'far', 'half', 'none'])
  })

  it('is that of a TaskSignal, also when it changes, unless with() says it', async () => {
    const b = bench({ maxQueueDepth: 10 })
    const { signal, change } = taskSignal()
    watch(b.task.run('first'))
    watch(b.task.with({ signal }).run('follows'))
    watch(b.task.with({ signal, priority: -8 }).run('explicit'))
    watch(b.task.run('normal'))
    change('user-blocking')
    expect(await startOrder(b, 4)).toEqual(['first', 'follows', 'normal', 'explicit'])
  })

  it('of all queued calls of a key can be changed', async () => {
    const b = bench({ maxQueueDepth: 10 })
    watch(b.task.run('first'))
    for (const name of ['a', 'b']) watch(b.task.run(name))
    for (const name of ['page 1', 'page 2']) watch(b.task.with({ key: 'visible' }).run(name))
    b.runtime.prioritize('visible', 2)
    expect(await startOrder(b, 5)).toEqual(['first', 'page 1', 'page 2', 'a', 'b'])
  })

  it.each([
    ['8', 8, RangeError],
    ['-9', -9, RangeError],
    ['1.5', 1.5, RangeError],
    ["'high'", 'high', TypeError],
  ])('of %s is refused by with() and prioritize()', (_, priority, Kind) => {
    const { task, runtime } = bench()
    expect(() => task.with({ priority: priority as number })).toThrow(Kind)
    expect(() => runtime.prioritize('key', priority as number)).toThrow(Kind)
  })

  it('rejects a call whose priorityOf throws', async () => {
    const b = bench({
      priorityOf: () => {
        throw new Error('no priority')
      },
    })
    expect(await rejection(b.task.echo(1))).toMatchObject({ message: 'no priority' })
    expect(b.kernel.isQuiescent()).toBe(true)
  })

  it('is in the span of a call unless it is 0', async () => {
    const b = bench({}, { observability: { spans: 'on' } })
    const { spans } = listen(b.runtime)
    await b.task.with({ priority: -4 }).echo(1)
    await b.task.echo(2)
    expect(spans().map(span => span.priority)).toEqual([-4, undefined])
  })
})

it("order 'newest-first' starts the newest queued call first", async () => {
  const b = bench({ maxQueueDepth: 10, order: 'newest-first' })
  for (const name of ['first', 'a', 'b', 'c']) watch(b.task.run(name))
  expect(await startOrder(b, 4)).toEqual(['first', 'c', 'b', 'a'])
})

describe('latest', () => {
  it('lets only the newest call with the word wait', async () => {
    const b = bench({ maxQueueDepth: 10 })
    const search = b.task.with({ latest: 'search' })
    const running = watch(search.run('a'))
    const old = rejection(search.run('ab'))
    const other = watch(b.task.with({ latest: 'other' }).run('other'))
    watch(search.run('abc'))
    expect(await old).toMatchObject({
      name: 'AbortError',
      cause: new SupersededError('bench', 'search'),
    })
    expect(await startOrder(b, 3)).toEqual(['a', 'other', 'abc'])
    await turns()
    expect([running.status, other.status]).toEqual(['fulfilled', 'fulfilled'])
    expect(b.kernel.isQuiescent()).toBe(true)
  })

  it('with replaceRunning cancels the running call, too', async () => {
    const b = bench()
    const search = b.task.with({ latest: 'search', replaceRunning: true })
    const old = rejection(search.run('a'))
    const { context } = await b.job('a')
    watch(search.run('ab'))
    expect((await old).cause).toBeInstanceOf(SupersededError)
    await turns()
    expect(context.signal.aborted).toBe(true)
  })

  it('supersedes nothing if the new call is refused at once', async () => {
    const b = bench({ maxQueueDepth: 10 })
    const search = b.task.with({ latest: 'search' })
    watch(search.run('a'))
    const waits = watch(search.run('ab'))
    await rejection(search.with({ signal: AbortSignal.abort() }).run('abc'))
    expect(waits.status).toBe('open')
  })

  it('never makes the newer call meet the queue policy because of the older one', async () => {
    const b = bench({ maxQueueDepth: 1, queuePolicy: 'reject' })
    const search = b.task.with({ latest: 'search' })
    for (const name of ['a', 'ab']) watch(search.run(name))
    const newest = watch(search.run('abc'))
    expect(await startOrder(b, 2)).toEqual(['a', 'abc'])
    await turns()
    expect(newest.status).toBe('fulfilled')
  })
})

describe('maxBusyWorkers', () => {
  it('keeps the busy workers of all tasks within the budget, and starts the next call when one is idle again', async () => {
    const b = bench({ type: 'parallel', poolSize: 4 }, { maxBusyWorkers: 2, observability: { spans: 'off' } })
    const { metrics } = listen(b.runtime)
    for (const name of 'abcd') watch(b.task.run(name))
    await turns()
    expect(b.jobs.map(({ name }) => name)).toEqual(['a', 'b'])
    expect(b.runtime.getRuntimeSnapshot()).toMatchObject({ busyWorkers: 2, maxBusyWorkers: 2 })
    b.jobs[0]?.resolve(undefined)
    await turns()
    expect(b.jobs.map(({ name }) => name)).toEqual(['a', 'b', 'c'])
    expect(metrics('runtime.busy_workers').map(({ value }) => value)).toContain(2)
  })

  it('does not count workers of a task with the weight 0', async () => {
    const b = bench(
      { type: 'parallel', poolSize: 3, weight: 0 },
      { maxBusyWorkers: 1, observability: { spans: 'off' } },
    )
    for (const name of 'abc') watch(b.task.run(name))
    await turns()
    expect(b.jobs).toHaveLength(3)
    expect(b.runtime.getRuntimeSnapshot().busyWorkers).toBe(0)
  })

  it.each([
    ['0', 0, RangeError],
    ['1.5', 1.5, RangeError],
    ["'2'", '2', TypeError],
  ])('of %s is refused', (_, maxBusyWorkers, Kind) => {
    expect(() => bench({}, { maxBusyWorkers: maxBusyWorkers as number })).toThrow(Kind)
  })
})
