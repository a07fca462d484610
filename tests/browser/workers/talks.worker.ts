import { createTaskWorker, type StripTaskContext, type TaskContext } from '@varunkanwar/atelier/worker'
import { expose } from 'comlink'

/** An ImageData whose pixels have moved away: some engine posts it, and the page cannot read it. */
function spentImage(): ImageData {
  const image = new ImageData(2, 2)
  structuredClone(image.data.buffer, { transfer: [image.data.buffer] })
  return image
}

const unsendable = { function: () => () => 1, image: spentImage }

const handlers = {
  echo: <T>(value: T): T => value,
  /** Reports each number up to this one and returns it, all in one go. */
  count(to: number, ctx: TaskContext): number {
    for (let n = 1; n <= to; n++) ctx.report(n)
    return to
  },
  /** Never lets go of its thread. */
  countForever(ctx: TaskContext): never {
    for (let n = 1; ; n++) ctx.report({ n })
  },
  /** Counts until it is canceled, and says so by an AbortError. */
  async countSlowly(ctx: TaskContext): Promise<never> {
    for (let n = 1; ; n++) {
      ctx.throwIfAborted()
      ctx.report(n)
      await new Promise(resolve => setTimeout(resolve, 1))
    }
  },
  /** Keeps its thread busy for good, but for the moments in which it lets messages in. */
  async work(ctx: TaskContext): Promise<never> {
    for (let steps = 1; ; steps++) {
      for (const end = performance.now() + 1; performance.now() < end; );
      ctx.report({ steps, aborted: ctx.aborted })
      await ctx.yield()
    }
  },
  /** The same for a while, without an end before it. */
  async finish(steps: number, ctx: TaskContext): Promise<boolean> {
    for (let step = 0; step < steps; step++) await ctx.yield()
    return ctx.aborted
  },
  /** Reports something that cannot arrive, and goes on. */
  async reportBadly(what: keyof typeof unsendable, ctx: TaskContext): Promise<string> {
    ctx.report(unsendable[what]())
    await new Promise(resolve => setTimeout(resolve, 50))
    ctx.report('good')
    return 'done'
  },
}

export type TalksAPI = StripTaskContext<typeof handlers>
expose(createTaskWorker(handlers))
