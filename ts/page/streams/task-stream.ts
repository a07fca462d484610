import type { TaskStream } from '../../api/streams.ts'
import type { CallStream, Step } from './call-stream.ts'
import { makeKnown } from './known-streams.ts'

/** Cancels the calls of streams that nobody holds any more. */
const abandoned = new FinalizationRegistry<CallStream>(call => call.leave())

/** What callers hold. Nothing refers to it but an open `next()`, so that it can be collected as garbage. */
class HeldStream implements Pick<TaskStream<unknown, unknown>, 'next' | 'return'> {
  readonly #call: CallStream

  constructor(call: CallStream) {
    this.#call = call
    abandoned.register(this, call)
    makeKnown(this)
    if (Symbol.asyncDispose === undefined) return
    Object.defineProperty(this, Symbol.asyncDispose, { value: async () => void (await this.return()) })
  }

  next(): Promise<Step> {
    return this.#call.next(this)
  }

  async return(value?: unknown): Promise<Step> {
    this.#call.leave()
    return { done: true, value }
  }

  [Symbol.asyncIterator](): this {
    return this
  }
}

/** The stream of a call, as its caller gets it. */
export function held(call: CallStream): TaskStream<unknown, unknown> {
  return new HeldStream(call) as unknown as TaskStream<unknown, unknown>
}
