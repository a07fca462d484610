import { createTaskWorker, type StripTaskContext, type TaskContext } from '@varunkanwar/atelier/worker'
import { expose } from 'comlink'

const state = { count: 0 }
const cached = { id: 1, xs: [1, 2, 3], big: 'x'.repeat(1_000) }

/** An ImageData whose pixels have moved away. */
function spentImage(): ImageData {
  const image = new ImageData(2, 2)
  structuredClone(image.data.buffer, { transfer: [image.data.buffer] })
  return image
}

const handlers = {
  echo: <T>(value: T): T => value,
  /** How deep a list or array is nested. */
  depth(value: unknown): number {
    let depth = 0
    for (let at = value; typeof at === 'object' && at !== null; at = Object.values(at)[0]) depth++
    return depth
  },
  kind: (value: unknown) => Object.prototype.toString.call(value),
  bump: (counter: { n: number }) => ++counter.n,
  fill: (bytes: Uint8Array, value: number) => bytes.fill(value).join(),
  inc() {
    state.count++
    return state
  },
  async incAsync() {
    state.count++
    return state
  },
  async incLater() {
    await null
    state.count++
    return state
  },
  cached: () => cached,
  spent: () => spentImage(),
  spentLater: async (ms: number) => {
    await new Promise(resolve => setTimeout(resolve, ms))
    return [spentImage()]
  },
  /** Posts null as applications may, and answers later. */
  async sayNull(ms: number) {
    self.postMessage(null)
    await new Promise(resolve => setTimeout(resolve, ms))
    return 'said'
  },
  sleep: (ms: number) => new Promise<number>(resolve => setTimeout(() => resolve(ms), ms)),
  spin(ms: number): number {
    for (const end = performance.now() + ms; performance.now() < end; );
    return ms
  },
  /** Leaves a rejection that nobody handles, and one that is handled late. */
  reject(ctx: TaskContext): void {
    const failing = () => Promise.reject(new Error('nobody asked'))
    void failing()
    const late = failing()
    setTimeout(() => late.catch(() => {}), 20)
    ctx.throwIfAborted()
  },
  /** Starts two things that fail with the call's signal, and awaits only the first. */
  async twoWaits(ctx: TaskContext): Promise<void> {
    const wait = () =>
      new Promise<void>((_, reject) => ctx.signal.addEventListener('abort', () => reject(ctx.signal.reason)))
    const one = wait()
    const two = wait()
    await one
    await two
  },
  async waitsAndReturns(
    what: 'bitmap' | 'frame' | 'port' | 'stream' | 'nested',
    ms: number,
  ): Promise<unknown> {
    await new Promise(resolve => setTimeout(resolve, ms))
    const canvas = new OffscreenCanvas(2, 2)
    canvas.getContext('2d')
    if (what === 'port') return new MessageChannel().port1
    if (what === 'stream') return new ReadableStream()
    if (what === 'frame') return new VideoFrame(canvas, { timestamp: 0 })
    if (what === 'bitmap') return createImageBitmap(canvas)
    return { deep: [new Map([['bitmap', await createImageBitmap(canvas)]])] }
  },
  /** A thenable that is no promise. */
  // biome-ignore lint/suspicious/noThenProperty: that is what is tested.
  thenable: () => ({ then: (resolve: (value: string) => void) => resolve('then') }) as unknown as string,
  /** Throws outside of any call, in a listener or a timer. */
  throwSoon(message: string): void {
    setTimeout(() => {
      throw new RangeError(message, { cause: 'deeper' })
    })
  },
  /** From now on, errors and rejections are prevented: by a listener, or by an `onerror` that returns true. */
  prevent(how: 'listener' | 'onerror'): void {
    self.addEventListener('unhandledrejection', event => event.preventDefault())
    if (how === 'listener') self.addEventListener('error', event => event.preventDefault())
    else self.onerror = () => true
  },
  rejectSoon: () => setTimeout(() => void Promise.reject(new Error('late'))),
}

export type ChannelAPI = StripTaskContext<typeof handlers>
if (self.name === 'replaced Promise') globalThis.Promise = class Replaced<T> extends Promise<T> {}
expose(createTaskWorker(handlers))
