/** Whatever it is: what arrives is what structuredClone makes of it. */
import type { Case } from '../../page/field.ts'

export default (async t => {
  const task = t.task()
  class Row {
    id = 1
    #secret = 2
    get twice() {
      return this.#secret
    }
  }
  const values = [
    new Row(),
    Object.create(null, { n: { value: 1, enumerable: true } }),
    Object.create({ inherited: 1 }),
    Object('boxed'),
    Object.assign([], { 0: 1, 2: 3 }),
    Object.assign([1], { named: 2 }),
    new Blob(['x']).size,
    new URLSearchParams('a=1').toString(),
    JSON.parse('{"__proto__":1}'),
    new Error('with cause', { cause: { code: 1 } }),
    Symbol.iterator.description,
  ]
  for (const value of values) t.equal(await t.settles(task.echo(value)), structuredClone(value))
}) satisfies Case
