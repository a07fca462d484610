import { BatchedPort, type Endpoint } from '../shared/batched-port.ts'
import { abortError } from '../shared/errors/classes.ts'
import { holdLock } from '../shared/liveness.ts'
import {
  type ConnectOptions,
  type Control,
  ControlKind,
  ReplyKind,
  type RequestHandlers,
  readControl,
  readRequest,
  writeReply,
} from '../shared/protocol.ts'
import { sharedWords } from '../shared/words.ts'
import type { Harness } from './harness.ts'
import { Pace } from './pace.ts'
import {
  postError,
  postMemory,
  postNotice,
  postSetupFailed,
  postThrown,
  type ReplyPort,
  refuseReply,
} from './replies.ts'
import { reportUncaught } from './uncaught.ts'

/** A worker's end of the channel to its page: the handshake, requests in, replies out. */
export class Channel {
  readonly #port: ReplyPort
  #serving: Harness | undefined
  #taskId = ''
  /** Messages with calls that came before calls are served: through the early port, and directly. */
  #early: unknown[][] = []
  #waiting: unknown[][] | undefined = []
  #onFirst = () => {}
  readonly #pace = new Pace()
  /** Messages that are being served, the first one from this field on. */
  readonly #inbox: unknown[][] = []
  #at = 0
  #mayChange = false
  #isSettingUp = false
  #isRetiring = false
  /** Calls that were canceled before they were served. */
  #canceled = new Set<number>()

  /** @param onControl - handles the handshake where it is not made through Comlink. */
  constructor(endpoint: Endpoint, onControl?: (control: Control, ports: readonly MessagePort[]) => void) {
    const port: ReplyPort = new BatchedPort(endpoint, {
      write: ({ call, kind, content, ranMs }, fields) => {
        if (ranMs !== undefined) writeReply(fields, call, ReplyKind.ran, ranMs)
        writeReply(fields, call, kind, content)
      },
      receive: (fields, event) => {
        const control = readControl(fields)
        if (control && !IN_ORDER.has(control.kind)) onControl?.(control, event.ports)
        else if (this.#waiting) {
          this.#waiting.push(fields)
          this.#onFirst()
        } else this.#receive(fields)
      },
      refused: (reply, error) => refuseReply(port, reply, error),
      unreadable: () => postNotice(port, ReplyKind.unreadable),
    })
    this.#port = port
  }

  /** Tells the page that messages are received from now on. */
  hello(): void {
    postNotice(this.#port, ReplyKind.hello)
    // The script may keep the thread busy after this.
    this.#port.flush()
  }

  /** Reports to the page what happens outside of any call. */
  reportUncaught(): void {
    reportUncaught(this.#port)
  }

  /** Tells the page that there is nothing to connect to, which counts as a crash. */
  refuse(error: Error): void {
    postThrown(this.#port, error)
  }

  /**
   * Serves calls of a page with this harness until the worker ends. The first one is served when the worker holds its lock,
   * where there are locks: from then on its death is noticed.
   *
   * @param early - brings the calls that were made before the worker listened.
   * @param lifetime - a port whose end is that of the worker; for a worker without a thread of its own.
   */
  async serve(
    harness: Harness,
    { taskId, lockName, workerIndex, hasData }: ConnectOptions,
    { early, lifetime }: { early?: MessagePort | undefined; lifetime?: MessagePort | undefined } = {},
  ): Promise<void> {
    this.#serving = harness
    this.#taskId = taskId
    harness.worker = { index: workerIndex, retire: () => this.#retire() }
    const before = early ? this.#receiveEarly(early) : hasData && this.#receiveFirst()
    const [locked] = await Promise.all([holdLock(lockName, lifetime), before])
    const memory = sharedWords()
    if (memory) {
      postMemory(this.#port, memory)
      harness.memory = new Int32Array(memory)
    }
    this.#inbox.push(...this.#early.splice(0), ...(this.#waiting ?? []))
    this.#waiting = undefined
    if (!(await this.#setUp(this.#takeData()))) return
    postNotice(this.#port, ReplyKind.ready, locked)
    // `ready` is posted before a synchronous handler can block the thread.
    this.#port.flush()
    this.#proceed()
  }

  /** Takes the data that came first, if there was any. */
  #takeData(): unknown {
    const [first] = this.#inbox
    const control = first && readControl(first)
    if (control?.kind !== ControlKind.data) return undefined
    this.#inbox.shift()
    return control.content
  }

  /**
   * Prepares the worker; the requests that come meanwhile wait. Where that fails, nothing is served any more: the page ends the worker.
   * Returns whether it did not.
   */
  async #setUp(data: unknown): Promise<boolean> {
    const harness = this.#serving
    if (!harness?.setup) return true
    this.#isSettingUp = true
    try {
      await harness.setup(data, { index: harness.worker?.index ?? 0 })
    } catch (error) {
      postSetupFailed(this.#port, error)
      return false
    }
    this.#isSettingUp = false
    this.#canceled = this.#findCanceled()
    return true
  }

  /** The calls that were canceled while they waited. */
  #findCanceled(): Set<number> {
    const canceled = new Set<number>()
    const requests = { ...NO_REQUESTS, cancel: (call: number) => canceled.add(call) }
    for (const fields of this.#inbox) {
      for (let at = 0; at < fields.length; ) at = readRequest(fields, at, requests)
    }
    return canceled
  }

  #retire(): void {
    if (this.#isRetiring) return
    this.#isRetiring = true
    postNotice(this.#port, ReplyKind.retire)
  }

  #receiveEarly(port: MessagePort): Promise<void> {
    return new Promise(resolve => {
      this.#port.listen(port, fields => {
        if (readControl(fields)?.kind !== ControlKind.earlyEnd) {
          this.#early.push(fields)
          return
        }
        port.close()
        resolve()
      })
    })
  }

  /** Resolves when a message has come. */
  #receiveFirst(): Promise<void> | undefined {
    if (this.#waiting?.length !== 0) return undefined
    return new Promise(resolve => {
      this.#onFirst = resolve
    })
  }

  #receive(fields: unknown[]): void {
    this.#inbox.push(fields)
    this.#proceed()
  }

  /**
   * Serves the messages that have come. A call whose promise may have resolved with an object already is given a moment to send it as
   * it is now, before the next call starts.
   */
  readonly #proceed = (): void => {
    for (let fields = this.#inbox[0]; fields && !this.#isSettingUp; fields = this.#inbox[0]) {
      if (this.#at === 0) this.#pace.begin()
      while (this.#at < fields.length) {
        this.#at = this.#next(fields)
        if (!this.#mayChange) continue
        this.#port.hold()
        checkpoint.then(this.#proceed)
        return
      }
      this.#inbox.shift()
      this.#at = 0
    }
    this.#port.release()
  }

  /** Serves one request. Where that fails, which ends the worker, the rest of its message is left. */
  #next(fields: unknown[]): number {
    this.#mayChange = false
    try {
      return readRequest(fields, this.#at, this.#requests)
    } catch (error) {
      this.#inbox.shift()
      this.#at = 0
      throw error
    }
  }

  readonly #requests: RequestHandlers = {
    run: request => {
      const { call, method } = request
      if (this.#canceled.delete(call)) {
        postError(this.#port, call, abortError(`Call "${this.#taskId}-${call}" was canceled.`), method)
        return
      }
      if (this.#pace.next(request.method)) this.#port.flush()
      this.#mayChange = this.#serving?.serve(this.#port, this.#taskId, request) === true
    },
    cancel: call => this.#serving?.cancel(call),
    credit: (call, items) => this.#serving?.addCredit(call, items),
    setUp: data => void this.#setUp(data).then(isSetUp => isSetUp && this.#proceed()),
    ask: () => this.#tellCalls(),
  }

  /** The answer to `ask`. What has ended has its reply before it. */
  #tellCalls(): void {
    for (const call of this.#serving?.running ?? []) {
      postNotice(this.#port, ReplyKind.has, this.#serving?.sentBy(call), call)
    }
    postNotice(this.#port, ReplyKind.hasNoOther)
  }
}

/** What is served in its order among the calls. */
const IN_ORDER: ReadonlySet<unknown> = new Set([ControlKind.ask, ControlKind.data])

const NO_REQUESTS: RequestHandlers = { run() {}, cancel() {}, credit() {}, setUp() {}, ask() {} }

/** A promise whose reactions run behind those of promises that are resolved already. */
const checkpoint = Promise.resolve()
