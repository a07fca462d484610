import type { TraceContext } from '../../api/events.ts'
import type { TaskDispatchOptions } from '../../api/task.ts'
import { show } from '../../shared/errors/describe.ts'
import { refuseUnknown } from '../../shared/unknown-options.ts'
import { isPriority } from './priority.ts'

const OPTIONS = Object.keys({
  key: true,
  signal: true,
  timeoutMs: true,
  priority: true,
  latest: true,
  replaceRunning: true,
  onProgress: true,
  trace: true,
  transfer: true,
  transferResult: true,
} satisfies Record<keyof TaskDispatchOptions, true>)

/**
 * Validates the options of `with()`. Returns a copy, so that no user-defined getter runs later, in the middle of a kernel
 * input.
 *
 * @throws TypeError or RangeError naming the first field that failed validation.
 */
export function checkedOptions(options: TaskDispatchOptions): TaskDispatchOptions {
  if (typeof options !== 'object' || options === null) {
    throw new TypeError(`with() takes an object of options, not ${show(options)}`)
  }
  const copy = { ...options }
  refuseUnknown('with()', copy, OPTIONS)
  const { key, signal, timeoutMs, priority, latest, replaceRunning, transfer, transferResult } = copy
  const wrong = (field: string, allowed: string, value: unknown) =>
    new TypeError(`${field} must be ${allowed}, not ${show(value)}`)
  if (key !== undefined && typeof key !== 'string') throw wrong('key', 'a string', key)
  if (signal !== undefined && typeof signal?.addEventListener !== 'function') {
    throw wrong('signal', 'an AbortSignal', signal)
  }
  if (timeoutMs !== undefined && typeof timeoutMs !== 'number') {
    throw wrong('timeoutMs', 'a positive number of milliseconds or Infinity', timeoutMs)
  }
  if (timeoutMs !== undefined && !(timeoutMs > 0)) {
    throw new RangeError(`timeoutMs must be a positive number of milliseconds or Infinity, not ${timeoutMs}`)
  }
  if (priority !== undefined) checkPriority(priority)
  if (latest !== undefined && typeof latest !== 'string') throw wrong('latest', 'a string', latest)
  if (replaceRunning !== undefined && typeof replaceRunning !== 'boolean') {
    throw wrong('replaceRunning', 'a boolean', replaceRunning)
  }
  if (copy.onProgress !== undefined && typeof copy.onProgress !== 'function') {
    throw wrong('onProgress', 'a function', copy.onProgress)
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

/** @throws TypeError or RangeError for what is no priority. */
export function checkPriority(priority: unknown): asserts priority is number {
  if (isPriority(priority)) return
  const Kind = typeof priority === 'number' ? RangeError : TypeError
  throw new Kind(`priority must be an integer from −8 to 7, not ${show(priority)}`)
}

function isTrace({ id, name, sampled }: Partial<TraceContext>): boolean {
  const isNamed = name === undefined || typeof name === 'string'
  return typeof id === 'string' && typeof sampled === 'boolean' && isNamed
}
