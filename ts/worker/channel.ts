import { BatchedPort, type Endpoint } from '../shared/batched-port.ts'
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
import { postMemory, postNotice, postThrown, type ReplyPort, refuseReply } from './replies.ts'
import { reportUncaught } from './uncaught.ts'

/** A worker's end of the channel to its page: the handshake, requests in, replies out. */
export class Channel {
  readonly #port: ReplyPort
  #serving: Harness | undefined
  #taskId = ''
  /** Messages with calls that came before calls are served: through the early port, and directly. */
  #early: unknown[][] = []
  #waiting: unknown[][] | undefined = []
  readonly #pace = new Pace()
  /** Messages that are being served, the first one from this field on. */
  readonly #inbox: unknown[][] = []
  #at = 0
  #mayChange = false

  /** @param onControl - handles the handshake where it is not made through Comlink. */
  constructor(endpoint: Endpoint, onControl?: (control: Control, ports: readonly MessagePort[]) => void) {
    const port: ReplyPort = new BatchedPort(endpoint, {
      write: ({ call, kind, content, ranMs }, fields) => {
        if (ranMs !== undefined) writeReply(fields, call, ReplyKind.ran, ranMs)
        writeReply(fields, call, kind, content)
      },
      receive: (fields, event) => {
        const control = readControl(fields)
        if (control && control.kind !== ControlKind.ask) onControl?.(control, event.ports)
        else if (this.#waiting) this.#waiting.push(fields)
        else this.#receive(fields)
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
    { taskId, lockName }: ConnectOptions,
    { early, lifetime }: { early?: MessagePort | undefined; lifetime?: MessagePort | undefined } = {},
  ): Promise<void> {
    this.#serving = harness
    this.#taskId = taskId
    const [locked] = await Promise.all([holdLock(lockName, lifetime), early && this.#receiveEarly(early)])
    const memory = sharedWords()
    if (memory) {
      postMemory(this.#port, memory)
      harness.memory = new Int32Array(memory)
    }
    postNotice(this.#port, ReplyKind.ready, locked)
    // `ready` is posted before a synchronous handler can block the thread.
    this.#port.flush()
    this.#inbox.push(...this.#early.splice(0), ...(this.#waiting ?? []))
    this.#waiting = undefined
    this.#proceed()
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

  #receive(fields: unknown[]): void {
    this.#inbox.push(fields)
    this.#proceed()
  }

  /**
   * Serves the messages that have come. A call whose promise may have resolved with an object already is given a moment to send it as
   * it is now, before the next call starts.
   */
  readonly #proceed = (): void => {
    for (let fields = this.#inbox[0]; fields; fields = this.#inbox[0]) {
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
      if (this.#pace.next(request.method)) this.#port.flush()
      this.#mayChange = this.#serving?.serve(this.#port, this.#taskId, request) === true
    },
    cancel: call => this.#serving?.cancel(call),
    credit: (call, items) => this.#serving?.addCredit(call, items),
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

/** A promise whose reactions run behind those of promises that are resolved already. */
const checkpoint = Promise.resolve()
