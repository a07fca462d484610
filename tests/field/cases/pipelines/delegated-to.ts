/** A generator that delegates hands on what its consumer throws. */
import { parallelLimit } from '@varunkanwar/atelier'
import type { Case } from '../../page/field.ts'

export default (async t => {
  async function* delegate() {
    yield* parallelLimit([1, 2, 3], 1, n => n)
  }
  const results = delegate()
  t.equal((await t.settles(results.next())).value, 1)
  await t.rejects(results.throw(new RangeError('enough')), 'RangeError', /enough/)
}) satisfies Case
