import * as fc from 'fast-check'
import { expect } from 'vitest'
import type { TaskConfig, TaskDispatchOptions, TraceContext } from '../../ts/index.ts'
import { ReplyKind } from '../../ts/shared/protocol.ts'
import type { BenchAPI } from './bench.ts'
import { type RecordedBench, recordedBench } from './recorded.ts'
import { turns } from './turns.ts'

/** One thing that happens in a storm, by its number, and numbers to choose by. */
type Event = { readonly kind: number; readonly a: number; readonly b: number }

export type Storm = { readonly config: Partial<TaskConfig>; readonly events: readonly Event[] }

const config: fc.Arbitrary<Partial<TaskConfig>> = fc.record(
  {
    type: fc.constantFrom('parallel', 'singleton'),
    init: fc.constantFrom('lazy', 'eager'),
    poolSize: fc.integer({ min: 1, max: 3 }),
    maxInFlight: fc.constantFrom(1, 2, 5, Number.POSITIVE_INFINITY),
    maxQueueDepth: fc.constantFrom(0, 2, Number.POSITIVE_INFINITY),
    queuePolicy: fc.constantFrom('block', 'reject', 'drop-latest', 'drop-oldest'),
    crashPolicy: fc.constantFrom('restart-fail-in-flight', 'restart-requeue-in-flight', 'fail-task'),
    crashMaxRetries: fc.constantFrom(0, 3),
    order: fc.constantFrom('oldest-first', 'newest-first'),
    weight: fc.constantFrom(0, 1, 2.5),
    timeoutMs: fc.constantFrom(50.3, 1_000),
    idleTimeoutMs: fc.constant(40),
    cancelGraceMs: fc.constantFrom(0, 30),
    startTimeoutMs: fc.constantFrom(25, Number.POSITIVE_INFINITY),
  },
  { requiredKeys: ['type'] },
)

export const storms: fc.Arbitrary<Storm> = fc.record({
  config,
  events: fc.array(fc.record({ kind: fc.nat(999), a: fc.nat(999), b: fc.nat(999) }), {
    minLength: 10,
    maxLength: 60,
  }),
})

/** Lets a storm happen to a runtime that records. `advance` moves its clock on. */
export async function happen(
  { config, events }: Storm,
  advance: (ms: number) => void,
): Promise<RecordedBench> {
  const keyOf = (name: unknown) => {
    if (name === 'thrown') throw new Error('keyOf')
    return `key ${String(name)}`
  }
  const site = new Site(recordedBench({ keyOf, ...config }, { maxBusyWorkers: 3 }), advance)
  for (const { kind, a, b } of events) {
    await site.happen(kind, a, b)
    await turns(a % 3)
  }
  await turns()
  return site.bench
}

/** What a storm happens to. */
class Site {
  readonly #advance: (ms: number) => void
  #traces: TraceContext[] = []
  #unsubscribe: (() => void) | undefined

  constructor(
    readonly bench: RecordedBench,
    advance: (ms: number) => void,
  ) {
    this.#advance = advance
  }

  /** Takes most numbers for calls and their ends. */
  async happen(kind: number, a: number, b: number): Promise<void> {
    const { task, runtime, jobs, workers } = this.bench
    const { abortTaskController: keys } = runtime
    const key = `key ${b % 3}`
    const worker = workers[a % (workers.length || 1)]
    switch (kind % 24) {
      case 0:
        return worker?.crash()
      case 1:
        return worker?.close()
      case 2:
        return worker?.say({
          atelier: [a, ReplyKind.ok, 'nobody asked', undefined, ReplyKind.unhandled, undefined],
        })
      case 3:
        return keys.abort(key)
      case 4:
        return keys.clear(key)
      case 5:
        return void keys.signalFor(key)
      case 6:
        return runtime.prioritize(key, (a % 16) - 8)
      case 7:
        return a % 4 === 0 ? task.stopWorkers() : task.startWorkers()
      case 8:
        return this.#trace(a)
      case 9:
        return this.#listen(a)
      case 10:
        // Questions, which change nothing.
        return void [runtime.getRuntimeSnapshot(), task.getState(), keys.isAborted(key)]
      case 11:
        return this.#another(a)
      case 12:
        return void task.drain().catch(() => {})
      case 13:
      case 14:
      case 15:
        return this.#advance([0.37, 3, 26, 45.123, 130, 2_500][a % 6] as number)
      case 16:
      case 17:
      case 18: {
        const job = jobs[a % (jobs.length || 1)]
        return b % 3 === 0 ? job?.reject(new RangeError('failed')) : job?.resolve('done')
      }
      default:
        return this.#call(kind, a, b)
    }
  }

  #call(kind: number, a: number, b: number): void {
    const options: TaskDispatchOptions = {
      ...(a % 5 === 0 && { latest: `word ${b % 2}`, replaceRunning: b % 3 === 0 }),
      ...(a % 4 === 0 && { timeoutMs: [20.5, 400, Number.POSITIVE_INFINITY][b % 3] }),
      ...(a % 6 === 0 && { priority: (b % 16) - 8 }),
      ...(a % 7 === 0 && this.#traces[0] && { trace: this.#traces[0] }),
    }
    const task = this.bench.task.with(options)
    const call = kind % 7 === 0 ? task.echo(new ArrayBuffer(8)) : task.run(a % 11 === 0 ? 'thrown' : b % 3)
    call.catch(() => {})
  }

  /** Opens a trace, or ends one. */
  #trace(a: number): void {
    const trace = a % 2 === 0 ? this.#traces.pop() : undefined
    if (trace) trace.end(a % 3 === 0 ? { error: new Error('failed') } : undefined)
    else this.#traces.push(this.bench.runtime.createTrace())
  }

  /** Listens, and calls the task from within a drain, or stops listening. */
  #listen(a: number): void {
    const { runtime, task } = this.bench
    this.#unsubscribe?.()
    let calls = 3
    this.#unsubscribe = this.#unsubscribe
      ? undefined
      : runtime.subscribeEvents(() => {
          if (a % 2 === 0 && calls-- > 0) task.echo(a).catch(() => {})
        })
  }

  /** A task that is disposed at once, or a configuration that is refused. */
  #another(a: number): void {
    const { runtime, worker } = this.bench
    if (a % 3 === 0) {
      const secret = 'a word of the user' as 'block'
      expect(() => runtime.defineTask({ type: 'parallel', worker, queuePolicy: secret })).toThrow(RangeError)
      return
    }
    const other = runtime.defineTask<BenchAPI>({ type: 'parallel', poolSize: 2, init: 'eager', worker })
    other.echo(1).catch(() => {})
    other.dispose()
  }
}
