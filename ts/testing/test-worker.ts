import { expose } from 'comlink'
import type { TaskHandlerMap } from '../api/types.ts'
import {
  harnessOf,
  type TaskWorker,
  type TaskWorkerOptions,
  taskWorkerOf,
} from '../worker/create-task-worker.ts'
import { noteActivity } from './settle.ts'

export type TestWorkerOptions = TaskWorkerOptions & {
  /** How long each answer waits before it leaves, in ms of `setTimeout`; 0 to 2^31 − 1. Default: 0, it does not wait. */
  answerDelayMs?: number | undefined
  /** `false`: its script never gets as far as `expose`, so that calls are taken and never answered. Default: true. */
  starts?: boolean | undefined
}

/**
 * A Worker whose handlers run in this thread, behind a real MessageChannel and a real Comlink, so that arguments and results
 * are cloned and moved as they would be. The ways in which a Worker can fail are methods.
 *
 * What needs a thread of its own it cannot show: a handler that blocks also blocks the test, and an ended one runs on.
 */
export class TestWorker extends EventTarget implements Worker {
  onmessage: Worker['onmessage'] = null
  onmessageerror: Worker['onmessageerror'] = null
  onerror: Worker['onerror'] = null
  readonly #answerDelayMs: number
  readonly #page: MessagePort
  readonly #inside: MessagePort
  #channel: MessagePort | undefined
  #terminated = false
  #held: { let: () => void; go: Promise<void> } | undefined

  /**
   * @param handlers - what the worker's script would give to `createTaskWorker`.
   * @throws TypeError when `handlers` has no function of its own, or the delay is not a number.
   * @throws RangeError when the delay is out of range.
   */
  constructor(handlers: object, { answerDelayMs = 0, starts = true, ...options }: TestWorkerOptions = {}) {
    super()
    this.#answerDelayMs = checkedDelay(answerDelayMs)
    const { port1, port2 } = new MessageChannel()
    this.#page = port1
    this.#inside = port2
    port1.addEventListener('message', ({ data }) => this.dispatchEvent(new MessageEvent('message', { data })))
    port1.start()
    const api = taskWorkerOf(harnessOf(this.#answering(handlers), options))
    const connect: TaskWorker['__connect'] = (port, options) => {
      this.#channel = port
      return api.__connect(port, options)
    }
    if (starts) expose({ ...api, __connect: connect }, port2)
    noteActivity()
  }

  /** Whether `terminate()` was called; the runtime does that to every worker it has no use for, crashed ones included. */
  get terminated(): boolean {
    return this.#terminated
  }

  /** As a Worker's own. */
  postMessage(message: unknown, options?: Transferable[] | StructuredSerializeOptions): void {
    this.#page.postMessage(message, Array.isArray(options) ? options : (options?.transfer ?? []))
  }

  /** As a Worker's own, but for handlers that are running: their answers go nowhere. */
  terminate(): void {
    this.#terminated = true
    this.#page.close()
    this.close()
  }

  /** Ends itself as by `self.close()`, which tells nobody. What it has posted still arrives. */
  close(): void {
    this.#channel?.close()
    this.#inside.close()
    noteActivity()
  }

  /** Throws an error that nothing catches. */
  crash(message = 'Uncaught Error'): void {
    this.#fail({ message, filename: 'test-worker', lineno: 1 })
  }

  /** Finds that its script cannot be loaded or compiled: the event of that has no message. */
  failToLoad(): void {
    this.#fail({})
  }

  /** Sends the page a message that cannot be deserialised there. */
  failMessage(): void {
    this.dispatchEvent(new Event('messageerror'))
    noteActivity()
  }

  /** Keeps back the answer of every handler that ends from now on. */
  holdAnswers(): void {
    if (this.#held) return
    let release = () => {}
    const go = new Promise<void>(resolve => {
      release = resolve
    })
    this.#held = { let: release, go }
  }

  /** Gives the answers that were kept back, in the order in which their handlers ended, and keeps back no more. */
  releaseAnswers(): void {
    this.#held?.let()
    this.#held = undefined
    noteActivity()
  }

  /** Also calls the `on…` property, as a Worker does. */
  override dispatchEvent(event: Event): boolean {
    if (this.#terminated) return true
    const property = `on${event.type}` as 'onmessage' | 'onmessageerror' | 'onerror'
    ;(this[property] as ((event: Event) => void) | null)?.call(this, event)
    return super.dispatchEvent(event)
  }

  /** Where replies are posted once the runtime has connected. */
  protected get channel(): MessagePort | undefined {
    return this.#channel
  }

  #fail(fields: Partial<ErrorEvent>): void {
    this.dispatchEvent(Object.assign(new Event('error', { cancelable: true }), fields))
    noteActivity()
  }

  /** The handlers, whose answers leave when they may. */
  #answering(handlers: object): TaskHandlerMap {
    const entries = Object.entries(handlers ?? {}).filter(([, value]) => typeof value === 'function')
    return Object.fromEntries(
      entries.map(([name, handler]) => [
        name,
        asLongAs(handler, (...args: unknown[]) => {
          noteActivity()
          const ended = new Promise(resolve => resolve(handler.apply(handlers, args)))
          return ended.finally(() => this.#mayAnswer())
        }),
      ]),
    )
  }

  async #mayAnswer(): Promise<void> {
    await this.#held?.go
    if (this.#answerDelayMs > 0) await new Promise(resolve => setTimeout(resolve, this.#answerDelayMs))
    noteActivity()
  }
}

/** With as many parameters as the handler, behind which the context goes. */
function asLongAs(handler: { length: number }, wrapped: (...args: unknown[]) => unknown): typeof wrapped {
  return Object.defineProperty(wrapped, 'length', { value: handler.length })
}

function checkedDelay(delay: unknown): number {
  const Kind = typeof delay === 'number' ? RangeError : TypeError
  if (typeof delay === 'number' && delay >= 0 && delay < 2 ** 31) return delay
  throw new Kind(`answerDelayMs must be a number from 0 to 2147483647, not ${String(delay)}`)
}
