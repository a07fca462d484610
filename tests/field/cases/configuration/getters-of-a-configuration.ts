/** A configuration made by a library: class instance, getters, frozen. */
import type { Case } from '../../page/field.ts'

export default (async t => {
  const worker = t.worker(undefined)
  const config = Object.freeze({
    get type() {
      return 'singleton' as const
    },
    worker,
  })
  const task = t.define<{ ping(): Promise<string>; echo(value: number): Promise<number> }>(config)
  t.equal(await t.settles(task.echo(1)), 1)
}) satisfies Case
