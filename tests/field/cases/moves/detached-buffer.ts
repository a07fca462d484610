import type { Case } from '../../page/field.ts'

export default (async t => {
  const task = t.task()
  const buffer = new ArrayBuffer(8)
  await t.settles(task.echo(buffer))
  await t.rejects(task.echo(buffer), 'TypeError')
  await t.rejects(task.echo({ inside: [new Map([['buffer', buffer]])] }), 'TypeError')
}) satisfies Case
