import { createTaskWorker, type StripTaskContext, type TaskContext } from '@varunkanwar/atelier/worker'
import { expose } from 'comlink'

/** An ImageData whose pixels have moved away: some engine posts it, and the page cannot read it. */
function spentImage(): ImageData {
  const image = new ImageData(2, 2)
  structuredClone(image.data.buffer, { transfer: [image.data.buffer] })
  return image
}

/** `(loop (br_if 0 (i32.eqz (call $poll))))` */
function loopInWasm(poll: () => number): void {
  const code = [
    ...[0x00, 0x61, 0x73, 0x6d, 0x01, 0x00, 0x00, 0x00],
    ...[0x01, 0x08, 0x02, 0x60, 0x00, 0x01, 0x7f, 0x60, 0x00, 0x00],
    ...[0x02, 0x07, 0x01, 0x01, 0x65, 0x01, 0x70, 0x00, 0x00],
    ...[0x03, 0x02, 0x01, 0x01],
    ...[0x07, 0x05, 0x01, 0x01, 0x72, 0x00, 0x01],
    ...[0x0a, 0x0c, 0x01, 0x0a, 0x00, 0x03, 0x40, 0x10, 0x00, 0x45, 0x0d, 0x00, 0x0b, 0x0b],
  ]
  const module = new WebAssembly.Module(new Uint8Array(code))
  const { r: run } = new WebAssembly.Instance(module, { e: { p: poll } }).exports
  ;(run as () => void)()
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
  /** Looks and looks without letting go of its thread, up to a number of looks that takes minutes. */
  spin(how: 'aborted' | 'throwIfAborted' | 'interrupt' | 'wasm', ctx: TaskContext): string {
    ctx.report('spinning')
    if (how === 'wasm') loopInWasm(() => ctx.interrupt?.[0] ?? 0)
    for (let look = how === 'wasm' ? 2 ** 36 : 0; look < 2 ** 36; look++) {
      if (how === 'throwIfAborted') ctx.throwIfAborted()
      else if (how === 'aborted' ? ctx.aborted : ctx.interrupt?.[0] === 2) return how
    }
    return 'nothing'
  },
  hasInterrupt: (ctx: TaskContext) => 'interrupt' in ctx || ctx.interrupt !== undefined,
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
