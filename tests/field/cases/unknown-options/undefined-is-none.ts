/** What a wrapper does that hands on options it was not given. */
import type { Case } from '../../page/field.ts'

export default (async t => {
  const task = t.task(undefined, { timeoutMs: undefined, keyOf: undefined, poolSize: undefined })
  const bound = task.with({
    key: undefined,
    signal: undefined,
    transfer: undefined,
    transferResult: undefined,
  })
  t.equal(await t.settles(bound.echo(1)), 1)
}) satisfies Case
