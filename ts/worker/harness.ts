import type { AbortKey, TaskHandlerMap } from '../api/types.ts'
import { fromWire, type WireArguments } from '../shared/arguments.ts'
import { BatchedPort, type Endpoint } from '../shared/batched-port.ts'
import { holdLock } from '../shared/liveness.ts'
import {
  type ConnectOptions,
  ReplyKind,
  type RunRequest,
  readRequests,
  writeReply,
} from '../shared/protocol.ts'
import { Context } from './context.ts'
import { postError, postReply, postResult, type ReplyPort, refuseReply } from './replies.ts'
import { reportUncaught } from './uncaught.ts'

/** Runs calls of a worker's handlers, whichever way they come in. */
export class Harness {
  readonly #handlers: object
  /** Calls that have not ended, by their number; those of `start`, by their id. */
  readonly #running = new Map<string | number, Context>()

  constructor(handlers: object) {
    this.#handlers = handlers
  }

  /** Starts a call; returns what the handler returns, or throws what it throws. */
  start(callId: string, method: string, args: WireArguments, key: AbortKey | undefined): unknown {
    if (this.#running.has(callId)) throw new Error(`Call "${callId}" is already running in this worker.`)
    return this.#run(callId, new Context(callId, key), method, [...fromWire(args)])
  }

  /** The context is appended to the array of the arguments. */
  #run(id: string | number, context: Context, method: string, args: unknown[]): unknown {
    const handler = ownMethod(this.#handlers, method)
    args.push(context)
    const result: unknown = handler.apply(this.#handlers, args)
    if (!isThenable(result)) return result
    this.#running.set(id, context)
    return this.#ending(id, result)
  }

  async #ending(id: string | number, result: PromiseLike<unknown>): Promise<unknown> {
    try {
      return await result
    } finally {
      this.#running.delete(id)
    }
  }

  /** Aborts the signal of a call. One that is not running is ignored. */
  cancel(id: string | number): void {
    this.#running.get(id)?.abort()
  }

  /**
   * Serves calls on a port, or on the worker's own channel, until the worker ends. The first one is served when the worker
   * holds its lock, where there are locks: from then on its death is noticed.
   */
  async connect(messagePort: MessagePort | undefined, { taskId, lockName }: ConnectOptions): Promise<void> {
    let early: unknown[][] | undefined = []
    const serve = (fields: unknown[]) =>
      readRequests(
        fields,
        request => this.#serve(port, taskId, request),
        call => this.cancel(call),
      )
    const endpoint = messagePort ?? (globalThis as unknown as Endpoint)
    const port: ReplyPort = new BatchedPort(endpoint, {
      write: ({ call, kind, content }, fields) => writeReply(fields, call, kind, content),
      receive: fields => {
        if (early) early.push(fields)
        else serve(fields)
      },
      refused: (reply, error) => refuseReply(port, reply, error),
    })
    endpoint.addEventListener('messageerror', () =>
      postReply(port, undefined, ReplyKind.unreadable, undefined),
    )
    const locked = await holdLock(lockName, messagePort)
    reportUncaught(port)
    postReply(port, undefined, ReplyKind.ready, locked)
    // Yield once so that `ready` is posted before a synchronous handler can block the thread.
    await Promise.resolve()
    const requests = early
    early = undefined
    requests.forEach(serve)
  }

  #serve(port: ReplyPort, taskId: string, request: RunRequest): void {
    const { call, method, args, key } = request
    try {
      const context = new Context(`${taskId}-${call}`, key)
      const result = this.#run(call, context, method, fromWire(args))
      if (result instanceof Promise) {
        result.then(
          value => postResult(port, request, value),
          thrown => postError(port, call, thrown, method),
        )
      } else postResult(port, request, result)
    } catch (error) {
      postError(port, call, error, method)
    }
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

function isThenable(value: unknown): value is PromiseLike<unknown> {
  return typeof value === 'object' && value !== null && 'then' in value && typeof value.then === 'function'
}
