import { createTaskRuntime, type TaskConfig } from '@varunkanwar/atelier'
import { afterEach, describe, expect, it, onTestFinished, vi } from 'vitest'
import { rejection, watch } from '../support/outcome.ts'
import type { ChannelAPI } from './workers/channel.worker.ts'

afterEach(() => vi.restoreAllMocks())

/** A singleton with many calls in flight, its workers, and how often each counter rose. */
function channel(config: Partial<TaskConfig> = {}, name = '') {
  const runtime = createTaskRuntime()
  onTestFinished(() => runtime.dispose())
  const counts: Record<string, number> = {}
  runtime.subscribeEvents(event => {
    if (event.kind === 'counter') counts[event.name] = (counts[event.name] ?? 0) + 1
  })
  const workers: Worker[] = []
  const task = runtime.defineTask<ChannelAPI>({
    type: 'singleton',
    maxInFlight: 64,
    maxQueueDepth: 1_000,
    worker: () => {
      const worker = new Worker(new URL('./workers/channel.worker.ts', import.meta.url), {
        type: 'module',
        name,
      })
      workers.push(worker)
      return worker
    },
    ...config,
  })
  return { runtime, task, workers, counts }
}

const macrotask = () => new Promise(resolve => setTimeout(resolve))

function list(length: number): unknown {
  let nested: unknown = null
  for (let n = 0; n < length; n++) nested = { nested }
  return nested
}

function spentImage(): ImageData {
  const image = new ImageData(2, 2)
  structuredClone(image.data.buffer, { transfer: [image.data.buffer] })
  return image
}

/** What some engine posts without a word, and its worker cannot read. */
const unreadable: [string, () => unknown][] = [
  ['an ImageData whose pixels have moved', spentImage],
  ['such an ImageData within a Map', () => new Map([['image', [spentImage()]]])],
  ['a list of 2,000 objects', () => list(2_000)],
  ['arrays 3,600 deep', () => JSON.parse('['.repeat(3_600) + ']'.repeat(3_600))],
]

describe('an argument that may be unreadable in the worker', () => {
  const refusal = {
    name: 'TypeError',
    message: expect.stringMatching(/^An argument of "kind" c|^An ImageData cannot be sent/),
  }

  it.each(unreadable)('(%s) fails its own call or arrives, and no other call notices', async (_, make) => {
    const { task, workers, counts } = channel()
    const cold = task.with({ transfer: [] }).kind(make())
    const beside = [task.echo(1), task.echo({ two: 2 }), task.sleep(50)]
    const bad = task.with({ transfer: [] }).kind(make())
    const behind = [task.echo('three'), task.sleep(1)]
    for (const call of [cold, bad]) {
      const outcome = await call.catch((error: unknown) => error)
      if (typeof outcome !== 'string') expect(outcome).toMatchObject(refusal)
    }
    expect(await Promise.all([...beside, ...behind])).toEqual([1, { two: 2 }, 50, 'three', 1])
    expect(await task.echo('after')).toBe('after')
    expect(task.getState()).toMatchObject({ queueDepth: 0, pendingQueueDepth: 0 })
    expect(workers).toHaveLength(1)
    expect(counts['worker.crash.total']).toBeUndefined()
  })

  it('(several in one turn) fails exactly those calls', async () => {
    const { task, workers } = channel()
    await task.echo('up')
    const calls = Array.from({ length: 12 }, (_, n) =>
      task.with({ transfer: [] }).kind(n % 3 === 0 ? spentImage() : { n }),
    )
    const outcomes = await Promise.all(calls.map(call => call.catch((error: Error) => error.name)))
    expect(outcomes).toEqual(outcomes.map((_, n) => (n % 3 === 0 ? 'TypeError' : '[object Object]')))
    expect(workers).toHaveLength(1)
  })

  it('(one that only pages have) fails its own call, and the worker lives', async ({ skip }) => {
    skip(!('RTCPeerConnection' in globalThis), 'This engine has no RTCPeerConnection.')
    const { task, workers } = channel()
    const keys = { name: 'ECDSA', namedCurve: 'P-256' } as EcKeyGenParams
    const certificate = await RTCPeerConnection.generateCertificate(keys)
    const beside = task.sleep(50)
    expect(await rejection(task.kind(certificate))).toMatchObject(refusal)
    expect(await beside).toBe(50)
    expect(workers).toHaveLength(1)
  })

  it('leaves a canceled call canceled, and frees its place', async () => {
    const { runtime, task } = channel()
    await task.echo('up')
    const call = rejection(task.with({ transfer: [], key: 'k' }).kind(list(2_000)))
    runtime.abortTaskController.abort('k')
    expect((await call).name).toBe('AbortError')
    await expect.poll(() => task.getState().queueDepth).toBe(0)
  })
})

describe('a result that may be unreadable in the page', () => {
  it('fails its own call, and no other call notices', async () => {
    const { task, workers } = channel()
    const calls = [task.echo(1), task.spent(), task.sleep(50), task.spentLater(5), task.echo({ four: 4 })]
    const outcomes = await Promise.all(calls.map(call => (call as Promise<unknown>).catch((e: unknown) => e)))
    expect(outcomes).toMatchObject([
      1,
      { name: 'TypeError', message: expect.stringMatching(/^The result of "spent" c/) },
      50,
      { name: 'TypeError', message: expect.stringMatching(/^The result of "spentLater" c/) },
      { four: 4 },
    ])
    expect(workers).toHaveLength(1)
  })
})

it('null that an application posts, either way, fails no call', async () => {
  const { task, workers } = channel()
  await task.echo('up')
  const calls = [task.sayNull(30), task.sleep(30)]
  for (let n = 0; n < 5; n++) workers[0]?.postMessage(null)
  const more = [task.echo({ n: 1 }), task.sayNull(5), task.echo(2)]
  expect(await Promise.all([...calls, ...more])).toEqual(['said', 30, { n: 1 }, 'said', 2])
  expect(workers).toHaveLength(1)
})

describe('calls that are made together', () => {
  it('share no argument', async () => {
    const { task } = channel()
    const counter = { n: 0 }
    const cold = [task.bump(counter), task.bump(counter), task.bump(counter)]
    expect(await Promise.all(cold)).toEqual([1, 1, 1])
    expect(await Promise.all([1, 2, 3].map(() => task.bump(counter)))).toEqual([1, 1, 1])
    const pixels = new Uint8Array([0, 0])
    const keeping = task.with({ transfer: [] })
    const fills = [keeping.fill(pixels, 1), keeping.fill(pixels.subarray(1), 2), keeping.fill(pixels, 3)]
    expect(await Promise.all(fills)).toEqual(['1,1', '2', '3,3'])
    expect([...pixels]).toEqual([0, 0])
  })

  it('get their arguments as they were when they were made', async () => {
    const { task } = channel()
    const check = async () => {
      const value = { n: 1, list: [1], map: new Map([['n', 1]]) }
      const small = { n: 1 }
      const calls = [task.echo(value), task.echo(small), task.echo(value), task.echo(small)]
      value.n = small.n = 2
      value.list.push(2)
      value.map.clear()
      const whole = { n: 1, list: [1], map: new Map([['n', 1]]) }
      expect(await Promise.all(calls)).toEqual([whole, { n: 1 }, whole, { n: 1 }])
    }
    await check()
    await check()
  })

  it('keep what one call shares within itself', async () => {
    const { task } = channel()
    const shared = { n: 1 }
    const [, pair] = await Promise.all([task.echo(1), task.echo([shared, shared])])
    const [one, other] = pair as [object, object]
    expect(one).toEqual({ n: 1 })
    expect(one).toBe(other)
  })

  it.each(['inc', 'incLater'] as const)(
    'get their results as they were when %s returned them',
    async method => {
      const { task } = channel()
      await task.echo('up')
      const results = await Promise.all([task[method](), task[method](), task[method]()])
      expect(results).toEqual([{ count: 1 }, { count: 2 }, { count: 3 }])
      expect(new Set(results).size).toBe(3)
    },
  )

  it('get a copy each of one cached result', async () => {
    const { task } = channel()
    const results = await Promise.all([task.cached(), task.cached(), task.cached()])
    expect(new Set(results).size).toBe(3)
    expect(new Set(results.map(({ xs }) => xs)).size).toBe(3)
  })
})

it('a finished call does not wait for a long one behind it in the same message', async () => {
  const { task } = channel()
  await task.echo('up')
  const echo = task.echo('done')
  const spin = watch(task.spin(600))
  await echo
  await macrotask()
  expect(spin.status).toBe('open')
  await expect.poll(() => spin.status).toBe('fulfilled')
})

describe('a rejection that nobody handles', () => {
  it('ends nothing, is counted with the index of its worker, and is told to no caller', async () => {
    const { runtime, task, workers, counts } = channel()
    const indices: unknown[] = []
    runtime.subscribeEvents(event => {
      if (event.kind === 'counter' && event.name === 'worker.unhandled.total') {
        indices.push(event.attrs?.['worker.index'])
      }
    })
    const beside = task.sleep(100)
    await task.reject()
    await expect.poll(() => indices.length).toBeGreaterThanOrEqual(1)
    expect(await beside).toBe(100)
    expect(indices.every(index => index === 0)).toBe(true)
    expect(counts['worker.crash.total']).toBeUndefined()
    expect(workers).toHaveLength(1)
    expect(task.getState()).not.toHaveProperty('lastCrash')
  })

  it('of a canceled call costs its neighbors nothing', async () => {
    const { runtime, task, workers, counts } = channel({ crashMaxRetries: 0 })
    const beside = task.sleep(200)
    for (let round = 0; round < 4; round++) {
      const call = rejection(task.with({ key: 'k' }).twoWaits())
      await task.echo('under way')
      runtime.abortTaskController.abort('k')
      runtime.abortTaskController.clear('k')
      expect((await call).name).toBe('AbortError')
    }
    expect(await beside).toBe(200)
    expect(workers).toHaveLength(1)
    expect(counts['worker.crash.total']).toBeUndefined()
  })

  it('is not counted where the application prevents it', async () => {
    const { task, counts } = channel()
    await task.prevent('listener')
    await task.rejectSoon()
    await task.sleep(50)
    expect(counts['worker.unhandled.total']).toBeUndefined()
  })
})

describe('an error that nobody caught', () => {
  it('is a crash, whose cause is that error with its own cause', async () => {
    const { task } = channel()
    const beside = rejection(task.sleep(2_000))
    await task.throwSoon('late bang')
    const { name, cause } = await beside
    expect(name).toBe('WorkerCrashedError')
    expect(cause).toMatchObject({ cause: { name: 'RangeError', message: 'late bang', cause: 'deeper' } })
  })

  it.each(['listener', 'onerror'] as const)(
    'is no crash where the application prevents it by its %s',
    async how => {
      const { task, workers, counts } = channel()
      await task.prevent(how)
      await task.throwSoon('prevented')
      expect(await task.sleep(150)).toBe(150)
      expect(workers).toHaveLength(1)
      expect(counts['worker.crash.total']).toBeUndefined()
    },
  )
})

describe('a worker whose global Promise is replaced', () => {
  it('awaits every thenable', async () => {
    const { task } = channel({}, 'replaced Promise')
    expect(await Promise.all([task.thenable(), task.sleep(1), task.incLater()])).toEqual([
      'then',
      1,
      { count: 1 },
    ])
  })
})

describe('a result that comes after its call was aborted', () => {
  const closed: [Parameters<ChannelAPI['waitsAndReturns']>[0], string, string][] = [
    ['bitmap', 'ImageBitmap', 'close'],
    ['nested', 'ImageBitmap', 'close'],
    ['frame', 'VideoFrame', 'close'],
    ['port', 'MessagePort', 'close'],
    ['stream', 'ReadableStream', 'cancel'],
  ]

  it.each(closed)('is closed when it holds a %s (%s.%s)', async (what, global, method) => {
    const kind = Reflect.get(globalThis, global) as { prototype: Record<string, () => unknown> } | undefined
    if (!kind) return
    const { runtime, task } = channel()
    await task.echo('up')
    const close = vi.spyOn(kind.prototype, method as never)
    const call = rejection(task.with({ key: 'k' }).waitsAndReturns(what, 30))
    await task.echo('under way')
    runtime.abortTaskController.abort('k')
    expect((await call).name).toBe('AbortError')
    await expect.poll(() => close.mock.calls.length).toBeGreaterThanOrEqual(1)
    await expect.poll(() => task.getState().queueDepth).toBe(0)
  })

  it('is left alone when somebody waits for it', async () => {
    const { task } = channel()
    await task.echo('up')
    const close = vi.spyOn(ImageBitmap.prototype, 'close')
    const bitmap = (await task.waitsAndReturns('bitmap', 1)) as ImageBitmap
    expect(bitmap.width).toBe(2)
    expect(close).not.toHaveBeenCalled()
  })
})
