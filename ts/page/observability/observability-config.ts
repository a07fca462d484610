import type { ObservabilityConfig } from '../../api/config.ts'
import { describe, show } from '../../shared/errors/describe.ts'
import { refuseUnknown } from '../../shared/unknown-options.ts'
import { isDevelopment } from './is-development.ts'

/** Which spans and traces are recorded: none, or a part of them as the kernel clamps it. */
export type SpanRecording = { readonly on: boolean; readonly sampleRate: number }

/**
 * Reads the configuration. `'auto'`, also the default, is on in development builds; an object without a mode is on, since
 * naming a sample rate is opting in.
 *
 * @throws TypeError for what is no configuration, a mode that is none of the three or a rate that is no number.
 */
export function parseObservability(config: ObservabilityConfig = {}): SpanRecording {
  if (typeof config !== 'object' || config === null) {
    throw new TypeError(`observability must be an object, not ${show(config)}`)
  }
  refuseUnknown('createTaskRuntime: observability', config, ['spans'])
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
