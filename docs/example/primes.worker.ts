import { createTaskWorker, expose, type StripTaskContext, type TaskContext } from '@varunkanwar/atelier'

function isPrime(n: number): boolean {
  for (let divisor = 2; divisor * divisor <= n; divisor++) if (n % divisor === 0) return false
  return n > 1
}

const handlers = {
  count(from: number, to: number, ctx: TaskContext): number {
    let count = 0
    for (let n = from; n < to; n++) if (isPrime(n)) count++
    ctx.throwIfAborted()
    return count
  },
}

export type PrimesAPI = StripTaskContext<typeof handlers>
expose(createTaskWorker(handlers))
