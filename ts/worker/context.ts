import type { AbortKey, TaskContext } from '../api/context.ts'
import { abortError } from '../shared/errors/classes.ts'
import { letMessagesIn } from './event-loop.ts'
import type { Interrupt } from './interrupt.ts'
import type { Progress } from './progress.ts'

/** Takes what a call reports. */
type ProgressSink = Pick<Progress, 'report' | 'cancel' | 'end'>

/** What the calls of a worker know of it. */
export type WorkerOfCalls = {
  readonly index: number
  /** Asks for it to be replaced. */
  retire(): void
}

/** One call of a handler, and whether it is canceled. Most handlers never look at the signal, so it is made when one does. */
export class CallContext implements Omit<TaskContext, 'interrupt'> {
  readonly callId: string
  declare readonly key?: AbortKey
  declare readonly traceparent?: string
  #controller: AbortController | undefined
  #aborted = false
  readonly #progress: ProgressSink | undefined
  #interrupt: Interrupt | undefined
  readonly #worker: WorkerOfCalls | undefined
  #hasEnded = false

  /**
   * @param progress - takes what the call reports; undefined if nobody listens.
   * @param interrupt - what the page writes to; undefined where no memory is shared.
   */
  constructor(
    callId: string,
    key: AbortKey | undefined,
    progress?: ProgressSink,
    interrupt?: Interrupt,
    traceparent?: string,
    worker?: WorkerOfCalls,
  ) {
    this.callId = callId
    this.#worker = worker
    this.#progress = progress
    this.#interrupt = interrupt
    if (key) this.key = key
    if (traceparent) this.traceparent = traceparent
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
    // The word goes to another call: what this one knows of its own stays.
    context.#look()
    context.#interrupt = undefined
    context.#hasEnded = true
  }

  /** Whether it has a word of shared memory. */
  static isSharing(context: CallContext): boolean {
    return context.#interrupt !== undefined
  }

  get signal(): AbortSignal {
    this.#controller ??= new AbortController()
    if (this.#look()) this.#controller.abort(this.#reason())
    return this.#controller.signal
  }

  /** A function that may be taken off the context. */
  get throwIfAborted(): () => void {
    return () => {
      if (this.#look()) throw this.#reason()
    }
  }

  get aborted(): boolean {
    return this.#look()
  }

  get interrupt(): Int32Array | undefined {
    return this.#interrupt?.word
  }

  get yield(): () => Promise<void> {
    return () => {
      if (this.#look()) return Promise.reject(this.#reason())
      return letMessagesIn()?.then(this.throwIfAborted) ?? NOTHING
    }
  }

  get workerIndex(): number {
    return this.#worker?.index ?? 0
  }

  get retire(): () => void {
    return () => {
      if (!this.#hasEnded) this.#worker?.retire()
    }
  }

  get report(): (value: unknown) => void {
    return this.#progress?.report ?? ignore
  }

  /** Whether the call is canceled. Kept, because whoever polls the word may write to it. */
  #look(): boolean {
    if (this.#interrupt?.isSet) this.#aborted = true
    return this.#aborted
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
  return new Proxy(context, CallContext.isSharing(context) ? SHARING : ALONE) as TaskContext
}

const ON_DEMAND = [
  ...['signal', 'throwIfAborted', 'aborted', 'yield', 'report'],
  ...['workerIndex', 'retire'],
]

/** @param members - what is made on demand; anything else that could be is absent. */
function view(members: readonly string[]): ProxyHandler<CallContext> {
  return {
    get: (context, name) => context[name as keyof CallContext],
    has: (context, name) => (name !== 'interrupt' || members.includes(name)) && Reflect.has(context, name),
    ownKeys: context => [...new Set([...Reflect.ownKeys(context), ...members])],
    getOwnPropertyDescriptor: (context, name) =>
      members.includes(name as string)
        ? { get: () => context[name as keyof CallContext], enumerable: true, configurable: true }
        : Reflect.getOwnPropertyDescriptor(context, name),
  }
}

const ALONE = view(ON_DEMAND)
const SHARING = view([...ON_DEMAND, 'interrupt'])
