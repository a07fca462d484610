import type { TaskConfig, WorkerRange } from '../../api/config.ts'
import { show } from '../../shared/errors/describe.ts'
import { refuseUnknown } from '../../shared/unknown-options.ts'
import type { CallSeq, TaskId } from '../kernel/boundary.ts'
import type { Host } from '../kernel/host.ts'
import type { ConfigRefusal } from '../kernel/port-types.ts'
import { parseStreams } from '../streams/stream-options.ts'
import type { TaskEntry, TaskRegistry } from './registry.ts'
import { SequenceMap } from './sequence-map.ts'

const FIELDS = Object.keys({
  type: true,
  worker: true,
  workerData: true,
  taskId: true,
  taskName: true,
  init: true,
  poolSize: true,
  maxCallsPerWorker: true,
  keyOf: true,
  priorityOf: true,
  order: true,
  weight: true,
  timeoutMs: true,
  maxInFlight: true,
  maxQueueDepth: true,
  queuePolicy: true,
  crashPolicy: true,
  crashMaxRetries: true,
  idleTimeoutMs: true,
  cancelGraceMs: true,
  startTimeoutMs: true,
  streams: true,
} satisfies Record<keyof TaskConfig, true>)

/**
 * Registers a task with the kernel and the shell.
 *
 * @param config - a plain object.
 * @param reach - an object that stays alive as long as the task can be called.
 * @throws TypeError or RangeError naming the first field that failed validation.
 */
export function registerTask(host: Host, tasks: TaskRegistry, config: TaskConfig, reach: object): TaskEntry {
  refuseUnknown('defineTask', config, FIELDS)
  checkShellFields(tasks, config)
  const streams = parseStreams(config.streams)
  const poolSize = config.type === 'singleton' ? {} : plainPoolSize(config.poolSize)
  const cores = typeof navigator === 'undefined' ? undefined : navigator.hardwareConcurrency
  const { port } = host
  let defined: TaskEntry | ConfigRefusal | undefined
  // In a batch, so that the entry exists before the effects of an eager task are performed.
  host.batch(() => {
    const answer = port.defineTask({ ...config, ...poolSize }, cores)
    if (typeof answer !== 'number') {
      defined = answer
      return
    }
    const { type, init, queuePolicy, maxInFlight, maxQueueDepth } = port.snapshot(answer)
    defined = {
      id: answer,
      taskId: config.taskId ?? freeName(tasks, answer),
      taskName: config.taskName,
      type,
      init,
      timeoutMs: config.timeoutMs,
      limits: { queuePolicy, maxInFlight, maxQueueDepth },
      createWorker: config.worker,
      workerData: config.workerData,
      streams,
      nextCall: 0 as CallSeq,
      calls: new SequenceMap(),
      workers: [],
      crashes: [],
      drains: [],
      replacements: [],
      reach: new WeakRef(reach),
      disposed: false,
    }
    tasks.add(defined)
  })
  const answer = defined as unknown as TaskEntry | ConfigRefusal
  if ('id' in answer) return answer
  const Kind = answer.outOfRange ? RangeError : TypeError
  throw invalid(Kind, answer.field, answer.allowed, { ...poolSize, ...config })
}

/** Validates the fields that the kernel never sees. */
function checkShellFields(tasks: TaskRegistry, config: TaskConfig): void {
  const { worker, keyOf, priorityOf, taskId, taskName } = config
  if (typeof worker !== 'function')
    throw invalid(TypeError, 'worker', 'a function that creates a Worker', config)
  if (keyOf !== undefined && typeof keyOf !== 'function') {
    throw invalid(TypeError, 'keyOf', 'a function that derives a string from the arguments', config)
  }
  if (priorityOf !== undefined && typeof priorityOf !== 'function') {
    throw invalid(TypeError, 'priorityOf', 'a function that derives an integer from the arguments', config)
  }
  if (taskName !== undefined && typeof taskName !== 'string')
    throw invalid(TypeError, 'taskName', 'a string', config)
  if (taskId === undefined) return
  if (typeof taskId !== 'string') throw invalid(TypeError, 'taskId', 'a string', config)
  if (tasks.isNamed(taskId)) {
    throw invalid(RangeError, 'taskId', 'unique among the live tasks of this runtime', config)
  }
}

function freeName(tasks: TaskRegistry, id: TaskId): string {
  let number: number = id
  while (tasks.isNamed(`task-${number}`)) number++
  return `task-${number}`
}

/** The pool size as the kernel reads it. */
type PlainPoolSize = {
  poolSize?: number | null | undefined
  'poolSize.min'?: number
  'poolSize.max'?: number | undefined
}

/**
 * Takes a range apart, so that user-defined getters cannot run inside the kernel. What is no pool size becomes null, which the kernel
 * refuses.
 *
 * @throws TypeError for a member that a range does not have.
 */
function plainPoolSize(poolSize: unknown): PlainPoolSize {
  if (typeof poolSize === 'number' || poolSize === undefined) return { poolSize }
  if (Object.prototype.toString.call(poolSize) !== '[object Object]') return { poolSize: null }
  refuseUnknown('poolSize', poolSize as object, ['min', 'max'])
  const { min = 0, max } = poolSize as WorkerRange
  return { poolSize: undefined, 'poolSize.min': min, 'poolSize.max': max }
}

function invalid(
  Kind: typeof RangeError | typeof TypeError,
  field: string,
  allowed: string,
  config: object,
): Error {
  return new Kind(`${field} must be ${allowed}, not ${show((config as Record<string, unknown>)[field])}`)
}
