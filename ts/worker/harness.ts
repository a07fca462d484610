import type { AbortKey } from '../api/context.ts'
import type { TaskHandlerMap, TaskWorkerOptions } from '../api/strip-context.ts'
import { fromWire, type WireArguments } from '../shared/arguments.ts'
import type { RunRequest } from '../shared/protocol.ts'
import { CallContext, viewOf, type WorkerOfCalls } from './context.ts'
import { Interrupt } from './interrupt.ts'
import { Progress } from './progress.ts'
import { postError, postResult, type ReplyPort } from './replies.ts'
import { itemsOf } from './streams/items.ts'
import { StreamedCall } from './streams/streamed-call.ts'

/** More parameters than any function declares: `length` may be anything. */
const MAX_PARAMETERS = 256

/** Runs calls of a worker's handlers, whichever way they come in. */
export class Harness {
  /** What the worker shares with its page, where that is possible. */
  memory: Int32Array | undefined
  /** The worker as its calls know it, once it serves a page. */
  worker: WorkerOfCalls | undefined
  /** Prepares the worker for its calls; undefined if nothing is to be prepared. */
  readonly setup: TaskWorkerOptions['setup']
  readonly #handlers: object
  readonly #givesContext: boolean
  /** Asynchronous calls that have not ended, by their number; those of `start`, by their id. */
  readonly #running = new Map<string | number, CallContext>()

  /** Those whose handler has returned a stream. */
  readonly #streams = new Map<string | number, StreamedCall>()

  /** Methods whose last promise resolved with a primitive. */
  readonly #givesPrimitive = new Set<string>()

  constructor(handlers: object, { context = true, setup }: TaskWorkerOptions) {
    this.#handlers = handlers
    this.#givesContext = context
    this.setup = setup
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
    const id = `${taskId}-${call}`
    const context = new CallContext(id, key, progress, interrupt, traceparent, this.worker)
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
      if (this.#streamed(port, request, context, result, started)) return false
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
    this.#streams.get(id)?.cancel()
  }

  /** A stream may send more items. */
  addCredit(call: number, items: number): void {
    this.#streams.get(call)?.addCredit(items)
  }

  /** How many items a stream has sent. Undefined for a call that is no stream. */
  sentBy(call: number): number | undefined {
    return this.#streams.get(call)?.sent
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
      if (this.#streamed(port, request, context, value, started)) return
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

  /**
   * Returns true if the result is a stream, which is driven from now on.
   *
   * @throws TypeError when the page expects a stream and it is none, or the other way around.
   */
  #streamed(
    port: ReplyPort,
    request: RunRequest,
    context: CallContext,
    result: unknown,
    started: number | undefined,
  ): boolean {
    const items = itemsOf(result, request)
    if (!items) return false
    const { call } = request
    const stream = new StreamedCall(port, request, items, since(started), () => {
      this.#streams.delete(call)
      this.#end(call, context)
    })
    this.#running.set(call, context)
    this.#streams.set(call, stream)
    void stream.run()
    return true
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
