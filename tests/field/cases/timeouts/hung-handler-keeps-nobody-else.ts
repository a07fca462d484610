import type { Case } from '../../page/field.ts'

export default (async t => {
  const task = t.task(undefined, { type: 'parallel', poolSize: 2, timeoutMs: 1_500, cancelGraceMs: 50 })
  const hung = task.hang()
  t.equal(await t.settles(Promise.all([1, 2, 3].map(n => task.echo(n)))), [1, 2, 3])
  await t.rejects(hung, 'AbortError')
}) satisfies Case
