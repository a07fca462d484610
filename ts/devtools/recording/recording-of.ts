import type { TaskRuntime } from '../../api/runtime.ts'
import { provideRecorder, recorders } from '../../page/kernel/recorder.ts'
import { createRecorder } from './recorder.ts'

// The effect of this import, which the manifest's `sideEffects` names: from now on runtimes can record.
provideRecorder(createRecorder)

/**
 * What a runtime has recorded so far, for {@link replay} or a bug report. It holds numbers: no arguments, results, keys, names or errors.
 *
 * @param runtime - one that was created with `observability: { record: {} }`.
 * @throws TypeError if it does not record.
 */
export function recordingOf(runtime: TaskRuntime): Uint8Array {
  const recorder = recorders.get(runtime)
  if (recorder) return recorder.bytes()
  throw new TypeError('The runtime does not record: create it with observability: { record: {} }.')
}
