import type { RuntimeConfig, TaskRuntime } from '../api/types.ts'
import type { KernelPanicError } from '../shared/errors/classes.ts'
import { Alarm } from './kernel/alarm.ts'
import { Host, type Performer } from './kernel/host.ts'
import { Snapshots } from './observability/snapshots.ts'
import { Telemetry } from './observability/telemetry.ts'
import { CallTable } from './tasks/registry.ts'
import { Rejections } from './tasks/rejections.ts'
import { KeyTable } from './tasks/scopes.ts'
import { defineTask, disposeTask, type TaskScope } from './tasks/task.ts'
import { WorkerHost } from './workers/worker-host.ts'

/**
 * Creates a runtime: a registry of tasks with one cancellation domain and one event stream. Synchronous; the first one
 * on a page compiles the kernel.
 */
export function createTaskRuntime(config: RuntimeConfig = {}): TaskRuntime {
  const host = new Host()
  const calls = new CallTable()
  const keys = new KeyTable(host)
  const workers = new WorkerHost(host, calls)
  const telemetry = new Telemetry(host, calls, config.observability)
  const snapshots = new Snapshots(host, calls)
  const alarm = new Alarm(deadline =>
    host.tell((kernel, now) => kernel.handleTimeout(Math.max(now, deadline))),
  )
  host.connect(performer({ calls, keys, workers, telemetry, snapshots, alarm }))

  const scope: TaskScope = {
    host,
    calls,
    keys,
    unreachable: new FinalizationRegistry(task => {
      host.tell((kernel, now) => kernel.forgetTask(task, now))
      calls.forget(task)
    }),
  }
  const dispose = () => {
    for (const entry of calls.entries()) disposeTask(scope, entry)
    snapshots.stop()
    telemetry.stop()
  }
  return {
    defineTask: taskConfig => defineTask(scope, taskConfig),
    abortTaskController: keys.controller,
    getRuntimeSnapshot: () => snapshots.get(),
    subscribeRuntimeSnapshot: (listener, options) => snapshots.subscribe(listener, options),
    subscribeEvents: listener => telemetry.subscribe(listener),
    observeSpans: listener => telemetry.observeSpans(listener),
    createTrace: name => telemetry.createTrace(name),
    runWithTrace: (name, fn) => telemetry.runWithTrace(name, fn),
    dispose,
    [Symbol.dispose]: dispose,
  }
}

type Parts = {
  calls: CallTable
  keys: KeyTable
  workers: WorkerHost
  telemetry: Telemetry
  snapshots: Snapshots
  alarm: Alarm
}

/** Hands each effect to the part that performs it. */
function performer({ calls, keys, workers, telemetry, snapshots, alarm }: Parts): Performer {
  const rejections = new Rejections(keys)
  return {
    spawn: (task, slot, epoch) => workers.spawn(task, slot, epoch),
    giveUp: (task, slot, afterMs) => workers.giveUp(task, slot, afterMs),
    terminate: (task, slot, epoch) => workers.terminate(task, slot, epoch),
    dispatch: (task, call, attempt, slot, epoch) => workers.dispatch(task, call, attempt, slot, epoch),
    interrupt: (task, call, slot, epoch) => workers.interrupt(task, call, slot, epoch),
    resolve(task, call) {
      const record = calls.take(task, call)
      record?.resolve(record.value)
    },
    reject(task, call, registers) {
      const record = calls.take(task, call)
      record?.reject(rejections.errorOf(calls.entry(task), record, registers))
    },
    abortSignal: key => keys.abortSignal(key),
    releaseKey: key => keys.release(key),
    drained(task) {
      for (const { resolve } of calls.entry(task).drains.splice(0)) resolve()
    },
    metric: (kind, registers) => telemetry.metric(kind, registers),
    endSpan(registers) {
      const entry = calls.entry(registers.task)
      const record = entry.calls.get(registers.call)
      if (!record) return
      const failed = registers.error !== undefined
      telemetry.endSpan(
        registers,
        entry,
        record,
        failed ? rejections.errorOf(entry, record, registers) : undefined,
      )
    },
    endTrace: registers => telemetry.endTrace(registers),
    deadline(at) {
      rejections.forget()
      alarm.set(at)
    },
    panicked: panic => settleAll(panic, { calls, workers, snapshots, alarm }),
  }
}

/** The kernel is gone: nobody may wait for it, and no worker may go on for it. */
function settleAll(
  panic: KernelPanicError,
  { calls, workers, snapshots, alarm }: Pick<Parts, 'calls' | 'workers' | 'snapshots' | 'alarm'>,
): void {
  alarm.set(Number.POSITIVE_INFINITY)
  snapshots.stop()
  for (const entry of calls.entries()) {
    workers.endAll(entry)
    for (const { reject } of entry.calls.takeAll()) reject(panic)
    for (const { reject } of entry.drains.splice(0)) reject(panic)
  }
}
