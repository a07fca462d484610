import { createTaskWorker, type StripTaskContext, type TaskContext } from '@varunkanwar/atelier/worker'
import { expose } from 'comlink'

/** What the worker was set up with, in order. */
const seen: unknown[] = []
let context2d: OffscreenCanvasRenderingContext2D | null | undefined

const handlers = {
  /** Echoes the value, with the data that the worker has. */
  work: (value: number) => ({ value, data: seen.at(-1) }),
  /** The same, after a while. */
  async later(value: number, ms: number) {
    await new Promise(resolve => setTimeout(resolve, ms))
    return { value, data: seen.at(-1) }
  },
  /** The same, as the worker's last call. */
  last(value: number, ctx: TaskContext) {
    ctx.retire()
    return { value, data: seen.at(-1) }
  },
  seen: () => seen,
  index: (ctx: TaskContext) => ctx.workerIndex,
  /** Ends the worker without a word. */
  close(): Promise<never> {
    self.close()
    return new Promise(() => {})
  },
  /** The color of a pixel of the canvas that the worker was given. */
  pixel: () => [...(context2d?.getImageData(0, 0, 1, 1).data ?? [])],
}

export type LivesAPI = StripTaskContext<typeof handlers>

type Data =
  | { canvas: OffscreenCanvas; color: string }
  | { fail: string }
  | { waitMs: number }
  | number
  | undefined

expose(
  createTaskWorker(handlers, {
    async setup(data: Data) {
      seen.push(typeof data === 'object' ? Object.keys(data) : data)
      if (typeof data !== 'object') return
      if ('fail' in data) throw new RangeError(data.fail)
      if ('waitMs' in data) await new Promise(resolve => setTimeout(resolve, data.waitMs))
      if (!('canvas' in data)) return
      context2d = data.canvas.getContext('2d')
      if (!context2d) return
      context2d.fillStyle = data.color
      context2d.fillRect(0, 0, 1, 1)
    },
  }),
)
