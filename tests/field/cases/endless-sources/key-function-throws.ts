import { parallelLimit } from '@varunkanwar/atelier'
import type { Case } from '../../page/field.ts'

export default (async t => {
  const { abortTaskController } = t.runtime
  function* source() {
    for (;;) yield 1
  }
  const keyOf = (): string => {
    throw new Error('no key')
  }
  const results = parallelLimit(source(), 2, n => n, { abortTaskController, keyOf, errorPolicy: 'continue' })
  const next = results.next()
  await t.settles(t.sleep(20), 'a timer of the page')
  await t.settles(results.return?.() as Promise<unknown>, 'return()')
  t.equal((await t.settles(next)).done, true)
}) satisfies Case
