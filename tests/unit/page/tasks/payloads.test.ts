import { expect, it } from 'vitest'
import { bench } from '../../../support/bench.ts'
import { isCollected } from '../../../support/heap.ts'
import { rejection, watch } from '../../../support/outcome.ts'
import { turns } from '../../../support/turns.ts'

it('arguments move when the call is sent, not before', async () => {
  const b = bench()
  watch(b.task.run('first'))
  const bytes = new Uint8Array([1, 2, 3])
  const call = b.task.echo(bytes)
  expect(bytes.byteLength).toBe(3)
  ;(await b.job('first')).resolve(0)
  expect(await call).toEqual(new Uint8Array([1, 2, 3]))
  expect(bytes.byteLength).toBe(0)
})

it.each([
  ['without a transfer list, what can move moves', undefined, [0, 0]],
  ['an empty transfer list moves nothing', [], [1, 1]],
  ['a transfer list moves what it names', 'one', [0, 1]],
])('%s', async (_, list, left) => {
  const { task } = bench()
  const [one, two] = [new ArrayBuffer(1), new ArrayBuffer(1)]
  const transfer = list === 'one' ? [one] : (list as undefined | [])
  const sent = { one, two }
  const back = (await task.with({ transfer }).echo(sent)) as typeof sent
  expect([one.byteLength, two.byteLength]).toEqual(left)
  expect([back.one.byteLength, back.two.byteLength]).toEqual([1, 1])
})

it('the arguments of a call that is refused, dropped or canceled in the queue are not moved', async () => {
  const b = bench({ maxQueueDepth: 1, queuePolicy: 'drop-oldest' })
  watch(b.task.run('first'))
  const bytes = [1, 2, 3].map(n => new Uint8Array(n))
  const [dropped, canceled] = bytes.map(item => watch(b.task.with({ key: 'key' }).echo(item)))
  b.runtime.abortTaskController.abort('key')
  const refused = await rejection(b.task.with({ key: 'key' }).echo(bytes[0]))
  expect([dropped?.status, canceled?.status, refused.name]).toEqual(['rejected', 'rejected', 'AbortError'])
  expect(bytes.map(({ byteLength }) => byteLength)).toEqual([1, 2, 3])
})

it('an argument that cannot be cloned fails its own call only, with an error that names the method', async () => {
  const b = bench({ maxInFlight: 8 })
  const calls = [b.task.echo(1), b.task.echo(() => 1), b.task.echo(2)]
  const [one, bad, two] = await Promise.allSettled(calls)
  expect([one, two]).toEqual([
    { status: 'fulfilled', value: 1 },
    { status: 'fulfilled', value: 2 },
  ])
  expect(bad).toMatchObject({
    status: 'rejected',
    reason: {
      name: 'TypeError',
      message: expect.stringMatching(/^An argument of "echo" cannot be sent to a worker/),
      cause: { name: 'DataCloneError' },
    },
  })
  expect(b.task.getState()).toMatchObject({ queueDepth: 0, activeWorkers: 1 })
  expect(b.task.getState()).not.toHaveProperty('lastCrash')
})

it('an argument that cannot be cloned beside one that moves fails the call, and the next one works', async () => {
  const { task } = bench()
  const error = await rejection(task.echo({ bytes: new Uint8Array(4), callback: () => 1 }))
  expect(error).toBeInstanceOf(TypeError)
  expect(await task.echo('next')).toBe('next')
})

it('an argument that cannot be cloned fails a queued call when its turn comes', async () => {
  const b = bench({ maxQueueDepth: 4 })
  watch(b.task.run('first'))
  const bad = watch(b.task.echo(() => 1))
  const good = watch(b.task.echo('good'))
  expect(bad.status).toBe('open')
  ;(await b.job('first')).resolve(0)
  await b.task.drain()
  await turns()
  expect([bad.status, good.value]).toEqual(['rejected', 'good'])
})

it('an argument with a getter that throws fails the call with what the getter threw', async () => {
  const { task } = bench()
  const bad = {
    get bytes(): never {
      throw new RangeError('from the getter')
    },
  }
  const error = await rejection(task.echo(bad))
  expect(`${error.message} ${(error.cause as Error | undefined)?.message}`).toContain('from the getter')
  expect(await task.echo('next')).toBe('next')
})

it('an object listed in transfer that cannot be moved fails the call before anything has moved', async () => {
  const { task } = bench()
  const [good, gone] = [new ArrayBuffer(1), new ArrayBuffer(1)]
  structuredClone(gone, { transfer: [gone] })
  const error = await rejection(task.with({ transfer: [good, gone] }).echo(good))
  expect(error).toEqual(new TypeError('transfer[1] cannot be moved: the ArrayBuffer is detached.'))
  expect(good.byteLength).toBe(1)
})

it('a result moves out of the worker unless the caller opts out', async () => {
  const b = bench({ maxInFlight: 2 })
  const [moves, stays] = [new Uint8Array([1]), new Uint8Array([2])]
  const calls = [b.task.run('moves'), b.task.with({ transferResult: false }).run('stays')]
  ;(await b.job('moves')).resolve(moves)
  ;(await b.job('stays')).resolve(stays)
  expect(await Promise.all(calls)).toEqual([new Uint8Array([1]), new Uint8Array([2])])
  expect([moves.byteLength, stays.byteLength]).toEqual([0, 1])
})

it('a result that cannot be cloned fails its own call only, with an error that names the method', async () => {
  const b = bench({ maxInFlight: 3 })
  const calls = ['a', 'b', 'c'].map(name => watch(b.task.run(name)))
  ;(await b.job('a')).resolve(1)
  ;(await b.job('b')).resolve(() => 2)
  ;(await b.job('c')).resolve(3)
  await turns()
  expect(calls.map(({ status }) => status)).toEqual(['fulfilled', 'rejected', 'fulfilled'])
  expect(calls[1]?.reason).toBeInstanceOf(TypeError)
  expect(calls[1]?.reason).toMatchObject({
    message: expect.stringMatching(/^The result of "run" cannot be sent to the page/),
  })
})

it.each<[string, (b: ReturnType<typeof bench>) => Promise<unknown> | unknown]>([
  ['it was answered', async b => (await b.job('x')).resolve(0)],
  ['it was canceled, though its handler goes on', b => b.runtime.abortTaskController.abort('key')],
  ['its task was disposed', b => b.task.dispose()],
  ['its worker crashed', b => b.workers[0]?.crash('gone')],
])('what a call held is released once %s', async (_, end) => {
  const b = bench()
  const outcome: { status?: string } = {}
  const held = ((): WeakRef<object>[] => {
    const payload = { big: 'payload' }
    const { signal } = new AbortController()
    const task = b.task.with({ key: 'key', signal, transfer: [] })
    const run = task.run as (...args: unknown[]) => Promise<unknown>
    // The bench's job is named by the first argument; only the second is watched.
    run('x', payload).then(
      () => Object.assign(outcome, { status: 'fulfilled' }),
      () => Object.assign(outcome, { status: 'rejected' }),
    )
    return [new WeakRef(payload), new WeakRef(signal)]
  })()
  await turns()
  expect(b.workers).toHaveLength(1)
  await end(b)
  await turns()
  // Node keeps listeners that a signal has removed for as long as their target lives.
  b.workers.length = 0
  expect(outcome.status).toBeDefined()
  for (const each of held) expect(await isCollected(each)).toBe(true)
})

it('what a call held is released when the call was refused', async () => {
  const b = bench({ maxQueueDepth: 0, queuePolicy: 'reject' })
  watch(b.task.run('first'))
  const held = await (async () => {
    const payload = { big: 'payload' }
    await rejection(b.task.echo(payload))
    return new WeakRef(payload)
  })()
  expect(await isCollected(held)).toBe(true)
})

it('what a task held is released when nobody can call the disposed task any more', async () => {
  const b = bench()
  const held = (() => {
    const worker = () => b.worker()
    b.runtime.defineTask({ type: 'singleton', worker }).dispose()
    return new WeakRef(worker)
  })()
  expect(await isCollected(held)).toBe(true)
})
