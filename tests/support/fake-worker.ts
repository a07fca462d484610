import { expose } from 'comlink'
import { createTaskWorker, type TaskHandlerMap, type TaskWorker } from '../../ts/worker.ts'

/**
 * A Worker that runs its handlers in this thread, behind a real MessageChannel and a real Comlink, with the ways in
 * which a Worker can fail made available to tests.
 */
export class FakeWorker extends EventTarget implements Worker {
  onmessage: Worker['onmessage'] = null
  onmessageerror: Worker['onmessageerror'] = null
  onerror: Worker['onerror'] = null
  terminated = false
  readonly #page: MessagePort
  readonly #inside: MessagePort
  #lane: MessagePort | undefined

  constructor(handlers: TaskHandlerMap) {
    super()
    const { port1, port2 } = new MessageChannel()
    this.#page = port1
    this.#inside = port2
    port1.addEventListener('message', event => {
      if (!this.terminated) this.dispatchEvent(new MessageEvent('message', { data: event.data }))
    })
    port1.start()
    const api = createTaskWorker(handlers)
    const connect: TaskWorker['__connect'] = (port, connection) => {
      this.#lane = port
      return api.__connect(port, connection)
    }
    expose({ ...api, __connect: connect }, port2)
  }

  postMessage(message: unknown, options?: Transferable[] | StructuredSerializeOptions): void {
    if (this.terminated) return
    this.#page.postMessage(message, Array.isArray(options) ? options : (options?.transfer ?? []))
  }

  terminate(): void {
    this.terminated = true
    this.#page.close()
    this.#inside.close()
  }

  /** An uncaught error of the script, or, without a message, a script that cannot be loaded. */
  crash(message?: string): void {
    const event = new Event('error', { cancelable: true })
    if (message !== undefined) Object.assign(event, { message, filename: 'fake.worker.ts', lineno: 1 })
    this.dispatchEvent(event)
  }

  /** Says something to the page where answers are expected, once it is connected, whatever it may be. */
  say(message: unknown): void {
    this.#lane?.postMessage(message)
  }

  /** A message that cannot be deserialised. */
  failMessage(): void {
    this.dispatchEvent(new Event('messageerror'))
  }
}
