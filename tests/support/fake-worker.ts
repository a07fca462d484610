import { expose } from 'comlink'
import { createTaskWorker, type TaskHandlerMap } from '../../ts/worker.ts'

/**
 * A Worker that runs its handlers in this thread, behind a real MessageChannel and a real Comlink, with the ways in
 * which a Worker can fail made available to tests.
 */
export class FakeWorker extends EventTarget implements Worker {
  onmessage: Worker['onmessage'] = null
  onmessageerror: Worker['onmessageerror'] = null
  onerror: Worker['onerror'] = null
  terminated = false
  /** What the page posted, as it arrived. */
  readonly received: unknown[] = []
  readonly #page: MessagePort
  readonly #inside: MessagePort

  constructor(handlers: TaskHandlerMap) {
    super()
    const { port1, port2 } = new MessageChannel()
    this.#page = port1
    this.#inside = port2
    port1.addEventListener('message', event => {
      if (!this.terminated) this.dispatchEvent(new MessageEvent('message', { data: event.data }))
    })
    port2.addEventListener('message', event => this.received.push(event.data))
    port1.start()
    expose(createTaskWorker(handlers), port2)
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

  /** A message that cannot be deserialised. */
  failMessage(): void {
    this.dispatchEvent(new Event('messageerror'))
  }
}

/** A factory for tasks that remembers the workers it made. */
export function fakeWorkers(handlers: TaskHandlerMap): { worker: () => Worker; made: FakeWorker[] } {
  const made: FakeWorker[] = []
  return {
    made,
    worker: () => {
      const worker = new FakeWorker(handlers)
      made.push(worker)
      return worker
    },
  }
}
