import type { ObservabilityConfig } from '../../api/config.ts'
import { describe, show } from '../../shared/errors/describe.ts'
import { refuseUnknown } from '../../shared/unknown-options.ts'
import { isDevelopment } from './is-development.ts'

/** Whether spans and traces are recorded, and at what rate; the kernel clamps the rate. */
export type SpanRecording = { readonly on: boolean; readonly sampleRate: number }

/**
 * Parses the configuration. `'auto'`, the default, is on in development builds only; an object without a mode is on, because
 * setting a sample rate is opting in.
 *
 * @throws TypeError if `config` is not a configuration, the mode is unknown or the rate is not a number.
 */
export function parseObservability(config: ObservabilityConfig = {}): SpanRecording {
  if (typeof config !== 'object' || config === null) {
    throw new TypeError(`observability must be an object, not ${show(config)}`)
  }
  refuseUnknown('createTaskRuntime: observability', config, ['spans', 'record'])
  const { spans = 'auto' } = config
  if (typeof spans !== 'string' && (typeof spans !== 'object' || spans === null)) {
    throw new TypeError(
      `observability.spans must be 'auto', 'on', 'off' or an object with a mode or sampleRate, not ${describe(spans)}`,
    )
  }
  if (typeof spans === 'object') {
    refuseUnknown('createTaskRuntime: observability.spans', spans, ['mode', 'sampleRate'])
  }
  const { mode = 'on', sampleRate = 1 } = typeof spans === 'string' ? { mode: spans } : spans
  if (mode !== 'auto' && mode !== 'on' && mode !== 'off') {
    throw new TypeError(`observability.spans must be 'auto', 'on' or 'off', not ${describe(mode)}`)
  }
  if (typeof sampleRate !== 'number') {
    throw new TypeError(`observability.spans.sampleRate must be a number, not ${describe(sampleRate)}`)
  }
  return { on: mode === 'on' || (mode === 'auto' && isDevelopment()), sampleRate }
}
