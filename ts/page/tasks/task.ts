import type { Task, TaskConfig, TaskDispatchOptions, TraceContext } from '../../api/types.ts'
import { show } from '../../shared/errors/describe.ts'
import type { Host, KernelTaskId } from '../kernel/host.ts'
import { stateOf } from '../observability/snapshots.ts'
import type { CallRecord, CallTable, TaskEntry } from './registry.ts'
import type { KeyTable } from './scopes.ts'
import { Table } from './sequence-map.ts'

/** What every task of a runtime shares. */
export type TaskScope = {
  readonly host: Host
  readonly calls: CallTable
  readonly keys: KeyTable
  /** Learns when nobody can call a task that was disposed of any more. */
  readonly unreachable: FinalizationRegistry<KernelTaskId>
}

/** The kernel's refusal of a configuration, as `defineTask` throws it. */
type ConfigError = { field: keyof TaskConfig; allowed: string; outOfRange: boolean }

/**
 * Registers a task with the kernel and answers its typed proxy.
 *
 * @throws TypeError or RangeError naming the first field of `config` that makes no sense.
 */
export function defineTask<T>(scope: TaskScope, given: TaskConfig): Task<T> {
  // A copy: a getter of the user's must not run while the kernel reads.
  const config = { ...given }
  const entry = register(scope, config)
  const controls = {
    getState: () => stateOf(scope.host, entry),
    startWorkers: () => scope.host.turn((kernel, now) => kernel.startWorkers(entry.id, now)),
    stopWorkers: () => scope.host.turn((kernel, now) => kernel.stopWorkers(entry.id, now)),
    drain: () => drain(scope, entry),
    dispose: () => disposeTask(scope, entry),
    [Symbol.dispose]: () => disposeTask(scope, entry),
  }
  entry.reach = new WeakRef(controls)

  const bind = (options: TaskDispatchOptions): Task<T> => {
    const members: Record<PropertyKey, unknown> = {
      ...controls,
      with: (more: TaskDispatchOptions) => bind({ ...options, ...checked(more) }),
    }
    return new Proxy(members, {
      get(target, name) {
        // What every object has stays as it is: a conversion to text must not call a worker.
        const member = target[name]
        if (member !== undefined || typeof name === 'symbol') return member
        // Without this a task returned from async code would be taken for a promise, and one in a log for a call.
        if (name === 'then' || name === 'toJSON') return undefined
        const method = (...args: unknown[]) => call(scope, entry, config.keyOf, options, name, args)
        target[name] = method
        return method
      },
    }) as unknown as Task<T>
  }

  return bind({})
}

/**
 * Idempotent, also after the kernel has failed, when there is nothing left to dispose of. The kernel goes on answering calls
 * of the task until nobody can make one any more.
 */
export function disposeTask({ host, calls, unreachable }: TaskScope, entry: TaskEntry): void {
  if (!entry.disposed) {
    calls.retire(entry)
    // Where nobody can call it already, an object of nobody's is collected next, and not in the middle of a drain.
    unreachable.register(entry.reach?.deref() ?? {}, entry.id)
  }
  host.tell((kernel, now) => kernel.disposeTask(entry.id, now))
}

function register({ host, calls }: TaskScope, config: TaskConfig): TaskEntry {
  checkShell(calls, config)
  const cores = typeof navigator === 'undefined' ? undefined : navigator.hardwareConcurrency
  const defined = host.turn((kernel, now) => {
    const id = attempt(() => kernel.defineTask(config, cores, now))
    if (typeof id !== 'number') return id
    const { type, init, queuePolicy, maxInFlight, maxQueueDepth } = kernel.snapshot(id)
    const entry: TaskEntry = {
      id,
      taskId: config.taskId ?? freeName(calls, id),
      taskName: config.taskName,
      type,
      init,
      timeoutMs: config.timeoutMs,
      limits: { queuePolicy, maxInFlight, maxQueueDepth },
      spawn: config.worker,
      calls: new Table(),
      workers: [],
      crashes: [],
      drains: [],
      reach: undefined,
      disposed: false,
    }
    calls.add(entry)
    return entry
  })
  if ('id' in defined) return defined
  throw invalid(defined.outOfRange ? RangeError : TypeError, defined.field, defined.allowed, config)
}

/** Checks the fields that the kernel never sees. */
function checkShell(calls: CallTable, config: TaskConfig): void {
  const { worker, keyOf, taskId, taskName } = config
  if (typeof worker !== 'function')
    throw invalid(TypeError, 'worker', 'a function that creates a Worker', config)
  if (keyOf !== undefined && typeof keyOf !== 'function') {
    throw invalid(TypeError, 'keyOf', 'a function that derives a string from the arguments', config)
  }
  if (taskName !== undefined && typeof taskName !== 'string')
    throw invalid(TypeError, 'taskName', 'a string', config)
  if (taskId === undefined) return
  if (typeof taskId !== 'string') throw invalid(TypeError, 'taskId', 'a string', config)
  if (calls.isNamed(taskId)) {
    throw invalid(
      RangeError,
      'taskId',
      'unlike that of any task of the runtime that is not disposed of',
      config,
    )
  }
}

function freeName(calls: CallTable, id: KernelTaskId): string {
  const name = `task-${id}`
  return calls.isNamed(name) ? freeName(calls, id + 1) : name
}

/** One invocation of a method. Rejects, and never throws, whatever the options and `keyOf` do. */
function call(
  scope: TaskScope,
  entry: TaskEntry,
  keyOf: TaskConfig['keyOf'],
  options: TaskDispatchOptions,
  method: string,
  args: unknown[],
): Promise<unknown> {
  let key: string | undefined
  try {
    key = keyFrom(options.key ?? keyOf?.(...args))
  } catch (value) {
    return new Promise((resolve, reject) =>
      submitFailed(scope, entry, { method, args: undefined, key, options, resolve, reject, value }),
    )
  }
  return new Promise((resolve, reject) =>
    submit(scope, entry, { method, args, key, options, resolve, reject, value: undefined }),
  )
}

function submit({ host, keys }: TaskScope, entry: TaskEntry, record: CallRecord): void {
  const { key, options } = record
  const keyScope = keys.ofKey(key)
  const signalScope = keys.ofSignal(options.signal)
  const traced = options.trace?.sampled
  if (signalScope === undefined || !options.signal?.aborted) {
    const setsDeadlines = entry.timeoutMs !== undefined || entry.calls.size < entry.limits.maxInFlight
    host.submit(record, entry.calls, entry.id, keyScope, signalScope, traced, setsDeadlines)
    return
  }
  host.turn((kernel, now) => {
    kernel.abortKey(signalScope, now)
    entry.calls.add(kernel.submit(entry.id, keyScope, signalScope, traced, now), record)
    kernel.clearKey(signalScope)
  })
}

function submitFailed({ host }: TaskScope, entry: TaskEntry, record: CallRecord): void {
  const traced = record.options.trace?.sampled
  host.turn((kernel, now) => entry.calls.add(kernel.submitFailed(entry.id, traced, now), record))
}

/** A non-string or the empty string is no key (contract, Dispatch). */
function keyFrom(derived: unknown): string | undefined {
  return typeof derived === 'string' && derived !== '' ? derived : undefined
}

function drain({ host }: TaskScope, entry: TaskEntry): Promise<void> {
  return new Promise((resolve, reject) => {
    entry.drains.push({ resolve, reject })
    host.turn((kernel, now) => kernel.watchDrain(entry.id, now))
  })
}

/** A copy, so that no getter of the user's runs later, when the kernel must not be disturbed. */
function checked(options: TaskDispatchOptions): TaskDispatchOptions {
  if (typeof options !== 'object' || options === null) {
    throw new TypeError(`with() takes an object of options, not ${show(options)}`)
  }
  const copy = { ...options }
  const { key, signal, transfer, transferResult } = copy
  const wrong = (field: string, allowed: string, value: unknown) =>
    new TypeError(`${field} must be ${allowed}, not ${show(value)}`)
  if (key !== undefined && typeof key !== 'string') throw wrong('key', 'a string', key)
  if (signal !== undefined && typeof signal?.addEventListener !== 'function') {
    throw wrong('signal', 'an AbortSignal', signal)
  }
  if (copy.trace !== undefined) {
    const trace = { ...copy.trace }
    if (!isTrace(trace)) throw wrong('trace', 'a TraceContext', copy.trace)
    copy.trace = trace
  }
  if (transfer !== undefined && !Array.isArray(transfer)) {
    throw wrong('transfer', 'an array of transferable objects', transfer)
  }
  if (transferResult !== undefined && typeof transferResult !== 'boolean') {
    throw wrong('transferResult', 'a boolean', transferResult)
  }
  return copy
}

function isTrace({ id, name, sampled }: Partial<TraceContext>): boolean {
  const isNamed = name === undefined || typeof name === 'string'
  return typeof id === 'string' && typeof sampled === 'boolean' && isNamed
}

function invalid(
  Kind: typeof RangeError | typeof TypeError,
  field: keyof TaskConfig,
  allowed: string,
  config: TaskConfig,
): Error {
  return new Kind(`${field} must be ${allowed}, not ${show(config[field])}`)
}

function attempt(define: () => number): number | ConfigError {
  try {
    return define()
  } catch (error) {
    if (typeof error === 'object' && error !== null && 'allowed' in error) return error as ConfigError
    throw error
  }
}
