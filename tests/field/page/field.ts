/** What a case is given. */
import {
  createTaskRuntime,
  type RuntimeConfig,
  type RuntimeEvent,
  type StripTaskContext,
  type Task,
  type TaskConfig,
  type TaskRuntime,
} from '@varunkanwar/atelier'
import { deepEqual, show } from './equal.ts'
import { type Delivery, scriptUrl } from './script.ts'
import type { stock } from './stock.ts'
import type * as Toolbox from './toolbox.ts'

/** One case: resolves when what it shows holds, and rejects when it does not. */
export type Case = (t: Field) => void | Promise<void>

type Stock = typeof stock
type Tools = typeof Toolbox

/** What the worker of a case answers: its own handlers, and those that every worker has. */
export type FieldTask<H> = Task<StripTaskContext<Omit<Stock, keyof H> & H>>

type Ping = { ping(): Promise<unknown> }

/** How long a call may stay open before a case calls it a hang. Only what hangs takes so long. */
const HANG_MS = 6_000

export class Field {
  readonly engine = navigator.userAgent.includes('Firefox') ? 'firefox' : 'chromium'
  /** Every Worker of the case, in the order of creation. */
  readonly workers: Worker[] = []
  /** What the page did not catch and the case foresees. */
  readonly foreseen: RegExp[] = []
  readonly #runtimes = new Set<TaskRuntime>()
  readonly #tasks = new Map<Task<unknown>, TaskRuntime>()
  #runtime: TaskRuntime | undefined

  /** A runtime of its own for the case. */
  createRuntime(config?: RuntimeConfig): TaskRuntime {
    const runtime = createTaskRuntime(config)
    this.#runtimes.add(runtime)
    return runtime
  }

  /** The runtime of the case's tasks, unless they name another. */
  get runtime(): TaskRuntime {
    this.#runtime ??= this.createRuntime()
    return this.#runtime
  }

  /**
   * A singleton, unless `config` says otherwise, whose worker has these handlers beside the stock.
   *
   * @param handlers - runs in the worker: it sees nothing of the case around it.
   */
  task<H extends object = Record<never, never>>(
    handlers?: () => H,
    config: Partial<TaskConfig> & { runtime?: TaskRuntime } = {},
  ): FieldTask<H> {
    return this.define<StripTaskContext<Omit<Stock, keyof H> & H>>({
      type: 'singleton',
      worker: this.worker(handlers),
      ...config,
    })
  }

  /** A task of the case, of whatever worker. Unless it ends in the case, its `ping` is called in the end. */
  define<T>({ runtime = this.runtime, ...config }: TaskConfig & { runtime?: TaskRuntime }): Task<T> {
    const task = runtime.defineTask<T>(config)
    this.#tasks.set(task as Task<unknown>, runtime)
    return task
  }

  /** Creates workers with these handlers beside the stock. `options` go to createTaskWorker. */
  worker(handlers: (() => object) | undefined, options?: object, delivery?: Delivery): () => Worker {
    const own = handlers ? `(${handlers})()` : '{}'
    return this.#creates(
      `tools => tools.expose(tools.createTaskWorker({ ...tools.stock, ...${own} }, ${JSON.stringify(options)}))`,
      delivery,
    )
  }

  /** Creates workers that run this function, and nothing else: it sees nothing of the case around it. */
  script(run: (tools: Tools) => unknown, delivery?: Delivery): () => Worker {
    return this.#creates(String(run), delivery)
  }

  #creates(run: string, delivery: Delivery = 'module'): () => Worker {
    return () => {
      const { url, type } = scriptUrl(run, delivery)
      const worker = new Worker(url, { type })
      this.workers.push(worker)
      return worker
    }
  }

  /** Every event of a runtime from now on. */
  events(runtime: TaskRuntime = this.runtime): RuntimeEvent[] {
    const events: RuntimeEvent[] = []
    runtime.subscribeEvents(event => events.push(event))
    return events
  }

  /** The sum of a counter among events. */
  total(events: readonly RuntimeEvent[], name: string): number {
    return events.reduce(
      (sum, event) => (event.kind === 'counter' && event.name === name ? sum + event.value : sum),
      0,
    )
  }

  /** Says that a task or a runtime is at its end when the case is: it is not called again. */
  ended(...those: object[]): void {
    for (const one of those) {
      this.#tasks.delete(one as Task<unknown>)
      if (!this.#runtimes.delete(one as TaskRuntime)) continue
      for (const [task, runtime] of this.#tasks) if (runtime === one) this.#tasks.delete(task)
    }
  }

  /** Says that the page will not catch an error or a rejection with this message. */
  foresees(message: RegExp): void {
    this.foreseen.push(message)
  }

  equal(actual: unknown, expected: unknown, what = 'the value'): void {
    if (!deepEqual(actual, expected)) {
      throw new Error(`${what} is ${show(actual)}, and should be ${show(expected)}`)
    }
  }

  ok(condition: unknown, what: string): void {
    if (!condition) throw new Error(`Not so: ${what}`)
  }

  /** The value of a promise, which must not stay pending. */
  async settles<T>(promise: PromiseLike<T>, what = 'the call', ms = HANG_MS): Promise<T> {
    let timer: ReturnType<typeof setTimeout> | undefined
    const late = new Promise<never>((_, reject) => {
      timer = setTimeout(() => reject(new Hang(`${what} is still pending after ${ms / 1000} s`)), ms)
    })
    try {
      return await Promise.race([promise, late])
    } finally {
      clearTimeout(timer)
    }
  }

  /** The error of a promise, which must be rejected, with this name and a message that matches. */
  async rejects(promise: PromiseLike<unknown>, name?: string, message?: RegExp): Promise<Error> {
    let value: unknown
    try {
      value = await this.settles(promise)
    } catch (error) {
      if (error instanceof Hang) throw error
      const is = error as Error
      if (name !== undefined && is?.name !== name) {
        throw new Error(`It was rejected with ${show(error)}, and should have been with a ${name}`)
      }
      if (message && !message.test(is.message)) {
        throw new Error(`The message "${is.message}" does not match ${message}`)
      }
      return is
    }
    throw new Error(`It resolved to ${show(value)}, and should have been rejected`)
  }

  /** What a function throws at once, with this name and a message that matches. */
  throws(run: () => unknown, name: string, message?: RegExp): void {
    let value: unknown
    try {
      value = run()
    } catch (error) {
      const is = error as Error
      if (is?.name !== name) throw new Error(`It threw ${show(error)}, and should have thrown a ${name}`)
      if (message && !message.test(is.message)) {
        throw new Error(`The message "${is.message}" does not match ${message}`)
      }
      return
    }
    throw new Error(`It returned ${show(value)}, and should have thrown a ${name}`)
  }

  sleep(ms: number): Promise<void> {
    return new Promise(resolve => setTimeout(resolve, ms))
  }

  /** Resolves when the condition holds, which it must some time. */
  async until(condition: () => unknown, what: string): Promise<void> {
    const end = performance.now() + HANG_MS
    while (!condition()) {
      if (performance.now() > end) throw new Hang(`${what} did not come about within ${HANG_MS / 1000} s`)
      await this.sleep(5)
    }
  }

  /** Leaves the case where the engine lacks a global, which says so in the report. */
  needs(...names: string[]): void {
    for (const name of names) if (!(name in globalThis)) throw new Lacking(`This engine has no ${name}`)
  }

  /**
   * What must hold after every case: no call is open, a further call to every task that has not ended succeeds, and so
   * does one to a new task of every runtime that has not ended.
   */
  async aftermath(): Promise<void> {
    for (const task of this.#tasks.keys()) {
      const { queueDepth, pendingQueueDepth, waitingQueueDepth } = await this.#quiet(task)
      this.equal([queueDepth, pendingQueueDepth, waitingQueueDepth], [0, 0, 0], 'what is left of the calls')
      const pong = await this.settles((task as Task<Ping>).ping(), 'a further call after the case')
      this.equal(pong, 'pong', 'the answer to a further call after the case')
    }
    const called = new Set(this.#tasks.values())
    for (const runtime of this.#runtimes) {
      if (called.has(runtime)) continue
      const neighbor = runtime.defineTask<Ping>({ type: 'singleton', worker: this.worker(undefined) })
      this.equal(await this.settles(neighbor.ping(), 'a call to a neighbor after the case'), 'pong')
    }
  }

  async #quiet(task: Task<unknown>) {
    await this.settles(task.drain(), 'drain() after the case')
    return task.getState()
  }

  /** What is open, for the report of a case that ran out of time. */
  get open(): string {
    const states = [...this.#runtimes].flatMap(runtime => runtime.getRuntimeSnapshot().tasks)
    return states
      .map(
        state =>
          `${state.taskId}: ${state.queueDepth} in flight, ${state.pendingQueueDepth} pending, ` +
          `${state.waitingQueueDepth} waiting`,
      )
      .join('; ')
  }
}

/** Something that never came. */
export class Hang extends Error {
  override readonly name = 'Hang'
}

/** The engine cannot show the case. */
export class Lacking extends Error {
  override readonly name = 'Lacking'
}
