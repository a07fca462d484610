import { transfer as moving, wrap } from 'comlink'
import type { Target } from '../../shared/batched-port.ts'
import { type ConnectOptions, ControlKind, type TaskWorker } from '../../shared/protocol.ts'
import { control, EarlyMessages } from './early-messages.ts'

type HandshakeEvents = {
  /** What the worker exposes through Comlink is no task, or it exposes nothing that answers. */
  onRefused(cause: unknown): void
  /** The worker cannot be posted to. */
  onUnusable(cause: unknown): void
}

/**
 * How a page gets to know a worker: a worker says hello when it listens, and is connected then. What is posted before waits in a port
 * that moves to it.
 */
export class Handshake {
  readonly #worker: Worker
  readonly #options: ConnectOptions
  readonly #port: { target: Target }
  readonly #events: HandshakeEvents
  readonly #early = new EarlyMessages()
  #isConnected = false

  /** @param port - posts to `target`, which is the worker once that is connected. */
  constructor(worker: Worker, options: ConnectOptions, port: { target: Target }, events: HandshakeEvents) {
    this.#worker = worker
    this.#options = options
    this.#port = port
    this.#events = events
  }

  /** @throws whatever the worker throws when it is posted to. */
  begin(): void {
    this.#port.target = this.#early
    this.#introduce(undefined)
    // A worker that was created before this has said hello to nobody.
    this.#worker.postMessage(control({ kind: ControlKind.greet }))
  }

  /** Connects a Worker-like object, which forwards messages to Comlink only, through the other end of a channel. */
  connectThrough(port: MessagePort): void {
    this.#isConnected = true
    this.#introduce(moving(port, [port]))
  }

  /** The worker listens: connects it, once. */
  connect(): void {
    if (this.#isConnected) return
    this.#isConnected = true
    try {
      this.#introduce(undefined)
      const early = this.#early.end()
      const { taskId, lockName, workerIndex } = this.#options
      const message = control({ kind: ControlKind.connect, taskId, lockName, content: workerIndex })
      this.#worker.postMessage(message, early ? [early] : [])
      this.#port.target = this.#worker
    } catch (cause) {
      this.#events.onUnusable(cause)
    }
  }

  /** Reaches what the worker exposes through Comlink, and finds out whether that is a task. */
  #introduce(port: MessagePort | undefined): void {
    wrap<TaskWorker>(this.#worker)
      .__connect(port, this.#options)
      .catch(cause => this.#events.onRefused(cause))
  }
}
