import { transfer, wrap } from 'comlink'
import { fromWire, toWire, type WireArguments } from '../../shared/arguments.ts'
import { BatchedPort, type QueuedItem } from '../../shared/batched-port.ts'
import { fromEnvelope, isEnvelope } from '../../shared/errors/envelope.ts'
import { LAST_REPLIES_MS, watchLock } from '../../shared/liveness.ts'
import { ReplyKind, readReplies, writeCancel, writeRun } from '../../shared/protocol.ts'
import { refuseImmovable } from '../../shared/transferables.ts'
import type { TaskWorker } from '../../worker/create-task-worker.ts'
import {
  crashOf,
  exitedSilently,
  servesNoTask,
  thrownOutside,
  unreadableReply,
  unreadableRequest,
  unsendable,
} from './crash-errors.ts'

/** A call as it is sent to a worker. */
export type OutgoingCall = {
  readonly call: number
  readonly attempt: number
  readonly method: string
  readonly args: unknown[]
  readonly key: string | undefined
  /** What moves. Undefined: everything that can. */
  readonly transfer: readonly Transferable[] | undefined
  /** Whether what can move in the result stays in the worker. */
  readonly keepResult: boolean
}

/** A call on its worker, or on its way there with its arguments. */
export type OpenCall = QueuedItem & Pick<OutgoingCall, 'call' | 'attempt' | 'method' | 'key' | 'keepResult'>

type Cancellation = QueuedItem & { readonly call: number; readonly method: undefined }

/** What a connection reports. Nothing is reported after `end`, except that the thread is gone. */
export type ConnectionEvents = {
  /** The worker serves calls. Reported once. */
  onReady(): void
  /** A call ended with its handler's result. */
  onResult(call: OpenCall, value: unknown): void
  /** A call ended with an error: its handler's, or because it could not be sent. */
  onError(call: OpenCall, error: unknown): void
  /** A reply that matches no open call. */
  onIgnored(): void
  /** The worker crashed. */
  onLost(cause: Error): void
  /** The thread of a worker that was ended is gone. */
  onGone(): void
  /** Runs `report`, which makes all reports that one message causes. */
  together(report: () => void): void
}

/**
 * One live worker: its channel, handshake and liveness, the calls that are open on it, and its end.
 *
 * The handshake goes through Comlink; after that, calls and replies use their own batched messages (docs/decisions/0002).
 */
export class Connection {
  readonly epoch: number
  readonly #worker: Worker
  readonly #events: ConnectionEvents
  readonly #channel: Channel
  readonly #port: BatchedPort<OpenCall | Cancellation>
  /** Calls that were sent, or are about to be, and have no reply. */
  readonly #open = new Map<unknown, OpenCall>()
  readonly #lockName = `atelier-${crypto.randomUUID?.() ?? Math.random()}`
  readonly #ended = new AbortController()
  #life: 'starting' | 'serving' | 'gone' = 'starting'

  constructor(worker: Worker, taskId: string, epoch: number, events: ConnectionEvents) {
    this.#worker = worker
    this.epoch = epoch
    this.#events = events
    this.#channel = channelTo(worker)
    this.#port = new BatchedPort(this.#channel.near, {
      write,
      receive: fields => events.together(() => readReplies(fields, this.#read)),
      refused: ({ call }, error) => this.#refuse(call, error),
    })
    this.#listen()
    wrap<TaskWorker>(worker)
      .__connect(this.#channel.far, { taskId, lockName: this.#lockName })
      .catch(cause => this.#fail(servesNoTask(cause)))
  }

  /**
   * Sends a call. Arguments that move do so now; returns true if some did, so that they cannot be sent again. Throws what is
   * wrong with the arguments, unless that shows only later: then it is reported.
   */
  send({ call, attempt, method, args, key, transfer, keepResult }: OutgoingCall): boolean {
    if (transfer) refuseImmovable(transfer)
    const { wire, transfer: moves, consumed } = toWire(args, transfer)
    const open: OpenCall = { call, attempt, method, key, keepResult, content: wire, state: 'queued' }
    this.#open.set(call, open)
    this.#port.post(open, moves)
    return consumed
  }

  /**
   * Cancels a call, if it is open here. Returns it if it had not been posted yet, so that its place is free at once; otherwise
   * the worker is told and its reply is awaited.
   */
  cancel(call: number): OpenCall | undefined {
    const open = this.#open.get(call)
    if (!open) return undefined
    if (this.#port.retract(open)) {
      this.#open.delete(call)
      return open
    }
    this.#port.post({ call, method: undefined, content: undefined, state: 'queued' })
    return undefined
  }

  /** Ends the worker and everything that listens to it. Returns true if the thread is known to have exited. */
  end(): boolean {
    this.#ended.abort()
    this.#open.clear()
    this.#port.close()
    this.#channel.close()
    this.#worker.terminate()
    // A Worker-like object (a test double) has no thread of its own, so it counts as gone once terminated.
    return this.#life === 'gone' || !isOfPlatform(this.#worker)
  }

  #listen(): void {
    const signal = this.#ended.signal
    const { near } = this.#channel
    const onMessageError = () => this.#events.onLost(unreadableReply())
    const onError = (event: Event) => {
      // Handled by the crash policy; without preventDefault() the browser would also report it as an uncaught page error.
      event.preventDefault()
      this.#fail(crashOf(event))
    }
    this.#worker.addEventListener('error', onError, { signal })
    this.#worker.addEventListener('messageerror', onMessageError, { signal })
    if (near === this.#worker) return
    near.addEventListener('messageerror', onMessageError, { signal })
    // A double holds no lock, so only this shows that it has ended.
    near.addEventListener('close', () => this.#events.onLost(exitedSilently()), { signal })
  }

  readonly #read = (call: unknown, kind: unknown, content: unknown): void => {
    // Ignore replies that arrive in the same message after the worker was shut down.
    if (this.#ended.signal.aborted) return
    if (call !== undefined) this.#settle(call, kind, content)
    else if (kind === ReplyKind.ready) this.#ready(content === true)
    else if (kind === ReplyKind.unreadable) this.#events.onLost(unreadableRequest())
    else if (kind === ReplyKind.thrown && isEnvelope(content)) {
      this.#events.onLost(thrownOutside(fromEnvelope(content)))
    }
  }

  /** Replies that match no open call are only counted. */
  #settle(call: unknown, kind: unknown, content: unknown): void {
    const open = this.#open.get(call)
    if (!open) {
      this.#events.onIgnored()
      return
    }
    this.#open.delete(call)
    if (kind === ReplyKind.ok) this.#events.onResult(open, content)
    else if (typeof kind === 'string') this.#deserialize(open, kind, content)
    else this.#events.onError(open, isEnvelope(content) ? fromEnvelope(content) : content)
  }

  /** A result that a Comlink transfer handler has to deserialize. */
  #deserialize(open: OpenCall, handler: string, content: unknown): void {
    let value: unknown
    try {
      value = fromWire({ values: [content], handlers: [handler] })[0]
    } catch (error) {
      this.#events.onError(open, error)
      return
    }
    this.#events.onResult(open, value)
  }

  #refuse(call: number, error: unknown): void {
    const open = this.#open.get(call)
    if (!open) return
    this.#open.delete(call)
    this.#events.onError(open, unsendable(open.method, error))
  }

  #ready(locked: boolean): void {
    if (this.#life !== 'starting') return
    this.#life = 'serving'
    this.#events.onReady()
    if (locked) watchLock(this.#lockName, this.#exited)
  }

  readonly #exited = (): void => {
    this.#life = 'gone'
    if (this.#ended.signal.aborted) this.#events.onGone()
    else
      setTimeout(() => this.#ended.signal.aborted || this.#events.onLost(exitedSilently()), LAST_REPLIES_MS)
  }

  /** Of a script that failed before it served, nothing runs on. */
  #fail(cause: Error): void {
    if (this.#life === 'starting') this.#life = 'gone'
    this.#events.onLost(cause)
  }
}

type Channel = {
  near: Worker | MessagePort
  far: MessagePort | undefined
  close: () => void
}

/**
 * What calls travel on. In Chromium a Worker's own channel is twice as fast as a MessagePort, which goes through the browser
 * process. A Worker-like object (a test double) forwards messages to Comlink only, so it gets a MessagePort.
 */
function channelTo(worker: Worker): Channel {
  if (isOfPlatform(worker)) return { near: worker, far: undefined, close: () => {} }
  const { port1, port2 } = new MessageChannel()
  return { near: port1, far: transfer(port2, [port2]), close: () => port1.close() }
}

function isOfPlatform(worker: Worker): boolean {
  return typeof Worker !== 'undefined' && worker instanceof Worker
}

function write(item: OpenCall | Cancellation, fields: unknown[]): void {
  const { call, method } = item
  if (method === undefined) writeCancel(fields, call)
  else writeRun(fields, call, method, item.content as WireArguments, item.key, item.keepResult)
}
