import { createTaskWorker, type StripTaskContext, type TaskContext } from '@varunkanwar/atelier/worker'
import { expose } from 'comlink'

/** Nanoseconds for each of so many steps. */
function timed(steps: number, step: () => unknown): number {
  const started = performance.now()
  for (let n = 0; n < steps; n++) step()
  return ((performance.now() - started) * 1e6) / steps
}

const LOOKS = 1_000_000
const YIELDS = 100_000
const HOPS = 20

const handlers = {
  aborted: (ctx: TaskContext) => timed(LOOKS, () => ctx.aborted),
  throwIfAborted(ctx: TaskContext) {
    const { throwIfAborted } = ctx
    return timed(LOOKS, throwIfAborted)
  },
  interrupt({ interrupt }: TaskContext) {
    return timed(LOOKS, () => {
      if (interrupt?.[0] === 2) throw new Error('Nobody cancels this call.')
    })
  },
  report(ctx: TaskContext) {
    const { report } = ctx
    let n = 0
    return timed(LOOKS, () => report(n++))
  },
  async yieldAtOnce(ctx: TaskContext) {
    const letIn = ctx.yield
    const started = performance.now()
    for (let n = 0; n < YIELDS; n++) await letIn()
    return ((performance.now() - started) * 1e6) / YIELDS
  },
  /** Yields after 9 ms of work each. */
  async yieldWhenDue(ctx: TaskContext) {
    const spent: number[] = []
    for (let n = 0; n < HOPS; n++) {
      for (const end = performance.now() + 9; performance.now() < end; );
      const started = performance.now()
      await ctx.yield()
      spent.push(performance.now() - started)
    }
    // Where other programs want the processor, some wait for them.
    return (spent.sort((a, b) => a - b)[HOPS / 2] as number) * 1e3
  },
  /** Counts its looks in shared memory until it sees that it is canceled. */
  look(memory: SharedArrayBuffer, ctx: TaskContext): void {
    const looks = new Int32Array(memory)
    let n = 0
    do looks[0] = ++n
    while (!ctx.aborted)
    looks[1] = n
  },
  ping: () => 'pong',
}

export type HandlersAPI = StripTaskContext<typeof handlers>
expose(createTaskWorker(handlers))
