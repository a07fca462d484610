import { transfer, wrap } from 'comlink'
import { fromWire, toWire, type WireArguments } from '../../shared/arguments.ts'
import { Lane } from '../../shared/batched-port.ts'
import { isAbortError } from '../../shared/errors/classes.ts'
import { describe } from '../../shared/errors/describe.ts'
import { fromEnvelope, isEnvelope } from '../../shared/errors/envelope.ts'
import { LAST_ANSWERS_MS, watchLock } from '../../shared/liveness.ts'
import { readReplies, Said, type TaskWorker, writeCancel, writeRun } from '../../shared/protocol.ts'
import { refuseImmovable } from '../../shared/transferables.ts'
import {
  type Attempt,
  type CallSeq,
  type Epoch,
  Outcome,
  type Slot,
  type TaskId,
} from '../kernel/boundary.ts'
import type { Host } from '../kernel/host.ts'
import type { TaskEntry, TaskRegistry } from '../tasks/registry.ts'
import type { ConnectedWorker, OpenCall, Request } from './connected-worker.ts'
import {
  crashOf,
  factoryThrew,
  goneSilently,
  neverReady,
  servesNoTask,
  thrownOutside,
  unreadHere,
  unreadThere,
} from './crash-errors.ts'

/**
 * Creates workers, talks to them, and tells the kernel what becomes of them.
 *
 * Comlink makes the acquaintance. Calls and answers then travel beside it, many to a message (docs/decisions/0002).
 */
export class WorkerHost {
  readonly #host: Host
  readonly #calls: TaskRegistry

  constructor(host: Host, calls: TaskRegistry) {
    this.#host = host
    this.#calls = calls
  }

  /** Performs Spawn. A factory that throws or gives no worker is told to the kernel as a crash. */
  spawn(task: TaskId, slot: Slot, epoch: Epoch): void {
    const entry = this.#calls.entry(task)
    try {
      entry.workers[slot] = this.#seat(entry, asWorker(entry.createWorker()), slot, epoch)
    } catch (cause) {
      this.#lose(entry, slot, epoch, factoryThrew(cause))
    }
  }

  /** Performs GiveUp: the crash that follows is told with these words. */
  giveUp(task: TaskId, slot: Slot, afterMs: number): void {
    this.#calls.entry(task).crashes[slot] = neverReady(afterMs)
  }

  /**
   * Performs Terminate. Nothing is sent to a worker that is being ended. The kernel is told when its thread is gone, or at once
   * where there is none; where that cannot be known, the kernel has a deadline for it.
   */
  terminate(task: TaskId, slot: Slot, epoch: Epoch): void {
    const { workers } = this.#calls.entry(task)
    const seated = workers[slot]
    if (seated?.epoch === epoch) {
      workers[slot] = undefined
      if (!seated.end()) return
    }
    this.#bury(task, slot, epoch)
  }

  /** Performs Dispatch. Arguments that move do so now. A call that cannot be sent fails alone; its worker stays. */
  dispatch(task: TaskId, call: CallSeq, attempt: Attempt, slot: Slot, epoch: Epoch): void {
    const { calls, workers } = this.#calls.entry(task)
    const record = calls.get(call)
    const seated = workers[slot]
    // The worker may have been lost since; the kernel knows, and its verdict on the call is on its way.
    if (!record?.args || seated?.epoch !== epoch) return
    try {
      const { transfer } = record.options
      if (transfer) refuseImmovable(transfer)
      const { wire, transfer: moves, consumed } = toWire(record.args, transfer)
      const open: OpenCall = { call, content: wire, state: 'queued', record, attempt }
      seated.open.set(call, open)
      seated.lane.post(open, moves)
      if (consumed) {
        record.args = undefined
        this.#host.report(() => this.#host.port.payloadMoved(task, call, attempt, slot))
      }
    } catch (error) {
      record.value = error
      this.#host.report(() => this.#host.port.settle(task, call, attempt, Outcome.Failed, undefined))
    }
  }

  /** Performs Interrupt. A call that has not left is taken back, and its place is free at once. */
  interrupt(task: TaskId, call: CallSeq, slot: Slot, epoch: Epoch): void {
    const seated = this.#calls.entry(task).workers[slot]
    if (seated?.epoch !== epoch) return
    const open = seated.open.get(call)
    if (!open) return
    if (seated.lane.retract(open)) {
      seated.open.delete(call)
      this.#host.report(() => this.#host.port.settle(task, call, open.attempt, Outcome.Aborted, undefined))
    } else {
      open.record = undefined
      seated.lane.post({ call, content: undefined, state: 'queued' })
    }
  }

  /** Ends every worker of a task without telling the kernel, which has failed. */
  endAll(entry: TaskEntry): void {
    for (const seated of entry.workers.splice(0)) seated?.end()
  }

  #seat(entry: TaskEntry, worker: Worker, slot: Slot, epoch: Epoch): ConnectedWorker {
    const channel = channelTo(worker)
    const open = new Map<unknown, OpenCall>()
    const ended = new AbortController()
    let life: 'starting' | 'serving' | 'gone' = 'starting'
    const lose = (cause: Error) => this.#lose(entry, slot, epoch, cause)
    const fail = (cause: Error) => {
      // Of a script that failed before it served, nothing runs on.
      if (life === 'starting') life = 'gone'
      lose(cause)
    }
    const hear = (call: unknown, said: unknown, content: unknown) => {
      // What follows in the same message as the end of the worker is too late.
      if (ended.signal.aborted) return
      if (call !== undefined) this.#answer(entry.id, open, call, said, content)
      else if (said === Said.ready) ready(content === true)
      else if (said === Said.unreadable) lose(unreadThere())
      else if (said === Said.thrown && isEnvelope(content)) lose(thrownOutside(fromEnvelope(content)))
    }
    const lane = new Lane<Request>(channel.near, {
      write,
      receive: words => this.#host.report(() => this.#host.batch(() => readReplies(words, hear))),
      refused: ({ call }, error) => this.#refuse(entry.id, open, call, error),
    })
    listen(worker, channel.near, ended.signal, { fail, lose })
    const lockName = `atelier-${crypto.randomUUID?.() ?? Math.random()}`
    const ready = (locked: boolean) => {
      if (life !== 'starting') return
      life = 'serving'
      this.#host.report(() => this.#host.port.workerReady(entry.id, slot, epoch))
      if (locked) watchLock(lockName, gone)
    }
    const gone = () => {
      life = 'gone'
      if (ended.signal.aborted) this.#bury(entry.id, slot, epoch)
      else setTimeout(died, LAST_ANSWERS_MS)
    }
    const died = () => ended.signal.aborted || lose(goneSilently())
    wrap<TaskWorker>(worker)
      .__connect(channel.far, { taskId: entry.taskId, lockName })
      .catch(cause => fail(servesNoTask(cause)))
    return {
      epoch,
      lane,
      open,
      end: () => {
        ended.abort()
        open.clear()
        lane.close()
        channel.close()
        worker.terminate()
        // What merely looks like a Worker has ended when it says so.
        return life === 'gone' || !isOfPlatform(worker)
      },
    }
  }

  /** Settles the call that a reply names, if that call is on this worker. Any other answer is merely counted. */
  #answer(task: TaskId, open: Map<unknown, OpenCall>, call: unknown, said: unknown, content: unknown): void {
    const found = open.get(call)
    if (!found) {
      this.#host.report(() => this.#host.port.replyIgnored(task))
      return
    }
    open.delete(call)
    const { record, attempt } = found
    const { outcome, value } = read(said, content)
    if (record) record.value = value
    this.#host.report(() => this.#host.port.settle(task, call as CallSeq, attempt, outcome, undefined))
  }

  /** Fails the call whose arguments cannot be posted. */
  #refuse(task: TaskId, open: Map<unknown, OpenCall>, call: CallSeq, error: unknown): void {
    const found = open.get(call)
    if (!found) return
    open.delete(call)
    const { record, attempt } = found
    if (record) record.value = unsendable(record.method, error)
    this.#host.report(() => this.#host.port.settle(task, call, attempt, Outcome.Failed, undefined))
  }

  /** Tells that the thread of a worker that was ended is gone. */
  #bury(task: TaskId, slot: Slot, epoch: Epoch): void {
    this.#host.report(() => this.#host.port.workerGone(task, slot, epoch))
  }

  #lose(entry: TaskEntry, slot: Slot, epoch: Epoch, cause: Error): void {
    entry.crashes[slot] = cause
    this.#host.report(() => this.#host.port.workerLost(entry.id, slot, epoch))
  }
}

/**
 * What calls travel on. In Chromium a Worker's own channel is twice as fast as a MessagePort, which goes through the browser
 * process. What merely looks like a Worker (a test double) hands its messages on to Comlink alone, so it gets a port.
 */
function channelTo(worker: Worker): {
  near: Worker | MessagePort
  far: MessagePort | undefined
  close: () => void
} {
  if (isOfPlatform(worker)) {
    return { near: worker, far: undefined, close: () => {} }
  }
  const { port1, port2 } = new MessageChannel()
  return { near: port1, far: transfer(port2, [port2]), close: () => port1.close() }
}

function isOfPlatform(worker: Worker): boolean {
  return typeof Worker !== 'undefined' && worker instanceof Worker
}

function listen(
  worker: Worker,
  channel: Worker | MessagePort,
  signal: AbortSignal,
  { fail, lose }: Record<'fail' | 'lose', (cause: Error) => void>,
): void {
  const onMessageError = () => lose(unreadHere())
  const onError = (event: Event) => {
    // The crash policy answers for it; without this the platform would report it a second time, as the page's own.
    event.preventDefault()
    fail(crashOf(event))
  }
  worker.addEventListener('error', onError, { signal })
  worker.addEventListener('messageerror', onMessageError, { signal })
  if (channel === worker) return
  channel.addEventListener('messageerror', onMessageError, { signal })
  // A double has no lock of its own to be seen dead by.
  channel.addEventListener('close', () => lose(goneSilently()), { signal })
}

function write({ call, content, record }: Request, words: unknown[]): void {
  if (record) {
    const { method, key, options } = record
    writeRun(words, call, method, content as WireArguments, key, options.transferResult === false)
  } else writeCancel(words, call)
}

/** What a worker's answer says. Any answer says something, or the call would stay open. */
function read(said: unknown, content: unknown): { outcome: Outcome; value: unknown } {
  if (said === Said.ok) return { outcome: Outcome.Succeeded, value: content }
  let thrown = content
  try {
    if (typeof said === 'string') {
      return { outcome: Outcome.Succeeded, value: fromWire({ values: [content], handlers: [said] })[0] }
    }
    if (isEnvelope(content)) thrown = fromEnvelope(content)
  } catch (error) {
    thrown = error
  }
  return { outcome: isAbortError(thrown) ? Outcome.Aborted : Outcome.Failed, value: thrown }
}

function asWorker(made: unknown): Worker {
  const worker = made as Partial<Worker> | null | undefined
  if (typeof worker?.postMessage === 'function' && typeof worker.terminate === 'function')
    return worker as Worker
  throw new TypeError(`it must return a Worker, not ${describe(made)}`)
}

function unsendable(method: string, cause: unknown): Error {
  const why = cause instanceof Error ? ` (${cause.message})` : ''
  return new TypeError(
    `An argument of "${method}" cannot be sent to a worker${why}. Pass what structured clone accepts, or a function as ` +
      'Comlink.proxy(function).',
    { cause },
  )
}
