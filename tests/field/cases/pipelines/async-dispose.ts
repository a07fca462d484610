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
  const symbol = Reflect.get(Symbol, 'asyncDispose') ?? Symbol.for('Symbol.asyncDispose')
  const dispose: () => Promise<unknown> = Reflect.get(results, symbol)
  t.equal(typeof dispose, 'function', 'the type of [Symbol.asyncDispose]')
  await t.settles(dispose.call(results))
  t.ok(closed, 'the source is closed')
}) satisfies Case
