import { parallelLimit } from '@varunkanwar/atelier'
import type { Case } from '../../page/field.ts'

export default (async t => {
  async function* source() {
    for (;;) yield 1
  }
  const results = parallelLimit(source(), 4, () => Promise.reject(new Error('each time')), {
    errorPolicy: 'continue',
  })
  const next = results.next()
  await t.settles(t.sleep(20), 'a timer of the page')
  await t.settles(results.return?.() as Promise<unknown>, 'return()')
  t.equal((await t.settles(next)).done, true)
}) satisfies Case
