import type { AbortKey, TaskContext } from '../api/context.ts'
import type { TaskHandlerMap } from '../api/strip-context.ts'
import { fromWire, toWire, type WireArguments } from '../shared/arguments.ts'
import { type Endpoint, Lane, type Parcel } from '../shared/batched-port.ts'
import { abortError } from '../shared/errors/classes.ts'
import { toEnvelope } from '../shared/errors/envelope.ts'
import {
  type Connection,
  type Reply,
  type RunRequest,
  readRequests,
  Said,
  writeReply,
} from '../shared/protocol.ts'

/** What the worker says. A result that cannot be posted is told by the name of its method. */
type Saying = Parcel & { readonly call: Reply['call']; readonly said: Reply['said']; readonly method: string }

type Answers = Lane<Saying>

/** Runs calls of a worker's handlers, whichever way they come in. */
export class Harness {
  readonly #handlers: object
  /** Calls that have not ended, by their number; those of `start`, by their id. */
  readonly #running = new Map<string | number, Context>()

  constructor(handlers: object) {
    this.#handlers = handlers
  }

  /** Starts a call; answers what the handler answers, or throws what it throws. */
  start(callId: string, method: string, args: WireArguments, key: AbortKey | undefined): unknown {
    if (this.#running.has(callId)) throw new Error(`Call "${callId}" is already running in this worker.`)
    return this.#run(callId, new Context(callId, key), method, [...fromWire(args)])
  }

  /** The context goes behind the arguments, into their array. */
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
  async connect(port: MessagePort | undefined, { taskId, lockName }: Connection): Promise<void> {
    let early: unknown[][] | undefined = []
    const serve = (words: unknown[]) =>
      readRequests(
        words,
        request => this.#serve(lane, taskId, request),
        call => this.cancel(call),
      )
    const endpoint = port ?? (globalThis as unknown as Endpoint)
    const lane: Answers = new Lane(endpoint, {
      write: ({ call, said, content }, words) => writeReply(words, call, said, content),
      receive: words => {
        if (early) early.push(words)
        else serve(words)
      },
      refused: ({ call, method }, error) => {
        say(lane, call, Said.error, toEnvelope(unsendable(method, error)), method)
      },
    })
    endpoint.addEventListener('messageerror', () => say(lane, undefined, Said.unreadable, undefined))
    const locked = await hold(lockName, port)
    reportUncaught(lane)
    say(lane, undefined, Said.ready, locked)
    // The word has left before a handler can keep the worker from saying it.
    await Promise.resolve()
    const requests = early
    early = undefined
    requests.forEach(serve)
  }

  #serve(lane: Answers, taskId: string, request: RunRequest): void {
    const { call, method, args, key } = request
    try {
      const context = new Context(`${taskId}-${call}`, key)
      const result = this.#run(call, context, method, fromWire(args))
      if (result instanceof Promise) {
        result.then(
          value => succeed(lane, request, value),
          thrown => fail(lane, request, thrown),
        )
      } else succeed(lane, request, result)
    } catch (error) {
      fail(lane, request, error)
    }
  }
}

function succeed(lane: Answers, request: RunRequest, result: unknown): void {
  const { call, method, keepResult } = request
  try {
    const { wire, transfer } = toWire([result], keepResult ? [] : undefined)
    const plain = Array.isArray(wire)
    const said = plain ? Said.ok : (wire.handlers[0] as string)
    say(lane, call, said, (plain ? wire : wire.values)[0], method, transfer)
  } catch (error) {
    fail(lane, request, unsendable(method, error))
  }
}

function fail(lane: Answers, { call, method }: RunRequest, thrown: unknown): void {
  say(lane, call, Said.error, toEnvelope(thrown), method)
}

function say(
  lane: Answers,
  call: Reply['call'],
  said: Reply['said'],
  content: unknown,
  method = '',
  moves?: Transferable[],
): void {
  lane.post({ call, said, content, method, state: 'queued' }, moves)
}

/** What a handler is given. Most never look at the signal, so it is made when one does. */
class Context implements TaskContext {
  readonly callId: string
  declare readonly key?: AbortKey
  #controller: AbortController | undefined
  #aborted = false

  constructor(callId: string, key: AbortKey | undefined) {
    this.callId = callId
    if (key) this.key = key
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

  abort(): void {
    this.#aborted = true
    this.#controller?.abort(this.#reason())
  }

  #reason(): unknown {
    return this.#controller?.signal.reason ?? abortError(`Call "${this.callId}" was cancelled.`)
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

/** What the caller is told of a result that cannot be posted. */
function unsendable(method: string, cause: unknown): TypeError {
  const why = cause instanceof Error ? ` (${cause.message})` : ''
  return new TypeError(
    `The result of "${method}" cannot be sent to the page${why}. Return what structured clone accepts: no functions, no DOM ` +
      'nodes, nothing that has already moved; if it holds a buffer that may not move, such as that of a WebAssembly.Memory, ' +
      'call with({ transferResult: false }).',
    { cause },
  )
}

/**
 * Tells the page what is thrown outside of any call, behind the answers that were posted before. The platform's own error
 * event carries no error and, in Firefox, overtakes those answers; so it is kept back, and the error printed as it would be.
 */
function reportUncaught(lane: Answers): void {
  // In a test double the harness runs on a page or in Node, whose errors are not the worker's.
  if (!('WorkerGlobalScope' in globalThis)) return
  const report = (thrown: unknown) => say(lane, undefined, Said.thrown, toEnvelope(thrown))
  globalThis.addEventListener('error', event => {
    const { error, message } = event as ErrorEvent
    event.preventDefault()
    console.error(error ?? message)
    report(error ?? message)
  })
  globalThis.addEventListener('unhandledrejection', event => report((event as PromiseRejectionEvent).reason))
}

/**
 * Holds a Web Lock as long as the worker lives and serves the page; the page learns of its death by being granted it.
 * Answers whether it does.
 */
function hold(lockName: string, port: MessagePort | undefined): Promise<boolean> {
  if (typeof navigator === 'undefined' || !navigator.locks) return Promise.resolve(false)
  const closed = new Promise<void>(resolve => port?.addEventListener('close', () => resolve()))
  return new Promise(resolve => {
    navigator.locks
      .request(lockName, () => {
        resolve(true)
        return closed
      })
      .catch(() => resolve(false))
  })
}
