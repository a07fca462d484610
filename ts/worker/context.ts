import type { AbortKey, TaskContext } from '../api/context.ts'
import { abortError } from '../shared/errors/classes.ts'
import { letMessagesIn } from './event-loop.ts'
import type { Progress } from './progress.ts'

/** One call of a handler, and whether it is canceled. Most handlers never look at the signal, so it is made when one does. */
export class CallContext implements TaskContext {
  readonly callId: string
  declare readonly key?: AbortKey
  #controller: AbortController | undefined
  #aborted = false
  readonly #progress: Progress | undefined

  /** @param progress - takes what the call reports; undefined if nobody listens. */
  constructor(callId: string, key: AbortKey | undefined, progress?: Progress) {
    this.callId = callId
    this.#progress = progress
    if (key) this.key = key
  }

  /** Cancels the call. No method, because the handler must not find it. */
  static abort(context: CallContext): void {
    context.#aborted = true
    context.#progress?.cancel()
    context.#controller?.abort(context.#reason())
  }

  /** The call has settled and is about to be replied to. */
  static end(context: CallContext): void {
    context.#progress?.end()
  }

  get signal(): AbortSignal {
    this.#controller ??= new AbortController()
    if (this.#aborted) this.#controller.abort(this.#reason())
    return this.#controller.signal
  }

  /** A function that may be taken off the context. */
  get throwIfAborted(): () => void {
    return () => {
      if (this.#aborted) throw this.#reason()
    }
  }

  get aborted(): boolean {
    return this.#aborted
  }

  get yield(): () => Promise<void> {
    return () => {
      if (this.#aborted) return Promise.reject(this.#reason())
      return letMessagesIn()?.then(this.throwIfAborted) ?? NOTHING
    }
  }

  get report(): (value: unknown) => void {
    return this.#progress?.report ?? ignore
  }

  #reason(): unknown {
    return this.#controller?.signal.reason ?? abortError(`Call "${this.callId}" was canceled.`)
  }
}

function ignore(): void {}

const NOTHING = Promise.resolve()

/**
 * The context as its handler gets it: the members that are made on demand look like its own, so that `{ ...context }` has them, and
 * none needs a `this`. A proxy, because accessors that are defined on each object cost a tenth of what a call does.
 */
export function viewOf(context: CallContext): TaskContext {
  return new Proxy(context, VIEW)
}

const ON_DEMAND = [
  'signal',
  'throwIfAborted',
  'aborted',
  'yield',
  'report',
] as const satisfies readonly (keyof TaskContext)[]

const VIEW: ProxyHandler<CallContext> = {
  get: (context, name) => Reflect.get(context, name),
  ownKeys: context => [...new Set([...Reflect.ownKeys(context), ...ON_DEMAND])],
  getOwnPropertyDescriptor: (context, name) =>
    ON_DEMAND.some(member => member === name)
      ? { get: () => Reflect.get(context, name), enumerable: true, configurable: true }
      : Reflect.getOwnPropertyDescriptor(context, name),
}
