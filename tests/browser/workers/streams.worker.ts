import { createTaskWorker, type StripTaskContext, type TaskContext } from '@varunkanwar/atelier/worker'
import { expose } from 'comlink'

const sleep = (ms: number) => new Promise<void>(resolve => setTimeout(resolve, ms))

/** How often `finally` blocks of `patient` have run, and what the signal of the last one said. */
const cleanUps = { count: 0, aborted: false }
/** How many items `counted` has made. */
let made = 0

const handlers = {
  echo: <T>(value: T): T => value,
  *count(n: number) {
    for (let i = 0; i < n; i++) yield i
    return 'counted'
  },
  async *countLater(n: number) {
    for (let i = 0; i < n; i++) {
      await null
      yield i
    }
    return 'counted later'
  },
  /** Two microtasks deep. */
  async *relay(n: number) {
    return yield* handlers.countLater(n)
  },
  iterator: (n: number) => Array.from({ length: n }, (_, i) => i).values(),
  iterable: (n: number) => ({
    async *[Symbol.asyncIterator]() {
      yield* handlers.count(n)
    },
  }),
  async resolved(n: number) {
    await sleep(1)
    return handlers.count(n)
  },
  /** An item now and then, with a `finally` that takes its time. */
  async *patient(n: number, everyMs: number, context: TaskContext) {
    try {
      for (let i = 0; i < n; i++) {
        await sleep(everyMs)
        yield i
      }
    } finally {
      await sleep(1)
      cleanUps.count++
      cleanUps.aborted = context.signal.aborted
    }
  },
  cleanUps: () => cleanUps,
  /** Counts the items that were taken out of it. */
  *counted(n: number) {
    made = 0
    for (let i = 0; i < n; i++) {
      made++
      yield i
    }
  },
  made: () => made,
  /** Keeps the thread busy for so long with each item. */
  *busy(n: number, ms: number) {
    try {
      for (let i = 0; i < n; i++) {
        for (const end = performance.now() + ms; performance.now() < end; );
        yield i
      }
    } finally {
      cleanUps.count++
    }
  },
  /** The same object again and again, changed each time. */
  *reused(n: number, padding: number) {
    const row = { i: 0, text: 'x'.repeat(padding) }
    for (row.i = 0; row.i < n; row.i++) yield row
  },
  *buffers(n: number) {
    const sizes: number[] = []
    for (let i = 1; i <= n; i++) {
      const bytes = new Uint8Array(i)
      yield bytes
      sizes.push(bytes.byteLength)
    }
    return sizes
  },
  *falsy() {
    yield* [0, '', false, null, undefined, Number.NaN, 0n]
    return undefined
  },
  async *failing(n: number) {
    yield* handlers.count(n)
    throw Object.assign(new RangeError('no more'), { code: 'E_END' })
  },
  *uncloneable(n: number) {
    try {
      yield* handlers.count(n)
      yield () => 1
      yield 'never'
    } finally {
      cleanUps.count++
    }
  },
  async *closing(n: number) {
    yield* handlers.count(n)
    await sleep(30)
    self.close()
    await new Promise(() => {})
  },
  /** Ends the worker before the first item, unless another life of the worker has been told to go on. */
  async *closingOnce(channel: string) {
    const isFirst = await new Promise<boolean>(resolve => {
      const asked = new BroadcastChannel(channel)
      asked.onmessage = ({ data }) => {
        asked.close()
        resolve(data === 1)
      }
      asked.postMessage('life')
    })
    if (isFirst) {
      self.close()
      await new Promise(() => {})
    }
    yield* handlers.count(3)
  },
  /** What keeps every message away. */
  *spinning() {
    yield 1
    for (;;);
  },
  async *silentAfter(n: number) {
    yield* handlers.count(n)
    await new Promise(() => {})
  },
  async *reporting(n: number, context: TaskContext) {
    for (let i = 0; i < n; i++) {
      context.report(`at ${i}`)
      await sleep(20)
      yield i
    }
  },
  plain: () => [1, 2, 3],
  readable: (chunks: number, everyMs: number) =>
    new ReadableStream<number>({
      async start(controller) {
        for (let i = 0; i < chunks; i++) {
          await sleep(everyMs)
          controller.enqueue(i)
        }
        controller.close()
      },
    }),
  port(): MessagePort {
    return new MessageChannel().port1
  },
}

export type StreamsAPI = StripTaskContext<typeof handlers>
expose(createTaskWorker(handlers))
