import type { AbortKey } from '../api/context.ts'
import type { TaskHandlerMap } from '../api/strip-context.ts'
import { fromWire, type WireArguments } from '../shared/arguments.ts'
import type { RunRequest } from '../shared/protocol.ts'
import { CallContext, viewOf } from './context.ts'
import { Interrupt } from './interrupt.ts'
import { Progress } from './progress.ts'
import { postError, postResult, type ReplyPort } from './replies.ts'

/** More parameters than any function declares: `length` may be anything. */
const MAX_PARAMETERS = 256

/** Runs calls of a worker's handlers, whichever way they come in. */
export class Harness {
  /** What the worker shares with its page, where that is possible. */
  memory: Int32Array | undefined
  readonly #handlers: object
  readonly #givesContext: boolean
  /** Asynchronous calls that have not ended, by their number; those of `start`, by their id. */
  readonly #running = new Map<string | number, CallContext>()

  /** Methods whose last promise resolved with a primitive. */
  readonly #givesPrimitive = new Set<string>()

  constructor(handlers: object, givesContext: boolean) {
    this.#handlers = handlers
    this.#givesContext = givesContext
  }

  /** Runs a call; resolves to what its handler returns, or rejects with what it throws. */
  async start(
    callId: string,
    method: string,
    args: WireArguments,
    key: AbortKey | undefined,
  ): Promise<unknown> {
    if (this.#running.has(callId)) throw new Error(`Call "${callId}" is already running in this worker.`)
    const context = new CallContext(callId, key)
    const result = this.#apply(method, [...fromWire(args)], context)
    if (!isThenable(result)) return result
    this.#running.set(callId, context)
    try {
      return await result
    } finally {
      this.#running.delete(callId)
    }
  }

  /**
   * Runs a call of a page, and replies to it on the port. Returns true if it has returned a promise that may have resolved with an
   * object already, which the next call may change.
   */
  serve(port: ReplyPort, taskId: string, request: RunRequest): boolean {
    const { call, method, args, key, traceparent } = request
    const progress = request.reports ? new Progress(port, call, method) : undefined
    const interrupt = this.memory && request.word > 0 ? new Interrupt(this.memory, request.word) : undefined
    const context = new CallContext(`${taskId}-${call}`, key, progress, interrupt, traceparent)
    let result: unknown
    let started: number | undefined
    try {
      const values = fromWire(args)
      if (request.isTimed) started = performance.now()
      result = this.#apply(method, values, context)
      if (isThenable(result)) {
        this.#running.set(call, context)
        void this.#replyLater(port, request, context, result, started)
        return !this.#givesPrimitive.has(method)
      }
    } catch (error) {
      const ranMs = since(started)
      CallContext.end(context)
      postError(port, call, error, method, ranMs)
      return false
    }
    const ranMs = since(started)
    CallContext.end(context)
    postResult(port, request, result, !request.isAlone, ranMs)
    return false
  }

  /** Aborts the signal of a call. One that is not running is ignored. */
  cancel(id: string | number): void {
    const context = this.#running.get(id)
    if (context) CallContext.abort(context)
  }

  /** The numbers of a page's calls that have not ended. */
  get running(): number[] {
    return [...this.#running.keys()].filter(id => typeof id === 'number')
  }

  /** `await` is right for every thenable, whatever the global Promise has been replaced with. */
  async #replyLater(
    port: ReplyPort,
    request: RunRequest,
    context: CallContext,
    result: PromiseLike<unknown>,
    started: number | undefined,
  ): Promise<void> {
    const { call, method } = request
    let value: unknown
    try {
      value = await result
    } catch (error) {
      const ranMs = since(started)
      this.#end(call, context)
      postError(port, call, error, method, ranMs)
      return
    }
    const ranMs = since(started)
    this.#end(call, context)
    if (isObject(value)) this.#givesPrimitive.delete(method)
    else this.#givesPrimitive.add(method)
    postResult(port, request, value, this.#running.size > 0 || port.hasQueued, ranMs)
  }

  #end(call: number, context: CallContext): void {
    this.#running.delete(call)
    CallContext.end(context)
  }

  /** The context is appended to the arguments, behind all parameters that the handler declares before its last. */
  #apply(method: string, args: unknown[], context: CallContext): unknown {
    const handler = ownMethod(this.#handlers, method)
    if (this.#givesContext) {
      const before = Math.min(handler.length - 1, MAX_PARAMETERS)
      while (args.length < before) args.push(undefined)
      args.push(viewOf(context))
    }
    return handler.apply(this.#handlers, args)
  }
}

/** The names of the functions that calls can reach. */
export function methodsOf(handlers: object): string[] {
  return Object.entries(handlers).flatMap(([name, value]) => (typeof value === 'function' ? [name] : []))
}

function ownMethod(handlers: object, method: string): TaskHandlerMap[string] {
  const handler: unknown = Object.hasOwn(handlers, method) ? Reflect.get(handlers, method) : undefined
  if (typeof handler === 'function') return handler as TaskHandlerMap[string]
  throw new TypeError(
    `"${String(method)}" is not a method of this worker. Its methods: ${methodsOf(handlers).join(', ')}.`,
  )
}

/** Milliseconds since then; the clock may have been turned back by a test. */
function since(started: number | undefined): number | undefined {
  return started === undefined ? undefined : Math.max(0, performance.now() - started)
}

function isThenable(value: unknown): value is PromiseLike<unknown> {
  return isObject(value) && 'then' in value && typeof value.then === 'function'
}

function isObject(value: unknown): value is object {
  return (typeof value === 'object' && value !== null) || typeof value === 'function'
}
