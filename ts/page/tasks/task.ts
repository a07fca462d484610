import type { TaskConfig } from '../../api/config.ts'
import type { TaskStream } from '../../api/streams.ts'
import type { Task, TaskDispatchOptions } from '../../api/task.ts'
import type { CallSeq, TaskId } from '../kernel/boundary.ts'
import type { Host } from '../kernel/host.ts'
import type { CallPriority, Superseded } from '../kernel/port-types.ts'
import { stateOf } from '../observability/snapshots.ts'
import { CallStream } from '../streams/call-stream.ts'
import type { StreamLimits } from '../streams/stream-options.ts'
import { held } from '../streams/task-stream.ts'
import type { CallRecord } from './call-record.ts'
import { checkedOptions } from './dispatch-options.ts'
import { type Disposal, disposal } from './disposal.ts'
import { priorityOfCall } from './priority.ts'
import type { TaskEntry, TaskRegistry } from './registry.ts'
import type { Scopes } from './scopes.ts'
import { registerTask } from './task-config.ts'
import { taskWorkers } from './task-workers.ts'

/** What all tasks of a runtime share. */
export type TaskScope = {
  readonly host: Host
  readonly tasks: TaskRegistry
  readonly scopes: Scopes
  /** Fires once a disposed task's proxies have been garbage-collected. */
  readonly unreachable: FinalizationRegistry<TaskId>
}

/** The members of a task that are not methods of its worker. */
type TaskControls = Pick<
  Task<object>,
  'workers' | 'getState' | 'startWorkers' | 'stopWorkers' | 'drain' | 'dispose'
> &
  Disposal

/**
 * Names that libraries read to tell what kind of object they hold (Vue's `__v_raw`, React's `$$typeof`, RxJS's `@@observable`).
 * If they were functions, the task would be mistaken for such an object.
 */
const PROBES = /^(?:__|\$\$|@@)/

/**
 * Registers a task with the kernel and returns its typed proxy.
 *
 * @throws TypeError or RangeError naming the first field of `config` that failed validation.
 */
export function defineTask<T>(scope: TaskScope, given: TaskConfig): Task<T> {
  // Copied so that user-defined getters cannot run inside the kernel.
  const config = { ...given }
  const { host, tasks } = scope
  const dispose = () => disposeTask(scope, entry)
  const controls: TaskControls = {
    workers: taskWorkers(host, () => entry),
    getState: () => stateOf(host, entry),
    startWorkers: () => host.port.startWorkers(entry.id),
    stopWorkers: () => host.port.stopWorkers(entry.id),
    drain: () => drain(host, entry),
    dispose,
    ...disposal(dispose),
  }
  const entry = registerTask(host, tasks, config, controls)

  const bind = (options: TaskDispatchOptions): Task<T> => {
    const members: Record<PropertyKey, unknown> = {
      ...controls,
      with: (more: TaskDispatchOptions) => bind({ ...options, ...checkedOptions(more) }),
    }
    // Not cached in the target, because users may freeze the task.
    const methods = new Map<string, unknown>()
    return new Proxy(members, {
      get(target, name) {
        // Keep Object.prototype members as they are: string conversion must not dispatch a call.
        const member = target[name]
        if (member !== undefined || typeof name === 'symbol') return member
        // Otherwise `await` would take the task for a promise, and JSON.stringify would dispatch a call.
        if (name === 'then' || name === 'toJSON' || PROBES.test(name)) return undefined
        let method = methods.get(name)
        if (!method) {
          const limits = entry.streams?.get(name)
          method = limits
            ? (...args: unknown[]) => stream(scope, entry, config, options, name, args, limits)
            : (...args: unknown[]) => call(scope, entry, config, options, name, args)
          methods.set(name, method)
        }
        return method
      },
    }) as unknown as Task<T>
  }

  return bind({})
}

/**
 * Disposes a task. Idempotent, and has no effect after a panic of the kernel. The kernel goes on rejecting calls of the task
 * until it can no longer be called.
 */
export function disposeTask({ host, tasks, unreachable }: TaskScope, entry: TaskEntry): void {
  if (!entry.disposed) {
    tasks.retire(entry)
    // If the proxy is already unreachable, register a throw-away object so that the finalizer runs soon, but never in the
    // middle of a drain.
    unreachable.register(entry.reach.deref() ?? {}, entry.id)
  }
  host.report(() => host.port.disposeTask(entry.id))
}

/** Makes a call. Whatever the options and `keyOf` do, it rejects and never throws. */
function call(
  scope: TaskScope,
  entry: TaskEntry,
  config: TaskConfig,
  options: TaskDispatchOptions,
  method: string,
  args: unknown[],
): Promise<unknown> {
  return new Promise((resolve, reject) => {
    const record: CallRecord = { method, args, key: undefined, options, resolve, reject, value: undefined }
    submit(scope, entry, config, record)
  })
}

/** Returns the stream of a call that the first `next()` makes. */
function stream(
  scope: TaskScope,
  entry: TaskEntry,
  config: TaskConfig,
  options: TaskDispatchOptions,
  method: string,
  args: unknown[],
  limits: StreamLimits,
): TaskStream<unknown, unknown> {
  const make = (stream: CallStream) => {
    const { resolve, reject } = stream
    const record: CallRecord = {
      method,
      args,
      key: undefined,
      options,
      resolve,
      reject,
      value: undefined,
      stream,
    }
    submit(scope, entry, config, record)
  }
  return held(new CallStream(scope.host, entry.id, limits, make))
}

function submit(
  { host, scopes }: TaskScope,
  entry: TaskEntry,
  { keyOf, priorityOf }: TaskConfig,
  record: CallRecord,
): void {
  const { options } = record
  const args = record.args as unknown[]
  const { signal, timeoutMs, trace } = options
  const { port } = host
  let key: ReturnType<Scopes['ofKey']>
  let signalScope: ReturnType<Scopes['ofSignal']>
  let superseded: Superseded | undefined
  let isAborted: boolean
  let priority: CallPriority
  try {
    record.key = keyFrom(options.key ?? keyOf?.(...args))
    key = scopes.ofKey(record.key)
    priority = priorityOfCall(options, priorityOf, args)
    isAborted = signal?.aborted === true
    signalScope = scopes.ofSignal(signal)
    superseded = scopes.ofLatest(entry.id, options)
  } catch (error) {
    if (key !== undefined) scopes.release(key)
    record.value = error
    port.submitFailed(entry.id, take(entry, record), trace?.sampled)
    return
  }
  const call = take(entry, record)
  if (signalScope === undefined || !isAborted) {
    port.submit(entry.id, call, key, signalScope, timeoutMs, priority, superseded, trace?.sampled)
    return
  }
  const aborted = signalScope
  host.batch(() => {
    port.abortScope(aborted)
    port.submit(entry.id, call, key, aborted, timeoutMs, priority, superseded, trace?.sampled)
    port.clearScope(aborted)
  })
}

/** Registers the call under the next number of its task. */
function take(entry: TaskEntry, record: CallRecord): CallSeq {
  const call = entry.nextCall
  entry.nextCall = ((call + 1) >>> 0) as CallSeq
  entry.calls.add(call, record)
  if (record.stream) record.stream.call = call
  return call
}

/** A non-string or an empty string means "no key". */
function keyFrom(derived: unknown): string | undefined {
  return typeof derived === 'string' && derived !== '' ? derived : undefined
}

function drain(host: Host, entry: TaskEntry): Promise<void> {
  return new Promise((resolve, reject) => {
    entry.drains.push({ resolve, reject })
    host.port.watchDrain(entry.id)
  })
}
