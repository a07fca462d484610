import { expect, it } from 'vitest'
import type { QueuePolicy } from '../../../../ts/api/config.ts'
import { QueueDropError } from '../../../../ts/index.ts'
import { type Bench, bench } from '../../../support/bench.ts'
import { rejection, watch } from '../../../support/outcome.ts'
import { turns, until } from '../../../support/turns.ts'

const depths = ({ task }: Bench) => {
  const { queueDepth, pendingQueueDepth, waitingQueueDepth } = task.getState()
  return [queueDepth, pendingQueueDepth, waitingQueueDepth]
}

const run = ({ task }: Bench, names: string) => [...names].map(name => watch(task.run(name)))

const names = ({ jobs }: Bench) => jobs.map(({ name }) => name).join('')

it('a call is in flight, then pending, then waiting, and each moves up as the one before it ends', async () => {
  const b = bench({ maxQueueDepth: 2 })
  const calls = run(b, 'abcde')
  expect(depths(b)).toEqual([1, 2, 2])
  for (const name of 'abcde') {
    const job = await b.job(name)
    expect(b.jobs.at(-1)).toBe(job)
    job.resolve(name.toUpperCase())
  }
  await b.task.drain()
  await turns()
  expect(calls.map(({ value }) => value)).toEqual(['A', 'B', 'C', 'D', 'E'])
  expect(depths(b)).toEqual([0, 0, 0])
})

it('a call is sent no earlier than its turn, in the order of the calls', async () => {
  const b = bench({ type: 'parallel', poolSize: 2, maxQueueDepth: 1 })
  run(b, 'abcdef')
  await b.job('b')
  await turns()
  expect(names(b)).toBe('ab')
  ;(await b.job('b')).resolve(0)
  await b.job('c')
  expect(names(b)).toBe('abc')
  expect(depths(b)).toEqual([2, 1, 2])
})

it.each([
  [{ type: 'singleton' }, { totalWorkers: 1, maxInFlight: 1, maxQueueDepth: 2 }],
  [
    { type: 'singleton', maxInFlight: 5 },
    { totalWorkers: 1, maxInFlight: 5, maxQueueDepth: 2 },
  ],
  [
    { type: 'parallel', poolSize: 3 },
    { totalWorkers: 3, poolSize: 3, maxInFlight: 3, maxQueueDepth: 6 },
  ],
  [
    { type: 'parallel', poolSize: 3, maxInFlight: 2 },
    { totalWorkers: 3, maxInFlight: 2, maxQueueDepth: 4 },
  ],
] as const)('the default limits of %o are %o, under the policy block', (config, limits) => {
  expect(bench(config).task.getState()).toMatchObject({ ...limits, queuePolicy: 'block' })
})

it.each(['reject', 'drop-latest'] as const)(
  'a full queue under %s refuses the new call at once',
  async queuePolicy => {
    const b = bench({ maxQueueDepth: 1, queuePolicy })
    run(b, 'ab')
    const error = await rejection(b.task.run('c'))
    expect(error).toBeInstanceOf(QueueDropError)
    expect(error).toMatchObject({
      name: 'QueueDropError',
      policy: queuePolicy,
      taskId: 'bench',
      message: `Task "bench" refused a call: its queue is full and its policy is "${queuePolicy}".`,
    })
    expect(depths(b)).toEqual([1, 1, 0])
  },
)

it('a full queue under drop-oldest drops the call that has been pending for longest', async () => {
  const b = bench({ maxQueueDepth: 2, queuePolicy: 'drop-oldest' })
  const calls = run(b, 'abcd')
  await turns()
  expect(calls.map(({ status }) => status)).toEqual(['open', 'rejected', 'open', 'open'])
  expect(calls[1]?.reason).toBeInstanceOf(QueueDropError)
  expect(calls[1]?.reason).toMatchObject({ policy: 'drop-oldest', taskId: 'bench' })
  ;(await b.job('a')).resolve(0)
  await b.job('c')
})

it('a full queue under block holds the caller, and a call that ends lets the first one in', async () => {
  const b = bench({ maxQueueDepth: 1 })
  run(b, 'abcd')
  expect(depths(b)).toEqual([1, 1, 2])
  ;(await b.job('a')).resolve(0)
  await b.job('b')
  expect(depths(b)).toEqual([1, 1, 1])
})

it.each([
  ['block', 'open'],
  ['reject', 'rejected'],
  ['drop-latest', 'rejected'],
  ['drop-oldest', 'rejected'],
] as const)(
  'a maxQueueDepth of 0 lets a call start at once; beyond that %s leaves the new one %s',
  async (queuePolicy, status) => {
    const b = bench({ maxQueueDepth: 0, queuePolicy })
    const calls = run(b, 'ab')
    await b.job('a')
    expect(calls.map(call => call.status)).toEqual(['open', status])
    expect(depths(b)).toEqual([1, 0, status === 'open' ? 1 : 0])
    const free = await b.job('a')
    free.resolve('done')
    await until(() => calls[0]?.value === 'done')
    if (status === 'open') await b.job('b')
    else watch(b.task.run('c')) && (await b.job('c'))
  },
)

it('a maxQueueDepth of Infinity refuses and holds nobody', () => {
  const b = bench({ maxQueueDepth: Number.POSITIVE_INFINITY, queuePolicy: 'reject' })
  for (let n = 0; n < 1_000; n++) watch(b.task.run(n))
  expect(depths(b)).toEqual([1, 999, 0])
})

it('a maxInFlight of Infinity sends every call at once', async () => {
  const b = bench({ maxInFlight: Number.POSITIVE_INFINITY })
  for (let n = 0; n < 100; n++) watch(b.task.run(n))
  expect(depths(b)).toEqual([100, 0, 0])
  await b.job(99)
})

it('a limit above 2^32 is not truncated', () => {
  const b = bench({ maxInFlight: 2 ** 32 + 1, maxQueueDepth: 2 ** 33 })
  expect(b.task.getState()).toMatchObject({ maxInFlight: 2 ** 32 + 1, maxQueueDepth: 2 ** 33 })
  run(b, 'abc')
  expect(depths(b)).toEqual([3, 0, 0])
})

it.each([
  ['below', 1, [1, 0, 0]],
  ['at', 3, [1, 1, 1]],
  ['above', 7, [3, 2, 2]],
])('a maxInFlight %s the pool size is shared out evenly', (_, maxInFlight, byWorker) => {
  const b = bench({ type: 'parallel', poolSize: 3, maxInFlight, maxQueueDepth: 100 })
  run(b, 'abcdefghij')
  expect(b.task.getState()).toMatchObject({
    queueDepth: maxInFlight,
    queueDepthByWorker: byWorker,
    activeWorkers: byWorker.filter(depth => depth > 0).length,
  })
})

it('a call goes to a free worker, then to a new one, then to the least loaded', async () => {
  const b = bench({ type: 'parallel', poolSize: 2, maxInFlight: 4, maxQueueDepth: 8 })
  ;(await watchedJob(b, 'a')).resolve(0)
  await b.task.drain()
  expect((await watchedJob(b, 'b')).worker).toBe(0)
  expect((await watchedJob(b, 'c')).worker).toBe(1)
  const d = await watchedJob(b, 'd')
  expect((await watchedJob(b, 'e')).worker).toBe(1 - d.worker)
})

it('a call never goes to a busy worker while another is free', async () => {
  const b = bench({ type: 'parallel', poolSize: 2, maxInFlight: 2, maxQueueDepth: 100 })
  await watchedJob(b, 'long')
  const short = Array.from({ length: 20 }, (_, n) => b.task.echo(n))
  expect(await Promise.all(short)).toHaveLength(20)
  expect(b.task.getState().queueDepthByWorker).toEqual([1, 0])
})

it.each<[string, QueuePolicy]>([
  ['frees its own place and no more', 'reject'],
  ['lets the others keep their order', 'block'],
])('a call that is canceled in the queue %s', async (_, queuePolicy) => {
  const b = bench({ maxQueueDepth: 2, queuePolicy })
  run(b, 'ab')
  const doomed = watch(b.task.with({ key: 'x' }).run('x'))
  const after = run(b, 'cd')
  b.runtime.abortTaskController.abort('x')
  await turns()
  expect(doomed.status).toBe('rejected')
  if (queuePolicy === 'reject') {
    expect(after.map(({ status }) => status)).toEqual(['rejected', 'rejected'])
    run(b, 'e')
    expect(depths(b)).toEqual([1, 2, 0])
  } else {
    expect(depths(b)).toEqual([1, 2, 1])
    for (const name of 'abcd') (await b.job(name)).resolve(0)
    expect(names(b)).toBe('abcd')
  }
})

it('100,000 calls queue up and end in their order', { timeout: 60_000 }, async () => {
  const b = bench({ maxQueueDepth: 50_000, maxInFlight: 64 })
  const order: unknown[] = []
  const calls = Array.from({ length: 100_000 }, async (_, n) => order.push(await b.task.echo(n)))
  expect(depths(b)).toEqual([64, 50_000, 100_000 - 50_064])
  await Promise.all(calls)
  expect(order.every((value, at) => value === at)).toBe(true)
  expect(b.kernel.isQuiescent()).toBe(true)
})

async function watchedJob(b: Bench, name: string) {
  watch(b.task.run(name))
  return b.job(name)
}
