import { expose } from 'comlink'
import type { TaskHandlerMap, TaskWorkerOptions } from '../api/strip-context.ts'
import type { TaskWorker } from '../shared/protocol.ts'
import { harnessOf, taskWorkerOf } from '../worker/create-task-worker.ts'
import { type Items, isItems } from '../worker/streams/items.ts'
import { heldItems } from './held-items.ts'
import { noteActivity } from './settle.ts'

export type TestWorkerOptions = TaskWorkerOptions & {
  /** Delay of each reply, of a stream that of its end, in milliseconds of `setTimeout`, from 0 to 2^31 − 1. Default: 0, no delay. */
  answerDelayMs?: number | undefined
  /** `false`: the worker behaves as if its script never reached `expose`, so its calls get no reply. Default: true. */
  starts?: boolean | undefined
}

/**
 * A Worker whose handlers run in this thread, behind a real MessageChannel and the real Comlink, so that arguments and results
 * are cloned and moved as with a real Worker. Each way in which a Worker can fail is a method.
 *
 * It has no thread of its own: a handler that blocks also blocks the test, and handlers run on after the worker was terminated.
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
  #hold: { release: () => void; released: Promise<void> } | undefined

  /**
   * @param handlers - what the worker's script would pass to `createTaskWorker`.
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
    const api = taskWorkerOf(harnessOf(this.#withHeldReplies(handlers), options))
    const connect: TaskWorker['__connect'] = (port, options) => {
      this.#channel = port
      return api.__connect(port, options)
    }
    if (starts) expose({ ...api, __connect: connect }, port2)
    noteActivity()
  }

  /** True once `terminate()` was called. The runtime terminates every worker that it no longer needs, including crashed ones. */
  get terminated(): boolean {
    return this.#terminated
  }

  /** As on a Worker. */
  postMessage(message: unknown, options?: Transferable[] | StructuredSerializeOptions): void {
    this.#page.postMessage(message, Array.isArray(options) ? options : (options?.transfer ?? []))
  }

  /** As on a Worker, except that running handlers go on; their replies are discarded. */
  terminate(): void {
    this.#terminated = true
    this.#page.close()
    this.close()
  }

  /** Ends the worker as `self.close()` does, which fires no event. Messages that were already posted still arrive. */
  close(): void {
    this.#channel?.close()
    this.#inside.close()
    noteActivity()
  }

  /** Fires the event of an uncaught error. */
  crash(message = 'Uncaught Error'): void {
    this.#fail({ message, filename: 'test-worker', lineno: 1 })
  }

  /** Fires the event of a script that cannot be loaded or compiled, which has no message. */
  failToLoad(): void {
    this.#fail({})
  }

  /** Fires the event of a message that cannot be deserialized in the page. */
  failMessage(): void {
    this.dispatchEvent(new Event('messageerror'))
    noteActivity()
  }

  /** Holds the reply of every handler that ends from now on. The items of a stream go on coming. */
  holdAnswers(): void {
    if (this.#hold) return
    let release = () => {}
    const released = new Promise<void>(resolve => {
      release = resolve
    })
    this.#hold = { release, released }
  }

  /** Sends the held replies in the order in which their handlers ended, and stops holding replies. */
  releaseAnswers(): void {
    this.#hold?.release()
    this.#hold = undefined
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
  #withHeldReplies(handlers: object): TaskHandlerMap {
    const release = () => this.#untilReleased()
    const entries = Object.entries(handlers ?? {}).filter(([, value]) => typeof value === 'function')
    return Object.fromEntries(
      entries.map(([name, handler]) => [
        name,
        asLongAs(handler, (...args: unknown[]) => {
          noteActivity()
          const ended = new Promise(resolve => resolve(handler.apply(handlers, args)))
          let isStream = false
          return ended
            .then(result => {
              isStream = isItems(result)
              return isStream ? heldItems(result as Items, release) : result
            })
            .finally(() => (isStream ? undefined : release()))
        }),
      ]),
    )
  }

  async #untilReleased(): Promise<void> {
    await this.#hold?.released
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
