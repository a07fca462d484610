import { valuesOf } from '../../shared/arguments.ts'
import { BatchedPort } from '../../shared/batched-port.ts'
import { tryRead } from '../../shared/errors/describe.ts'
import { fromEnvelope, isEnvelope } from '../../shared/errors/envelope.ts'
import { LAST_REPLIES_MS, UNCAUGHT_DETAILS_MS, watchLock } from '../../shared/liveness.ts'
import {
  type ConnectOptions,
  ControlKind,
  MAX_REPLY_FIELDS,
  REPLY_FIELDS,
  ReplyKind,
  readReplies,
} from '../../shared/protocol.ts'
import type { Attempt, CallSeq, Epoch } from '../kernel/boundary.ts'
import type { ReadableResults } from '../streams/readable-results.ts'
import {
  crashOf,
  exitedSilently,
  servesNoTask,
  setupFailed,
  thrownOutside,
  unreadableArgument,
  unreadableMessage,
  unreadableResult,
  unsendable,
  unusable,
} from './crash-errors.ts'
import { control } from './early-messages.ts'
import { Handshake } from './handshake.ts'
import { LostCalls } from './lost-calls.ts'
import { type Note, note, write } from './notes.ts'
import { type CallData, type OpenCall, OpenCalls, type OpenCallsEvents } from './open-calls.ts'
import type { PreparedData } from './prepared-data.ts'
import { warnIfSlow } from './slow-start.ts'

/** What a connection reports. Nothing is reported after `end`, except that the thread is gone. */
export type ConnectionEvents = OpenCallsEvents & {
  /** The worker serves calls. Reported once. */
  onReady(): void
  /** A handler asked for the worker to be replaced. */
  onRetire(): void
  /** A promise was rejected in the worker, and nobody handled it. */
  onUnhandled(): void
  /** The worker crashed. */
  onLost(cause: Error): void
  /** The thread of a worker that was ended is gone. */
  onGone(): void
  /** Runs `report`, which makes all reports that one message causes. */
  together(report: () => void): void
}

/** What a worker needs to know about itself. */
export type WorkerOptions = Omit<ConnectOptions, 'lockName'>

/**
 * One live worker: its channel and liveness, the calls that are open on it, and its end.
 *
 * After the handshake, calls and replies travel in batches beside Comlink's messages (docs/decisions/0002, 0030).
 */
export class Connection {
  readonly epoch: Epoch
  /** The ReadableStreams that its calls have returned, once there was one. */
  readables: ReadableResults | undefined
  readonly #worker: Worker
  readonly #lockName: string
  readonly #events: ConnectionEvents
  readonly #port: BatchedPort<OpenCall | Note>
  /** A Worker-like object (a test double) forwards messages to Comlink only, so its calls travel on a channel of their own. */
  readonly #channel: MessageChannel | undefined
  readonly #handshake: Handshake
  readonly #open: OpenCalls
  readonly #lost: LostCalls
  readonly #ended = new AbortController()
  readonly #isNotSlow: () => void
  #life: 'starting' | 'serving' | 'gone' = 'starting'
  /** The last unreadable message: who could not read it, and whether the platform calls that an error. */
  #unreadable = { byWorker: false, isError: false }

  /** @throws whatever a Worker-like object throws when it is listened or posted to. */
  constructor(worker: Worker, epoch: Epoch, options: WorkerOptions, events: ConnectionEvents) {
    this.#worker = worker
    this.epoch = epoch
    this.#lockName = `atelier-${crypto.randomUUID?.() ?? Math.random()}`
    this.#events = events
    this.#channel = isOfPlatform(worker) ? undefined : new MessageChannel()
    this.#open = new OpenCalls(events, call => this.#port.post(note(call)))
    this.#lost = new LostCalls(this.#open, {
      ask: () => this.#port.post(note(undefined)),
      onLost: ({ call, method }) =>
        this.#open.fail(
          call,
          this.#unreadable.byWorker ? unreadableArgument(method) : unreadableResult(method),
        ),
      onNoneLost: () => this.#unreadable.isError && this.#crash(unreadableMessage()),
    })
    this.#port = new BatchedPort<OpenCall | Note>(this.#channel?.port1 ?? worker, {
      write,
      receive: fields => {
        // A sparse array of a few bytes may be billions long: what no batched port posts is not looked at.
        if (fields.length > MAX_REPLY_FIELDS) return this.#crash(unreadableMessage())
        // A listener may do anything, so it is not called among reports that are made together.
        if (fields[1] === ReplyKind.progress) this.#open.progress(fields[0], fields[2])
        // Of items the kernel learns no more than that the first one has come.
        else if (fields.length === REPLY_FIELDS && fields[1] === ReplyKind.items) {
          this.#open.items(fields[0], fields[1], fields[2])
        } else events.together(() => readReplies(fields, this.#read))
      },
      refused: (item, error) => {
        if (item.method === undefined) return
        const { call, method, content, moves } = item
        this.#open.fail(call, unsendable(method, content ? valuesOf(content) : [], moves, error))
      },
      unreadable: this.#onUnreadable,
    })
    this.#handshake = new Handshake(worker, { ...options, lockName: this.#lockName }, this.#port, {
      onRefused: cause => this.#life === 'starting' && this.#fail(servesNoTask(cause)),
      onUnusable: cause => this.#crash(unusable(cause)),
    })
    this.#listen()
    if (this.#channel) this.#handshake.connectThrough(this.#channel.port2)
    else this.#handshake.begin()
    this.#isNotSlow = this.#channel ? () => {} : warnIfSlow(options.taskId)
  }

  /**
   * Sends a call. Arguments that move do so now; returns true if some did, so that they cannot be sent again.
   *
   * @param isTimed - whether the worker is to say how long the handler ran.
   * @throws what is wrong with the arguments, unless that shows only when they are posted: then it is reported.
   */
  send(call: CallSeq, attempt: Attempt, data: CallData, args: unknown[], isTimed: boolean): boolean {
    const open = this.#open.add(call, attempt, data, args, isTimed)
    this.#port.post(open)
    return open.consumed
  }

  /**
   * Gives the worker data to be set up with. Calls that were sent begin before that; later ones wait for it.
   *
   * @throws whatever the platform throws at what cannot be cloned or moved.
   */
  setData({ value, moves }: PreparedData): void {
    this.#port.flush()
    this.#port.target.postMessage(control({ kind: ControlKind.data, content: value }), moves)
  }

  /**
   * Cancels a call, if it is open here. Returns it if it had not been posted yet, so that its place is free at once; otherwise
   * the worker is told and its reply is awaited.
   */
  cancel(call: CallSeq): OpenCall | undefined {
    const open = this.#open.get(call)
    if (!open) return undefined
    if (this.#port.retract(open)) {
      this.#open.delete(open)
      return open
    }
    this.#open.abandon(open)
    this.#port.post(note(call))
    return undefined
  }

  /** Lets a stream send more items. */
  credit(call: CallSeq, items: number): void {
    this.#port.post(note(call, items))
  }

  /** The calls that were sent, or are about to be, and have no reply. */
  openCalls(): Iterable<OpenCall> {
    return this.#open.all()
  }

  /** Ends the worker and everything that listens to it. Returns true if the thread is known to have exited. */
  end(): boolean {
    this.#ended.abort()
    this.#isNotSlow()
    this.#open.clear()
    tryRead(() => this.#port.close())
    this.#channel?.port1.close()
    tryRead(() => this.#worker.terminate())
    // A Worker-like object has no thread of its own, so it counts as gone once terminated.
    return this.#life === 'gone' || !isOfPlatform(this.#worker)
  }

  #listen(): void {
    const { signal } = this.#ended
    this.#worker.addEventListener('error', this.#onError, { signal })
    if (!this.#channel) return
    this.#worker.addEventListener('messageerror', this.#onUnreadable, { signal })
    // A double holds no lock, so only this shows that it has ended.
    this.#channel.port1.addEventListener('close', () => this.#crash(exitedSilently()), { signal })
  }

  readonly #onError = (event: Event): void => {
    // Handled by the crash policy; without preventDefault() the browser would also report it as an uncaught page error.
    tryRead(() => event.preventDefault())
    const cause = crashOf(event)
    // The worker's own report has the error itself, and comes behind the replies that this event may have overtaken.
    if (this.#life === 'serving' && !this.#channel) this.#crashSoon(cause, UNCAUGHT_DETAILS_MS)
    else this.#fail(cause)
  }

  readonly #onUnreadable = (event: Event): void => {
    if (this.#ended.signal.aborted) return
    // What may have been a reported value is no reason to end the worker.
    const isError = event.type === 'messageerror' && !this.#open.hasListeners
    this.#unreadable = { byWorker: false, isError }
    this.#lost.find()
  }

  /** Whatever goes wrong with one reply, those behind it are read. */
  readonly #read = (call: unknown, kind: unknown, content: unknown): void => {
    // Ignore replies that arrive in the same message after the worker was shut down.
    if (this.#ended.signal.aborted) return
    try {
      if (call === undefined) this.#notice(kind, content)
      else if (kind === ReplyKind.items || kind === ReplyKind.claimedItem)
        this.#open.items(call, kind, content)
      else if (kind === ReplyKind.has) this.#lost.onNamed(call, content)
      else if (kind === ReplyKind.ran) this.#open.ran(call, content)
      else this.#open.settle(call, kind, content)
    } catch (error) {
      queueMicrotask(() => {
        throw error
      })
    }
  }

  /** A reply about no call. Untrusted: what makes no sense is ignored. */
  #notice(kind: unknown, content: unknown): void {
    switch (kind) {
      case ReplyKind.hello:
        this.#handshake.connect()
        break
      case ReplyKind.ready:
        this.#ready(content === true)
        break
      case ReplyKind.memory:
        this.#open.share(content)
        break
      case ReplyKind.thrown:
        if (isEnvelope(content)) this.#crash(thrownOutside(fromEnvelope(content)))
        break
      case ReplyKind.retire:
        this.#events.onRetire()
        break
      case ReplyKind.setupFailed:
        if (isEnvelope(content)) this.#crash(setupFailed(fromEnvelope(content)))
        break
      case ReplyKind.unhandled:
        this.#events.onUnhandled()
        break
      case ReplyKind.unreadable:
        this.#unreadable = { byWorker: true, isError: false }
        this.#lost.find()
        break
      case ReplyKind.hasNoOther:
        this.#lost.onAnswered()
    }
  }

  #ready(locked: boolean): void {
    if (this.#life !== 'starting') return
    this.#life = 'serving'
    this.#isNotSlow()
    this.#events.onReady()
    if (locked) watchLock(this.#lockName, this.#onExit)
  }

  readonly #onExit = (): void => {
    this.#life = 'gone'
    if (this.#ended.signal.aborted) this.#events.onGone()
    else this.#crashSoon(exitedSilently(), LAST_REPLIES_MS)
  }

  /** Of a script that failed before it served, nothing runs on. */
  #fail(cause: Error): void {
    if (this.#life === 'starting') this.#life = 'gone'
    this.#crash(cause)
  }

  #crash(cause: Error): void {
    if (!this.#ended.signal.aborted) this.#events.onLost(cause)
  }

  /** For a cause that may have overtaken messages of the worker. */
  #crashSoon(cause: Error, afterMs: number): void {
    setTimeout(() => this.#crash(cause), afterMs)
  }
}

function isOfPlatform(worker: Worker): boolean {
  return typeof Worker !== 'undefined' && worker instanceof Worker
}
