import { yieldAsCompleted } from '@varunkanwar/atelier'
import type { Case } from '../../page/field.ts'

export default (async t => {
  const results = yieldAsCompleted([Promise.resolve(1), new Promise<number>(() => undefined)])
  t.equal((await t.settles(results.next())).value, 1)
  const symbol = Reflect.get(Symbol, 'asyncDispose') ?? Symbol.for('Symbol.asyncDispose')
  const dispose: () => Promise<unknown> = Reflect.get(results, symbol)
  t.equal(typeof dispose, 'function', 'the type of [Symbol.asyncDispose]')
  await t.settles(dispose.call(results))
  t.equal((await t.settles(results.next())).done, true)
}) satisfies Case
