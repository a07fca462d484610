import { parallelLimit } from '@varunkanwar/atelier'
import type { Case } from '../../page/field.ts'

export default (async t => {
  const { abortTaskController } = t.runtime
  abortTaskController.abort('gone')
  const stop = new AbortController()
  function* source() {
    for (;;) yield 1
  }
  const results = parallelLimit(source(), 2, n => n, {
    abortTaskController,
    keyOf: () => 'gone',
    signal: stop.signal,
  })
  setTimeout(() => stop.abort(), 20)
  await t.rejects(results.next(), 'AbortError')
}) satisfies Case
