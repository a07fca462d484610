import { createTaskWorker, type StripTaskContext, type TaskContext } from '@varunkanwar/atelier/worker'
import { expose } from 'comlink'
import { type Thrown, thrown } from '../settle/thrown.ts'

const kept = new Uint8Array([1, 2, 3])

const handlers = {
  echo: <T>(value: T): T => value,
  /** The sum of the bytes, and whether they are the worker's own to move. */
  sum: (bytes: Uint8Array) => bytes.reduce((sum, byte) => sum + byte, 0),
  fill: (length: number, value: number) => new Uint8Array(length).fill(value),
  /** The same bytes again and again, as long as they have not moved away. */
  keep: () => kept,
  key: (ctx: TaskContext) => ctx.key,
  /** Which worker this is, as its creator named it. */
  name: () => self.name,
  /** Never ends of its own. */
  forever: () => new Promise<never>(() => {}),
  /** Ends when it is canceled, as a handler should. */
  cooperate: (ctx: TaskContext) =>
    new Promise<never>((_, reject) => {
      ctx.signal.addEventListener('abort', () => reject(ctx.signal.reason))
    }),
  /** Checks now and then whether it is canceled, and tells what it has seen to whoever listens. */
  async poll(channel: string, ctx: TaskContext): Promise<never> {
    const told = new BroadcastChannel(channel)
    told.postMessage('started')
    try {
      for (;;) {
        ctx.throwIfAborted()
        await new Promise(resolve => setTimeout(resolve, 1))
      }
    } catch (error) {
      told.postMessage(`stopped by ${(error as Error).name}`)
      throw error
    } finally {
      told.close()
    }
  },
  /** Leaves its thread no way to hear anything. */
  spin(): never {
    for (;;);
  },
  sleep: (ms: number) => new Promise<number>(resolve => setTimeout(() => resolve(ms), ms)),
  fail(message: string): never {
    throw Object.assign(new RangeError(message, { cause: new TypeError('deeper') }), { code: 'E_FAIL' })
  },
  raise(what: Thrown): never {
    throw thrown[what]()
  },
  async raiseLater(what: Thrown): Promise<never> {
    await Promise.resolve()
    throw thrown[what]()
  },
  abort(): never {
    throw new DOMException('The handler gave up.', 'AbortError')
  },
  /** Three items, unless the worker is to end before the first, and then something else. */
  async *items(then: 'wait' | 'throw' | 'close' | 'function' | 'never', ctx: TaskContext) {
    if (then !== 'never') yield* [0, 1, 2]
    if (then === 'throw') throw new RangeError('no more')
    if (then === 'function') yield () => 1
    // What was posted before the worker ends arrives.
    await new Promise(resolve => setTimeout(resolve, 50))
    ctx.throwIfAborted()
    if (then !== 'wait') self.close()
    await new Promise((_, reject) => ctx.signal.addEventListener('abort', () => reject(ctx.signal.reason)))
  },
  /** A function cannot be cloned. */
  callback: () => () => 1,
  /** Ends the worker without a word, before this call is answered. */
  close: () => {
    self.close()
    return new Promise<never>(() => {})
  },
  /** Answers, and ends the worker a little later. */
  closeSoon: () => {
    setTimeout(() => self.close())
    return 'closing'
  },
  /** Answers, and throws outside of any call a little later. */
  throwSoon: (message: string) => {
    setTimeout(() => {
      throw new Error(message)
    })
    return 'throwing'
  },
  /** Answers, and leaves a rejection that nobody handles. */
  rejectSoon: (message: string) => {
    setTimeout(() => void Promise.reject(new Error(message)))
    return 'rejecting'
  },
}

export type JobsAPI = StripTaskContext<typeof handlers>
expose(self.name === 'comlink alone' ? handlers : createTaskWorker(handlers))
