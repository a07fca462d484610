import { show } from '../../shared/errors/describe.ts'
import { refuseUnknown } from '../../shared/unknown-options.ts'

/** The options of one streaming method, with their defaults. */
export type StreamLimits = {
  /** Items that the worker may be ahead of the loop. */
  readonly ahead: number
  /** Milliseconds that the loop may wait for an item; undefined: no limit. */
  readonly itemTimeoutMs: number | undefined
}

const DEFAULT_AHEAD = 16

/**
 * Reads the `streams` of a configuration: the streaming methods by name. Undefined where there are none.
 *
 * @throws TypeError or RangeError naming the first field that failed validation.
 */
export function parseStreams(streams: unknown): ReadonlyMap<string, StreamLimits> | undefined {
  if (streams === undefined) return undefined
  if (typeof streams !== 'object' || streams === null || Array.isArray(streams)) {
    throw new TypeError(`streams must be an object with names of methods, not ${show(streams)}`)
  }
  const limits = new Map<string, StreamLimits>()
  for (const [method, options] of Object.entries(streams)) {
    if (options !== undefined) limits.set(method, parse(`streams.${method}`, options))
  }
  return limits
}

function parse(field: string, options: unknown): StreamLimits {
  if (options === true) return { ahead: DEFAULT_AHEAD, itemTimeoutMs: undefined }
  if (typeof options !== 'object' || options === null) {
    throw new TypeError(`${field} must be true or an object of options, not ${show(options)}`)
  }
  refuseUnknown(field, options, ['ahead', 'itemTimeoutMs'])
  const { ahead = DEFAULT_AHEAD, itemTimeoutMs } = options as { ahead?: unknown; itemTimeoutMs?: unknown }
  const isCount = Number.isInteger(ahead) && (ahead as number) >= 1
  if (!isCount) throw invalid(`${field}.ahead`, 'a positive integer', ahead)
  const isTime = itemTimeoutMs === undefined || (typeof itemTimeoutMs === 'number' && itemTimeoutMs > 0)
  if (!isTime) {
    throw invalid(`${field}.itemTimeoutMs`, 'a positive number of milliseconds or Infinity', itemTimeoutMs)
  }
  return {
    ahead: ahead as number,
    itemTimeoutMs: itemTimeoutMs === Number.POSITIVE_INFINITY ? undefined : itemTimeoutMs,
  }
}

function invalid(field: string, allowed: string, value: unknown): Error {
  const Kind = typeof value === 'number' ? RangeError : TypeError
  return new Kind(`${field} must be ${allowed}, not ${show(value)}`)
}
