import type { RuntimeConfig } from '../api/config.ts'
import type { TaskRuntime } from '../api/runtime.ts'
import type { KernelPanicError } from '../shared/errors/classes.ts'
import { show } from '../shared/errors/describe.ts'
import { refuseUnknown } from '../shared/unknown-options.ts'
import { Alarm } from './kernel/alarm.ts'
import type { TaskId } from './kernel/boundary.ts'
import { Host, type Shell } from './kernel/host.ts'
import { recorderFor, recorders } from './kernel/recorder.ts'
import { inspections } from './observability/inspection.ts'
import { Snapshots } from './observability/snapshots.ts'
import { Telemetry } from './observability/telemetry.ts'
import { checkPriority } from './tasks/dispatch-options.ts'
import { disposal } from './tasks/disposal.ts'
import { TaskRegistry } from './tasks/registry.ts'
import { Rejections } from './tasks/rejections.ts'
import { Scopes } from './tasks/scopes.ts'
import { Settlement } from './tasks/settlement.ts'
import { defineTask, disposeTask, type TaskScope } from './tasks/task.ts'
import { WorkerHost } from './workers/worker-host.ts'

/**
 * Creates a runtime: a registry of tasks with one cancellation domain and one event stream. Synchronous; the first one
 * on a page compiles the kernel.
 *
 * @throws TypeError for an invalid configuration.
 * @throws Error where WebAssembly is missing, or a Content-Security-Policy forbids it.
 */
export function createTaskRuntime(config: RuntimeConfig = {}): TaskRuntime {
  if (typeof config !== 'object' || config === null) {
    throw new TypeError(`createTaskRuntime takes an object of options, not ${show(config)}`)
  }
  refuseUnknown('createTaskRuntime', config, ['observability', 'maxBusyWorkers'])
  const maxBusyWorkers = checkedMaxBusyWorkers(config.maxBusyWorkers)
  const recorder = recorderFor(config.observability?.record)
  const host = new Host(recorder)
  const tasks = new TaskRegistry()
  const scopes = new Scopes(host)
  const rejections = new Rejections(scopes)
  const settlement = new Settlement(tasks, rejections)
  const telemetry = new Telemetry(host, tasks, rejections, config.observability)
  const workers = new WorkerHost(host, tasks, telemetry)
  const snapshots = new Snapshots(host, tasks, maxBusyWorkers)
  const alarm = new Alarm(deadline => host.report(() => host.port.handleTimeout(deadline)))

  const shell: Shell = {
    spawn: (task, slot, epoch) => workers.spawn(task, slot, epoch),
    giveUp: (task, slot, _, after) => workers.giveUp(task, slot, after),
    terminate: (task, slot, epoch) => workers.terminate(task, slot, epoch),
    dispatch: (task, call, attempt, slot, epoch) => workers.dispatch(task, call, attempt, slot, epoch),
    interrupt: (task, call, slot, epoch) => workers.interrupt(task, call, slot, epoch),
    resolve: (task, call) => settlement.resolve(task, call),
    reject: (task, call, reason, aborted, blamed) => settlement.reject(task, call, reason, aborted, blamed),
    abortSignal: scope => scopes.abortSignal(scope),
    releaseScope: scope => scopes.release(scope),
    drained: task => settlement.drained(task),
    replaced: task => settlement.replaced(task),
    count: (metric, task, slot, termination) => telemetry.count(metric, task, slot, termination),
    gauge: (metric, task, value) => telemetry.gauge(metric, task, value),
    busyWorkers: value => telemetry.busyWorkers(value),
    histogram: (metric, task, value) => telemetry.histogram(metric, task, value),
    endSpan: end => telemetry.endSpan(end),
    endTrace: (trace, started, ended, status, error) =>
      telemetry.endTrace(trace, started, ended, status, error),
    deadline(at) {
      rejections.forget()
      alarm.set(at)
    },
    panicked(panic) {
      alarm.set(Number.POSITIVE_INFINITY)
      snapshots.stop()
      endAll(panic)
    },
  }
  host.connect(shell)
  if (maxBusyWorkers !== Number.POSITIVE_INFINITY) host.port.limitBusyWorkers(maxBusyWorkers)

  /** The kernel is gone: nobody may wait for it, and no worker may go on for it. */
  const endAll = (panic: KernelPanicError) => {
    for (const entry of tasks.entries()) {
      workers.endAll(entry, panic)
      settlement.rejectAll(entry, panic)
    }
  }

  const taskScope: TaskScope = {
    host,
    tasks,
    scopes,
    unreachable: new FinalizationRegistry<TaskId>(task => {
      host.report(() => host.port.forgetTask(task))
      tasks.forget(task)
    }),
  }
  const dispose = () => {
    for (const entry of tasks.entries()) disposeTask(taskScope, entry)
    snapshots.stop()
    telemetry.stop()
  }
  const runtime: TaskRuntime = {
    defineTask: taskConfig => defineTask(taskScope, taskConfig),
    abortTaskController: scopes.controller,
    prioritize(key, priority) {
      checkPriority(priority)
      scopes.prioritize(key, priority)
    },
    getRuntimeSnapshot: () => snapshots.get(),
    subscribeRuntimeSnapshot: (listener, options) => snapshots.subscribe(listener, options),
    subscribeEvents: listener => telemetry.subscribe(listener),
    observeSpans: listener => telemetry.observeSpans(listener),
    createTrace: name => telemetry.createTrace(name),
    runWithTrace: (name, fn) => telemetry.runWithTrace(name, fn),
    dispose,
    ...disposal(dispose),
  }
  inspections.set(runtime, { host, tasks, telemetry, shell })
  if (recorder) recorders.set(runtime, recorder)
  return runtime
}

/** @throws TypeError or RangeError for what is no limit. */
function checkedMaxBusyWorkers(max: number = Number.POSITIVE_INFINITY): number {
  const isCount = Number.isInteger(max) && max >= 1
  if (isCount || max === Number.POSITIVE_INFINITY) return max
  const Kind = typeof max === 'number' ? RangeError : TypeError
  throw new Kind(`maxBusyWorkers must be a positive integer or Infinity, not ${show(max)}`)
}
