import { createTaskRuntime } from '@varunkanwar/atelier'
import type { HandlersAPI } from './handlers.worker.ts'

const task = createTaskRuntime({ observability: { spans: 'off' } }).defineTask<HandlersAPI>({
  type: 'singleton',
  maxInFlight: 2,
  worker: () => new Worker(new URL('./handlers.worker.ts', import.meta.url), { type: 'module' }),
})

type Taken = { value: number; unit: string }

const nanoseconds = async (value: Promise<number>): Promise<Taken> => ({ value: await value, unit: 'ns' })

const MEASUREMENTS: Record<string, () => Promise<Taken>> = {
  'a look at aborted': () => nanoseconds(task.aborted()),
  'a look by throwIfAborted': () => nanoseconds(task.throwIfAborted()),
  'a look at interrupt': () => nanoseconds(task.interrupt()),
  'a report that nobody hears': () => nanoseconds(task.report()),
  'a report that somebody hears': () => nanoseconds(task.with({ onProgress: () => {} }).report()),
  'a yield that is not due': () => nanoseconds(task.yieldAtOnce()),
  'a yield that is due': async () => ({ value: await task.yieldWhenDue(), unit: 'µs' }),
  'looks at aborted after the abort': looksAfterAbort,
}

/** How many looks a synchronous loop takes from just before the abort until it sees it. */
async function looksAfterAbort(): Promise<Taken> {
  const memory = new SharedArrayBuffer(8)
  const looks = new Int32Array(memory)
  const stop = new AbortController()
  const call = task.with({ signal: stop.signal }).look(memory)
  while (Atomics.load(looks, 0) < 1_000_000) await new Promise(resolve => setTimeout(resolve))
  const before = Atomics.load(looks, 0)
  stop.abort()
  await call.catch(() => {})
  await task.ping()
  return { value: (looks[1] ?? 0) - before, unit: 'looks' }
}

function measure(name: string): Promise<Taken> {
  const taken = MEASUREMENTS[name]?.()
  if (!taken) throw new Error(`There is no measurement "${name}".`)
  return taken
}

declare global {
  var context: { names: string[]; measure: typeof measure }
}

globalThis.context = { names: Object.keys(MEASUREMENTS), measure }
