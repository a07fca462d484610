import { type Remote, transfer, wrap } from 'comlink'
import { type CallRecord, type CallTable, callId, type TaskEntry } from './calls.ts'
import { fromReply } from './envelope.ts'
import { isAbortError } from './errors.ts'
import type { Host, KernelTaskId } from './host.ts'
import { Outcome } from './kernel/pkg/kernel.js'
import { toWire } from './wire.ts'
import type { TaskWorker } from './worker.ts'

/** The worker that sits in a slot. */
export type SeatedWorker = {
  readonly epoch: number
  readonly worker: Worker
  readonly dispatch: Remote<TaskWorker>['__dispatch']
  readonly cancel: Remote<TaskWorker>['__cancel']
  readonly unlisten: () => void
}

/** Creates workers, talks to them through Comlink, and tells the kernel what becomes of them. */
export class WorkerHost {
  readonly #host: Host
  readonly #calls: CallTable

  constructor(host: Host, calls: CallTable) {
    this.#host = host
    this.#calls = calls
  }

  /** Performs Spawn. A factory that throws or gives no worker is told to the kernel as a crash. */
  spawn(task: KernelTaskId, slot: number, epoch: number): void {
    const entry = this.#calls.entry(task)
    try {
      const worker = asWorker(entry.spawn())
      const unlisten = this.#listen(entry, worker, slot, epoch)
      // The two methods are taken from the proxy once: taking them per call would create a proxy each time.
      const { __dispatch: dispatch, __cancel: cancel } = wrap<TaskWorker>(worker)
      entry.workers[slot] = { epoch, worker, dispatch, cancel, unlisten }
    } catch (cause) {
      this.#lose(entry, slot, epoch, new Error(`The worker factory threw: ${textOf(cause)}`, { cause }))
    }
  }

  /** Performs Terminate. Nothing is sent to a worker that is being ended. */
  terminate(task: KernelTaskId, slot: number, epoch: number): void {
    const { workers } = this.#calls.entry(task)
    const seated = workers[slot]
    if (seated?.epoch !== epoch) return
    workers[slot] = undefined
    end(seated)
  }

  /** Performs Dispatch. The arguments move now, or the call fails and its worker stays. */
  dispatch(task: KernelTaskId, call: number, attempt: number, slot: number, epoch: number): void {
    const entry = this.#calls.entry(task)
    const record = entry.calls.get(call)
    const seated = entry.workers[slot]
    // The worker may have been lost since; the kernel knows, and its verdict on the call is on its way.
    if (!record?.args || seated?.epoch !== epoch) return
    const settle = (outcome: Outcome, value: unknown) => {
      record.value = value
      this.#host.tell((kernel, now) => kernel.settle(task, call, attempt, outcome, now))
    }
    const fail = (error: unknown) => settle(isAbortError(error) ? Outcome.Aborted : Outcome.Failed, error)
    try {
      const { wire, transfer: moves } = toWire(record.args, record.options.transfer)
      const reply = seated.dispatch(
        callId(entry, call),
        record.method,
        transfer(wire, moves),
        record.key,
        replyOptions(record),
      )
      reply.then(
        value => settle(Outcome.Succeeded, value),
        reason => fail(fromReply(reason, record.method)),
      )
      if (moves.length > 0) {
        record.args = undefined
        this.#host.ask(kernel => kernel.payloadMoved(task, call, attempt))
      }
    } catch (error) {
      fail(error)
    }
  }

  /** Performs Interrupt. */
  interrupt(task: KernelTaskId, call: number, slot: number, epoch: number): void {
    const entry = this.#calls.entry(task)
    const seated = entry.workers[slot]
    // A worker that fails to answer is noticed by the call itself, so the reply to the cancel is of no interest.
    if (seated?.epoch === epoch) seated.cancel(callId(entry, call)).catch(() => {})
  }

  /** Ends every worker of a task without telling the kernel, which has failed. */
  endAll(entry: TaskEntry): void {
    for (const seated of entry.workers.splice(0)) if (seated) end(seated)
  }

  #listen(entry: TaskEntry, worker: Worker, slot: number, epoch: number): () => void {
    const lose = (cause: Error) => this.#lose(entry, slot, epoch, cause)
    const onError = (event: Event) => {
      // The crash policy answers for it; without this the platform would report it a second time, as the page's own.
      event.preventDefault()
      lose(crashOf(event))
    }
    const onMessageError = () => lose(new Error('A message from the worker could not be read.'))
    worker.addEventListener('error', onError)
    worker.addEventListener('messageerror', onMessageError)
    return () => {
      worker.removeEventListener('error', onError)
      worker.removeEventListener('messageerror', onMessageError)
    }
  }

  #lose(entry: TaskEntry, slot: number, epoch: number, cause: Error): void {
    entry.crash = cause
    this.#host.tell((kernel, now) => kernel.workerLost(entry.id, slot, epoch, now))
  }
}

function end(seated: SeatedWorker): void {
  seated.unlisten()
  seated.worker.terminate()
}

function replyOptions({ options }: CallRecord): { transferResult: false } | undefined {
  return options.transferResult === false ? { transferResult: false } : undefined
}

function asWorker(made: unknown): Worker {
  const worker = made as Partial<Worker> | null | undefined
  if (typeof worker?.postMessage === 'function' && typeof worker.terminate === 'function')
    return worker as Worker
  throw new TypeError(`it must return a Worker, not ${textOf(made)}`)
}

/** A script that cannot be loaded gives an event without a message; a script that throws gives one with it. */
function crashOf(event: Event): Error {
  const { message, filename, lineno } = event as Partial<ErrorEvent>
  if (message) return new Error(`${message}${filename ? ` (${filename}:${lineno})` : ''}`)
  return new Error(
    'The worker script could not be loaded or compiled. Check that its URL exists (the literal new Worker(new URL("./file", ' +
      'import.meta.url), { type: "module" }) is what bundlers look for), that it and its imports parse, and that the ' +
      "page's Content-Security-Policy allows it (worker-src).",
  )
}

function textOf(value: unknown): string {
  return value instanceof Error ? value.message : String(value)
}
