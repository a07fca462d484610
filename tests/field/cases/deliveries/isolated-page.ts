import type { Case } from '../../page/field.ts'

export const isolated = true

export default (async t => {
  t.ok(crossOriginIsolated, 'the page is cross-origin isolated')
  const task = t.task(undefined, { type: 'parallel', poolSize: 2 })
  t.equal(await t.settles(Promise.all([task.echo(1), task.echo(2)])), [1, 2])
}) satisfies Case
