import { parallelLimit } from '@varunkanwar/atelier'
import type { Case } from '../../page/field.ts'

export default (async t => {
  let closed = false
  function* source() {
    try {
      for (let n = 0; ; n++) yield n
    } finally {
      closed = true
    }
  }
  const results = parallelLimit(source(), 2, n => n)
  await t.settles(results.next())
  t.equal(typeof results.throw, 'function', 'the type of throw')
  await t.rejects(results.throw?.(new RangeError('enough')) as Promise<unknown>, 'RangeError', /enough/)
  t.ok(closed, 'the source is closed')
  t.equal((await t.settles(results.next())).done, true)
}) satisfies Case
