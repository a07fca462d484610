import type { Case } from '../../page/field.ts'

export default (async t => {
  const task = t.task()
  const { proxy, revoke } = Proxy.revocable({}, {})
  revoke()
  await t.rejects(task.echo(proxy))
  await t.rejects(task.echo({ inside: proxy }))
}) satisfies Case
