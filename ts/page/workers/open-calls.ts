import type { ProgressListener, TaskDispatchOptions } from '../../api/task.ts'
import { type Prepared, toWire, type WireArguments } from '../../shared/arguments.ts'
import type { QueuedItem } from '../../shared/batched-port.ts'
import { fromEnvelope, isEnvelope } from '../../shared/errors/envelope.ts'
import { reportUncaught } from '../../shared/errors/report-uncaught.ts'
import { ReplyKind, RunFlag, WORD_SHIFT } from '../../shared/protocol.ts'
import { copyIfSmall } from '../../shared/small.ts'
import { traceparentOf } from '../../shared/traceparent.ts'
import { deserialize } from '../../shared/transfer-handlers.ts'
import { refuseImmovable } from '../../shared/transferables.ts'
import { CANCELED, isIsolated, Words } from '../../shared/words.ts'
import type { Attempt, CallSeq } from '../kernel/boundary.ts'
import type { CallStream } from '../streams/call-stream.ts'
import { discard } from './discard.ts'

/** A call on its worker, or on its way there. */
export type OpenCall = QueuedItem & {
  readonly call: CallSeq
  readonly attempt: Attempt
  readonly method: string
  readonly key: string | undefined
  /** The sum of what it asks for: see {@link RunFlag}. */
  readonly flags: number
  /** Its arguments. */
  content: WireArguments | undefined
  /** Whether they moved, so that they cannot be sent again. */
  readonly consumed: boolean
  /** Whether its caller has been told already, so that nobody gets its result. */
  isAbandoned: boolean
  /** How long its handler ran, in milliseconds on the worker's clock, once the worker has said so. */
  runMs: number | undefined
  /** Its word in the worker's memory, from 1 on; 0 if it has none. */
  readonly word: number
  readonly onProgress: ProgressListener | undefined
  /** The W3C trace context of its trace, if that is sampled. */
  readonly traceparent: string | undefined
  /** Of a call whose results come one after the other. Other calls do not have the field. */
  stream?: CallStream
}

/** What a caller has asked for. */
export type CallData = {
  readonly method: string
  readonly key: string | undefined
  readonly options: Pick<TaskDispatchOptions, 'transfer' | 'transferResult' | 'onProgress' | 'trace'>
  readonly stream?: CallStream
}

export type OpenCallsEvents = {
  /** A call ended with its handler's result. */
  onResult(call: OpenCall, value: unknown): void
  /** A call ended with an error: its handler's, or because it or its result could not be sent. */
  onError(call: OpenCall, error: unknown): void
  /** A reply that matches no open call. */
  onIgnored(): void
}

/** The calls that were sent to one worker, or are about to be, and have no reply. */
export class OpenCalls {
  readonly #calls = new Map<unknown, OpenCall>()
  readonly #events: OpenCallsEvents
  readonly #cancel: (call: CallSeq) => void
  readonly #words = isIsolated() ? new Words() : undefined

  /** @param cancel - sends the worker a cancellation. */
  constructor(events: OpenCallsEvents, cancel: (call: CallSeq) => void) {
    this.#events = events
    this.#cancel = cancel
  }

  /**
   * Adds a call, as it is to be posted.
   *
   * @throws what is wrong with the arguments, as far as it shows before they are posted.
   */
  add(
    call: CallSeq,
    attempt: Attempt,
    { method, key, options, stream }: CallData,
    args: unknown[],
    isTimed: boolean,
  ): OpenCall {
    const { transfer, onProgress, trace } = options
    if (transfer) refuseImmovable(transfer)
    const prepared = toWire(args, transfer)
    const copy = this.#calls.size > 0 ? shareable(prepared) : undefined
    const traceparent = trace?.sampled ? traceparentOf(trace.id) : undefined
    const word = this.#words?.take() ?? 0
    const open: OpenCall = {
      call,
      attempt,
      method,
      key,
      flags:
        flagsOf(options, isTimed) |
        (stream ? RunFlag.streams : 0) |
        (traceparent ? RunFlag.traced : 0) |
        (word << WORD_SHIFT),
      consumed: prepared.consumed,
      isAbandoned: false,
      runMs: undefined,
      word,
      onProgress,
      traceparent,
      content: copy ?? prepared.wire,
      state: 'queued',
      alone: !prepared.primitive && !copy,
      moves: prepared.transfer,
    }
    if (stream) open.stream = stream
    this.#calls.set(call, open)
    return open
  }

  get(call: unknown): OpenCall | undefined {
    return this.#calls.get(call)
  }

  delete(open: OpenCall): void {
    this.#calls.delete(open.call)
    this.#words?.release(open.word)
  }

  /** A call is canceled: its handler can see that at once, where memory is shared. */
  abandon(open: OpenCall): void {
    open.isAbandoned = true
    this.#words?.store(open.word, CANCELED)
  }

  /** Takes the worker's memory. Calls may have been canceled before. Untrusted. */
  share(memory: unknown): void {
    if (!this.#words?.share(memory)) return
    for (const open of this.#calls.values()) if (open.isAbandoned) this.abandon(open)
  }

  clear(): void {
    this.#calls.clear()
  }

  all(): Iterable<OpenCall> {
    return this.#calls.values()
  }

  /** Those that the worker has been sent. */
  posted(): OpenCall[] {
    return [...this.#calls.values()].filter(({ state }) => state === 'posted')
  }

  /** Notes how long a call's handler ran. Untrusted: anything but a time is ignored. */
  ran(call: unknown, ms: unknown): void {
    const open = this.#calls.get(call)
    if (open && typeof ms === 'number' && ms >= 0 && ms < Number.POSITIVE_INFINITY) open.runMs = ms
  }

  /** Passes on what a call reports, as long as its caller has no outcome. Untrusted. */
  progress(call: unknown, value: unknown): void {
    const open = this.#calls.get(call)
    if (open?.onProgress && !open.isAbandoned) notify(open.onProgress, value)
    else discard(value)
  }

  /** Whether somebody listens to what one of the calls reports. */
  get hasListeners(): boolean {
    return [...this.#calls.values()].some(({ onProgress }) => onProgress)
  }

  /** Ends a call with the worker's reply. Untrusted: one that matches no open call is only counted. */
  settle(call: unknown, kind: unknown, content: unknown): void {
    const open = this.#calls.get(call)
    if (!open || open.isAbandoned) discard(content)
    if (!open) {
      this.#events.onIgnored()
      return
    }
    this.delete(open)
    if (kind === ReplyKind.ok) this.#events.onResult(open, content)
    else if (typeof kind === 'string') this.#deserialize(open, kind, content)
    else this.#events.onError(open, isEnvelope(content) ? fromEnvelope(content) : content)
  }

  /** Passes on the next items of a stream. Untrusted: what no stream may send is only counted. */
  items(call: unknown, kind: unknown, content: unknown): void {
    const open = this.#calls.get(call)
    if (!open?.stream || !Array.isArray(content)) {
      discard(content)
      this.#events.onIgnored()
      return
    }
    if (open.isAbandoned) {
      discard(content)
      return
    }
    let items = content
    try {
      if (kind === ReplyKind.claimedItem) {
        items = [deserialize(content[0], content[1], `An item of "${open.method}"`)]
      }
    } catch (error) {
      this.fail(open.call, error)
      return
    }
    if (!open.stream.arrived(items)) this.#events.onIgnored()
  }

  /** Ends a call that could not be sent, or whose result could not be received. */
  fail(call: CallSeq, error: unknown): void {
    const open = this.#calls.get(call)
    if (!open) return
    this.delete(open)
    if (open.stream) this.#cancel(call)
    this.#events.onError(open, error)
  }

  /** A result that a Comlink transfer handler has to deserialize. */
  #deserialize(open: OpenCall, handler: string, content: unknown): void {
    let value: unknown
    try {
      if (!open.isAbandoned) value = deserialize(handler, content, `The result of "${open.method}"`)
    } catch (error) {
      this.#events.onError(open, error)
      return
    }
    this.#events.onResult(open, value)
  }
}

/** See {@link RunFlag}. */
function flagsOf({ transferResult, onProgress }: CallData['options'], isTimed: boolean): number {
  return (
    (transferResult === false ? RunFlag.keepResult : 0) |
    (isTimed ? RunFlag.timed : 0) |
    (onProgress ? RunFlag.reports : 0)
  )
}

/** Calls a listener. What it throws is the application's, and reported as uncaught. */
function notify(listener: ProgressListener, value: unknown): void {
  try {
    listener(value)
  } catch (error) {
    reportUncaught(error)
  }
}

/** While other calls are open, small arguments are copied, so that calls share messages and nothing else. */
function shareable({ wire, transfer, primitive }: Prepared): unknown[] | undefined {
  return primitive || transfer.length > 0 || !Array.isArray(wire) ? undefined : copyIfSmall(wire)
}
