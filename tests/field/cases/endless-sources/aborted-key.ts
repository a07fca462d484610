import { parallelLimit } from '@varunkanwar/atelier'
import type { Case } from '../../page/field.ts'

export const quick = true

export default (async t => {
  const { abortTaskController } = t.runtime
  abortTaskController.abort('gone')
  function* source() {
    for (;;) yield 1
  }
  const results = parallelLimit(source(), 2, n => n, { abortTaskController, keyOf: () => 'gone' })
  const next = results.next()
  await t.settles(t.sleep(20), 'a timer of the page')
  await t.settles(results.return?.() as Promise<unknown>, 'return()')
  t.equal((await t.settles(next)).done, true)
}) satisfies Case
