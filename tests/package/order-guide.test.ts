import { afterEach, describe, expect, it, vi } from 'vitest'
import type { TaskRuntime } from '../../ts/api/runtime.ts'
import type { Task } from '../../ts/api/task.ts'
import { SupersededError } from '../../ts/shared/errors/classes.ts'
import { type Bench, bench } from '../support/bench.ts'
import { listen } from '../support/events.ts'
import { recipe } from '../support/guide.ts'
import { rejection, watch } from '../support/outcome.ts'
import { turns } from '../support/turns.ts'

const ordering = <Exports>(heading: string) => recipe<Exports>('order-and-fairness', heading)

/** Jobs in the order in which they reached a worker, each ended with its name as soon as it is there. */
async function startOrder({ jobs }: Bench, calls: number): Promise<unknown[]> {
  for (let ended = 0; ended < calls; ended++) {
    await turns()
    jobs[ended]?.resolve(jobs[ended]?.name)
  }
  await turns()
  return jobs.map(({ name }) => name)
}

afterEach(() => {
  vi.useRealTimers()
})

describe('viewport tiles', () => {
  it('start with the one requested last, and those of earlier views are dropped', async () => {
    const { createTiles } = await ordering<{
      createTiles(
        runtime: TaskRuntime,
        worker: () => Worker,
        tilesInView: number,
      ): (tile: string) => Promise<string | undefined>
    }>('Viewport tiles')
    const b = bench()
    const render = createTiles(b.runtime, b.worker, 2)
    const pool = b.runtime.getRuntimeSnapshot().tasks[1]?.poolSize ?? 0
    const running = Array.from({ length: pool }, (_, n) => `running ${n}`)
    for (const tile of running) watch(render(tile))
    const [far, near, nearest] = ['far', 'near', 'nearest'].map(tile => watch(render(tile)))
    await turns()
    expect(far).toEqual({ status: 'fulfilled', value: undefined })
    expect(await startOrder(b, pool + 2)).toEqual([...running, 'nearest', 'near'])
    expect([near?.value, nearest?.value]).toEqual(['near', 'nearest'])
  })
})

describe('search as you type', () => {
  type CreateSearch = (
    runtime: TaskRuntime,
    worker: () => Worker,
    replaceRunning?: boolean,
  ) => (query: string) => Promise<string[] | undefined>
  const search = async (replaceRunning?: boolean) => {
    const { createSearch } = await ordering<{ createSearch: CreateSearch }>('Search as you type')
    const b = bench()
    return { ...b, search: createSearch(b.runtime, b.worker, replaceRunning) }
  }

  it('shows the running query and the newest, and undefined for those between', async () => {
    const { search: run, job } = await search()
    const [running, replaced, newest] = ['a', 'ab', 'abc'].map(query => watch(run(query)))
    ;(await job('a')).resolve(['apple'])
    ;(await job('abc')).resolve(['abacus'])
    await turns()
    expect([running?.value, newest?.value]).toEqual([['apple'], ['abacus']])
    expect(replaced).toEqual({ status: 'fulfilled', value: undefined })
  })

  it('with replaceRunning cancels the running query, and starts the new one when that has stopped', async () => {
    const { search: run, job, jobs } = await search(true)
    const replaced = watch(run('a'))
    const { context, reject } = await job('a')
    const newest = watch(run('ab'))
    await turns()
    expect(replaced).toEqual({ status: 'fulfilled', value: undefined })
    expect([context.signal.aborted, jobs.length]).toEqual([true, 1])
    reject(context.signal.reason)
    ;(await job('ab')).resolve(['abacus'])
    await turns()
    expect(newest.value).toEqual(['abacus'])
  })

  it('passes on every other error', async () => {
    const { search: run, runtime } = await search()
    const open = rejection(run('a'))
    runtime.dispose()
    expect((await open).name).toBe('TaskDisposedError')
  })
})

describe('visible pages first', () => {
  it('moves the pages in view ahead, and those that left it back', async () => {
    const { createPages } = await ordering<{
      createPages(
        runtime: TaskRuntime,
        worker: () => Worker,
        documentId: string,
      ): { render(page: number): Promise<unknown>; show(pages: readonly number[]): void }
    }>('Visible pages first')
    const b = bench()
    const pages = createPages(b.runtime, b.worker, 'report')
    const pool = b.runtime.getRuntimeSnapshot().tasks[1]?.poolSize ?? 0
    pages.show([pool, pool + 1])
    for (let page = 0; page < pool + 6; page++) watch(pages.render(page))
    pages.show([pool + 1, pool + 4])
    const order = await startOrder(b, pool + 6)
    expect(order.slice(pool)).toEqual([1, 4, 2, 3, 5, 0].map(page => pool + page))
  })
})

describe('a background index', () => {
  type Library = {
    runtime: TaskRuntime
    thumbnails: Task<{ run(name: string): Promise<unknown> }>
    index: Task<{ run(name: string): Promise<unknown> }>
  }

  it('uses every core of the budget while nothing else does, and then starts after all thumbnails', async () => {
    const { createLibrary } = await ordering<{
      createLibrary(workers: { thumbnails: () => Worker; index: () => Worker }, cores: number): Library
    }>('A background index that never disturbs')
    const b = bench()
    const { runtime, thumbnails, index } = createLibrary({ thumbnails: b.worker, index: b.worker }, 3)
    for (let file = 0; file < 4; file++) watch(index.run(`index ${file}`))
    await turns()
    expect(runtime.getRuntimeSnapshot()).toMatchObject({ busyWorkers: 2, maxBusyWorkers: 2 })
    for (let file = 0; file < 3; file++) watch(thumbnails.run(`thumbnail ${file}`))
    await turns()
    expect(b.jobs).toHaveLength(2)
    const order = await startOrder(b, 7)
    expect(order).toEqual([
      ...['index 0', 'index 1'],
      ...['thumbnail 0', 'thumbnail 1', 'thumbnail 2'],
      ...['index 2', 'index 3'],
    ])
    runtime.dispose()
  })

  it.each([
    ['with the priority −8 nothing', { priorityOf: () => -8 }, 0],
    ['with a weight of 0.25 a fifth of the time', { weight: 0.25 }, 0.2],
    ['otherwise half of the time', {}, 0.5],
  ])('gets, while thumbnails are queued, %s', async (_, config, share) => {
    vi.useFakeTimers()
    const unbounded = { maxQueueDepth: Number.POSITIVE_INFINITY }
    const b = bench(unbounded, { maxBusyWorkers: 1, observability: { spans: 'off' } })
    const index = b.runtime.defineTask<{ run(name: string): Promise<unknown> }>({
      ...{ type: 'singleton', worker: b.worker },
      ...{ ...unbounded, ...config },
    })
    for (let call = 0; call < 100; call++) {
      watch(b.task.run('thumbnail'))
      watch(index.run('index'))
    }
    for (let ended = 0; ended < 100; ended++) {
      await turns(3)
      vi.advanceTimersByTime(10)
      b.jobs[ended]?.resolve(0)
    }
    const ofIndex = b.jobs.filter(({ name }) => name === 'index').length
    expect(ofIndex / b.jobs.length).toBeCloseTo(share, 1)
    b.runtime.dispose()
  })
})

describe('the limits', () => {
  const budgeted = (weight: number) => {
    const b = bench({ weight, taskId: 'outer' }, { maxBusyWorkers: 1, observability: { spans: 'off' } })
    const inner = b.runtime.defineTask<{ run(name: string): Promise<unknown> }>({
      type: 'singleton',
      worker: b.worker,
    })
    return { ...b, inner }
  }

  it('a handler that waits for another task blocks the budget, unless its task has the weight 0', async () => {
    for (const [weight, names] of [
      [1, ['outer']],
      [0, ['outer', 'inner']],
    ] as const) {
      const { task, inner, jobs, runtime } = budgeted(weight)
      watch(task.run('outer'))
      watch(inner.run('inner'))
      await turns()
      expect(jobs.map(({ name }) => name)).toEqual(names)
      runtime.dispose()
    }
  })

  it('an urgent call that finds the queue full is refused, and drop-oldest drops from the lowest priority', async () => {
    const full = (queuePolicy: 'reject' | 'drop-oldest') => {
      const { task } = bench({ maxQueueDepth: 1, queuePolicy })
      const calls = [0, -1, 7].map(priority => rejection(task.with({ priority }).run(priority)))
      return calls
    }
    const [, , urgent] = full('reject')
    expect((await urgent)?.name).toBe('QueueDropError')
    const [, low] = full('drop-oldest')
    expect((await low)?.name).toBe('QueueDropError')
  })

  it('a superseded call counts as canceled, and its error says which word', async () => {
    const b = bench()
    const events = listen(b.runtime)
    watch(b.task.run('first'))
    const replaced = rejection(b.task.with({ latest: 'word' }).run('old'))
    watch(b.task.with({ latest: 'word' }).run('new'))
    expect((await replaced).cause).toEqual(new SupersededError('bench', 'word'))
    expect(events.count('task.canceled.total')).toBe(1)
  })

  it('a budget hides nothing: the gauge follows the workers that are busy', async () => {
    const { task, jobs, runtime } = budgeted(1)
    const events = listen(runtime)
    watch(task.run('a'))
    await turns()
    jobs[0]?.resolve(0)
    await turns()
    expect(events.metrics('runtime.busy_workers').map(({ value }) => value)).toEqual([1, 0])
  })
})
