import { parallelLimit } from '@varunkanwar/atelier'
import type { Case } from '../../page/field.ts'

export default (async t => {
  const { abortTaskController } = t.runtime
  abortTaskController.abort('gone')
  async function* source() {
    for (let n = 0; ; n++) yield n
  }
  const results = parallelLimit(source(), 2, n => n, { abortTaskController, keyOf: () => 'gone' })
  setTimeout(() => abortTaskController.clear('gone'), 20)
  t.equal((await t.settles(results.next())).done, false)
  await t.settles(results.return?.() as Promise<unknown>, 'return()')
}) satisfies Case
