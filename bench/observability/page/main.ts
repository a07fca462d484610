import { createTaskRuntime, type RuntimeConfig, type Task } from '@varunkanwar/atelier'

type Noop = { noop(): Promise<void> }

/** What is observed while the calls are made. */
const MODES = {
  off: { spans: 'off', listens: false },
  events: { spans: 'off', listens: true },
  spans: { spans: 'on', listens: false },
  both: { spans: 'on', listens: true },
} as const

export type Mode = keyof typeof MODES

/** One burst: nanoseconds and events per call. */
export type Sample = { ns: number; events: number }

/** One runtime for each mode, with one worker that is ready before anything is measured. */
class Subject {
  readonly #task: Task<Noop>
  #events = 0

  constructor(mode: Mode) {
    const { spans, listens } = MODES[mode]
    const config: RuntimeConfig = { observability: { spans } }
    const runtime = createTaskRuntime(config)
    this.#task = runtime.defineTask<Noop>({
      type: 'singleton',
      maxInFlight: 64,
      maxQueueDepth: Number.POSITIVE_INFINITY,
      worker: () => new Worker(new URL('./noop.worker.ts', import.meta.url), { type: 'module' }),
    })
    if (listens) {
      runtime.subscribeEvents(() => {
        this.#events++
      })
    }
  }

  async burst(calls: number): Promise<Sample> {
    this.#events = 0
    const open: Promise<void>[] = []
    const started = performance.now()
    for (let call = 0; call < calls; call++) open.push(this.#task.noop())
    await Promise.all(open)
    const elapsed = performance.now() - started
    performance.clearMeasures()
    return { ns: (elapsed * 1e6) / calls, events: this.#events / calls }
  }
}

const subjects = new Map<Mode, Subject>()

/** Makes a burst of no-op calls on one worker, with 64 of them in flight. */
function burst(mode: Mode, calls: number): Promise<Sample> {
  let subject = subjects.get(mode)
  if (!subject) {
    subject = new Subject(mode)
    subjects.set(mode, subject)
  }
  return subject.burst(calls)
}

declare global {
  var observation: { modes: Mode[]; burst: typeof burst }
}

globalThis.observation = { modes: Object.keys(MODES) as Mode[], burst }
